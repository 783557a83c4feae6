import { expect, it } from 'vitest'
import { HandClock } from '../support/hand-clock.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { spoolOn } from '../support/spool-on.ts'

const keyed = (key: string) => [{ task: 'text', params: 1, idempotencyKey: key }]

it('the idempotency key of a forgotten job survives power cuts, restarts and snapshots', async () => {
  let disk = new MemoryDisk()
  let spool = await spoolOn(disk, { endedInMemory: 0 })
  const ids: string[] = []
  for (const key of ['archived', 'in memory']) {
    const [job] = await spool.submit(keyed(key))
    ids.push(job?.id ?? '')
    await spool.cancel(job?.id ?? '')
    if (key === 'archived') await spool.compact()
  }
  for (const id of ids) await spool.remove(id)
  const known = async (): Promise<readonly string[]> => {
    const jobs = [...(await spool.submit(keyed('archived'))), ...(await spool.submit(keyed('in memory')))]
    return jobs.map(({ id, status }) => `${id} ${status}`)
  }
  const expected = ids.map((id) => `${id} forgotten`)
  expect(await known()).toEqual(expected)
  for (const act of ['cut', 'compact', 'cut', 'close'] as const) {
    if (act === 'compact') await spool.compact()
    else if (act === 'close') await spool.close()
    disk = disk.cutPower(() => 0.9)
    spool = await spoolOn(disk, { endedInMemory: 0 })
    expect(await known()).toEqual(expected)
  }
})

it('the spool keeps no more keys than the limit, and drops the oldest first', async () => {
  const clock = new HandClock()
  const spool = await spoolOn(new MemoryDisk(), { clock, retention: { jobs: 0, days: 90, keys: 3, keyDays: 365 } })
  for (let i = 0; i < 5; i++) {
    const [job] = await spool.submit(keyed(`key ${i}`))
    await spool.cancel(job?.id ?? '')
  }
  await spool.purge()
  clock.pass(3_600_000)
  await expect.poll(async () => (await spool.keys()).keys.length).toBe(3)
  const [oldest] = await spool.submit(keyed('key 0'))
  const [newest] = await spool.submit(keyed('key 4'))
  expect([oldest?.status, newest?.status]).toEqual(['queued', 'forgotten'])
})

it('keys that arrive while a snapshot is written are not lost', async () => {
  const disk = new MemoryDisk()
  const spool = await spoolOn(disk, { endedInMemory: 0 })
  const keys = Array.from({ length: 5000 }, (_, i) => ({
    digest: String(i).padStart(22, '0'),
    id: `01ARZ3NDEKTSV4RRFF${String(i).padStart(8, '0')}`,
  }))
  await spool.importKeys(keys.slice(0, 4000))
  await Promise.all([spool.compact(), spool.importKeys(keys.slice(4000))])
  const again = await spoolOn(disk.kill())
  let count = 0
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await again.keys(after === undefined ? {} : { after })
    count += page.keys.length
    after = page.next
  }
  expect(count).toBe(5000)
})
