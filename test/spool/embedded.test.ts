import { openSpool } from '../../src/spool/index.ts'
import { aSpool } from '../contracts/spool.ts'
import { isLong } from '../support/fuzz.ts'
import { tempFolder } from '../support/temp-folder.ts'

const options = { random: () => 0.5, retention: { jobs: 20, days: 30 } }
aSpool('a spool in a folder', (clock) => openSpool(tempFolder(), { clock, ...options }))
if (isLong)
  aSpool('a spool in a folder that often takes snapshots', (clock) =>
    openSpool(tempFolder(), { clock, ...options, compactAt: 16_384 }),
  )
