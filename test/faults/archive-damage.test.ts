import { expect, it } from 'vitest'
import { MemoryDisk } from '../support/memory-disk.ts'
import { snapshotOn, spoolOn } from '../support/spool-on.ts'

it('a call that reads an archived job fails with ERR_SPOOL_DAMAGED when the bytes of the job are damaged or gone', async () => {
  const disk = new MemoryDisk()
  const spool = await spoolOn(disk, { endedInMemory: 0 })
  const [job] = await spool.submit([{ task: 'text', params: { text: 'hello' } }])
  const id = job?.id ?? ''
  await spool.cancel(id)
  await spool.compact()
  const { length } = disk.bytes(snapshotOn(disk))
  const calls = [() => spool.get(id), () => spool.logs(id), () => spool.retry(id), () => spool.list()]
  const allSayDamaged = async () => {
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED' })
  }
  disk.bytes(snapshotOn(disk)).fill(0)
  await allSayDamaged()
  await (await disk.open(snapshotOn(disk), 'create')).truncate(length >> 2)
  await allSayDamaged()
})
