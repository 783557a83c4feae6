import { expect, it } from 'vitest'
import type { EmbeddedSpool } from '../../src/spool/index.ts'
import { isLong, runs } from '../support/fuzz.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { agreesWithAList, CRASHED_IN, type Store } from '../support/spool-commands.ts'
import { spoolOn } from '../support/spool-on.ts'

/** Settings of a spool that writes snapshots often, and archives all ended jobs but two. */
const often = { compactAt: 4000, endedInMemory: 2 }

async function onDisk(): Promise<Store> {
  let disk = new MemoryDisk()
  let spool: EmbeddedSpool
  const open = async (): Promise<EmbeddedSpool> => {
    spool = await spoolOn(disk, often)
    return spool
  }
  return {
    open,
    crash: (how, chance) => {
      disk = how === 'kill' ? disk.kill() : disk.cutPower(chance)
      return open()
    },
    tidy: () => spool.compact(),
    close: () => Promise.resolve(),
  }
}

it('a spool behaves as a plain list does, under random verbs, kills and power cuts', async () => {
  // 200 trials crash the spool in every state. Fewer trials may miss some states.
  const struck = await agreesWithAList(onDisk, runs(400, isLong ? 200 : 60))
  if (isLong) expect([...struck]).toEqual(expect.arrayContaining([...CRASHED_IN]))
})
