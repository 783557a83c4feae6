import { memorySpool } from '../../src/spool/memory.ts'
import { aSpool } from '../contracts/spool.ts'

const retention = { jobs: 20, days: 30 }
aSpool('a spool in memory', async (clock) => memorySpool({ clock, random: () => 0.5, retention }))
