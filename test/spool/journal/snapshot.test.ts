import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Spool } from '../../../src/spool/index.ts'
import { readSnapshot, salvageSnapshot } from '../../../src/spool/journal/snapshot-reader.ts'
import { HandClock } from '../../support/hand-clock.ts'
import { MemoryDisk, systemError } from '../../support/memory-disk.ts'
import { folderOn, snapshotOn, spoolOn } from '../../support/spool-on.ts'

/** Counts the files of a disk that are open. */
function countOpen(disk: MemoryDisk): { count: number } {
  const files = { count: 0 }
  const open = disk.open.bind(disk)
  vi.spyOn(disk, 'open').mockImplementation(async (path, how) => {
    const file = await open(path, how)
    files.count++
    return { ...file, close: async () => void files.count-- }
  })
  return files
}

/** The sizes of the writes to the next snapshot, and the bytes between its syncs. */
function piecesOf(disk: MemoryDisk) {
  const pieces = { written: [] as number[], synced: [] as number[] }
  const open = disk.open.bind(disk)
  vi.spyOn(disk, 'open').mockImplementation(async (path, how) => {
    const file = await open(path, how)
    if (!path.endsWith('.json.tmp')) return file
    let unsynced = 0
    return {
      ...file,
      write: async (bytes, at) => {
        pieces.written.push(bytes.length)
        unsynced += bytes.length
        await file.write(bytes, at)
      },
      sync: async () => {
        pieces.synced.push(unsynced)
        unsynced = 0
        await file.sync()
      },
    }
  })
  return pieces
}

const DAY_MS = 86_400_000

describe('a snapshot', () => {
  it('is sound JSON each time, while jobs join and leave its archive', async () => {
    let disk = new MemoryDisk()
    let spool = await spoolOn(disk, { endedInMemory: 0 })
    let present: string[] = []
    for (let round = 0; round < 4; round++) {
      const jobs = await spool.submit(
        Array.from({ length: 3 }, (_, i) => ({ task: 'text', params: i, title: `${round}.${i}` })),
      )
      for (const { id } of jobs) await spool.cancel(id)
      await spool.remove(jobs[1]?.id ?? '')
      const archived = (await spool.list()).jobs.find(({ title }) => title === `${round - 1}.0`)
      if (archived !== undefined) await spool.remove(archived.id)
      present = [...present.filter((title) => title !== archived?.title), `${round}.0`, `${round}.2`]
      await spool.compact()
      const { archive } = JSON.parse(disk.bytes(snapshotOn(disk)).toString()) as { archive: object }
      expect(Object.values(archive).map(({ job }) => job.title)).toEqual(present)
      disk = disk.kill()
      spool = await spoolOn(disk, { endedInMemory: 0 })
      expect(spool.recovery.damagedSnapshots).toEqual([])
      expect((await spool.list()).jobs.map(({ title }) => title).sort()).toEqual(present)
    }
  })

  it.each(['a log line', 'a retry'])(
    'does not lose the log of a job that gets %s while it enters the archive',
    async (what) => {
      const disk = new MemoryDisk()
      const spool = await spoolOn(disk, { endedInMemory: 0 })
      const [job] = await spool.submit([{ task: 'text', params: 1 }])
      const id = job?.id ?? ''
      await spool.log(id, 'first')
      await spool.cancel(id)
      const renaming = new Promise<void>((resolve) => {
        disk.faults.before = (operation, path) => {
          if (operation !== 'rename' || !path.endsWith('.tmp')) return
          disk.faults = {}
          const changing = what === 'a retry' ? spool.retry(id) : spool.log(id, 'second')
          void changing.then(() => resolve())
        }
      })
      await Promise.all([spool.compact(), renaming])
      const messages = async (from: Spool) => (await from.logs(id)).map(({ message }) => message)
      const expected = what === 'a retry' ? ['first'] : ['first', 'second']
      expect(await messages(spool)).toEqual(expected)
      const restarted = await spoolOn(disk.kill(), { endedInMemory: 0 })
      expect(await messages(restarted)).toEqual(expected)
      expect(await restarted.get(id)).toEqual(await spool.get(id))
      expect((await restarted.list()).jobs).toHaveLength(1)
      await restarted.log(id, 'third')
      await restarted.compact()
      expect(await messages(restarted)).toEqual([...expected, 'third'])
    },
  )

  it('is sound after a longer snapshot that failed and could not be removed', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    const [large] = await spool.submit([{ task: 'text', params: 'x'.repeat(3000) }])
    await spool.cancel(large?.id ?? '')
    disk.faults.before = (operation, path) => {
      if (operation === 'rename' && path.endsWith('.tmp')) throw systemError('EIO', path)
    }
    await expect(spool.compact()).rejects.toThrow('EIO')
    disk.faults = {}
    await spool.remove(large?.id ?? '')
    await spool.compact()
    expect((await spoolOn(disk.kill())).recovery.damagedSnapshots).toEqual([])
  })

  it('that cannot be written or read leaves no file open', async () => {
    const disk = new MemoryDisk()
    const files = countOpen(disk)
    const spool = await spoolOn(disk)
    const before = files.count
    disk.faults.before = (operation, path) => {
      if (operation === 'sync' && path.endsWith('.tmp')) throw systemError('EIO', path)
    }
    await expect(spool.compact()).rejects.toThrow('EIO')
    expect(files.count).toBe(before)
    disk.faults = {}
    await spool.compact()
    const open = files.count
    disk.bytes(snapshotOn(disk)).write('x', 20)
    const generation = Number(/(\d+)\.json$/.exec(snapshotOn(disk))?.[1])
    await expect(readSnapshot(disk, folderOn(disk), generation, 1)).rejects.toThrow()
    expect(files.count).toBe(open)
  })

  it('keeps the large parameters and the end time of a job that it archives', async () => {
    const disk = new MemoryDisk()
    const clock = new HandClock()
    const spool = await spoolOn(disk, { clock, endedInMemory: 0 })
    const submit = async (letter: string) => {
      const [job] = await spool.submit([{ task: 'text', params: { text: letter.repeat(5000) } }])
      await spool.cancel(job?.id ?? '')
      return job?.id ?? ''
    }
    const old = await submit('a')
    clock.pass(10 * DAY_MS)
    const recent = await submit('b')
    await spool.compact()
    await spool.purge(5 * DAY_MS)
    expect(await spool.get(old)).toBeUndefined()
    await expect.poll(() => readdir(join(folderOn(disk), 'params'))).toHaveLength(1)
    expect((await spool.get(recent))?.params).toEqual({ text: 'b'.repeat(5000) })
  })

  it('has frozen records, and is refused under another generation or when it ends in mid-line', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    await spool.submit([{ task: 'text', params: 1 }])
    await spool.compact()
    const { tables, file, bytes } = await readSnapshot(disk, folderOn(disk), 1, 1)
    const jobs = [...(tables.get('jobs')?.values() ?? [])]
    expect(jobs.map(Object.isFrozen)).toEqual([true])

    disk.copyFrom(disk, snapshotOn(disk), snapshotOn(disk).replace('-1.', '-2.'))
    await expect(readSnapshot(disk, folderOn(disk), 2, 1)).rejects.toThrow(
      'the first line names generation 1, expected generation 2',
    )
    await file.write(Buffer.from('{'), bytes)
    await expect(readSnapshot(disk, folderOn(disk), 1, 1)).rejects.toThrow('mid-line')
  })

  it('is written and synced in pieces, so that nothing waits long for it', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk, { endedInMemory: 500 })
    const drafts = Array.from({ length: 3000 }, (_, i) => ({
      ...{ task: 'text', params: 'x'.repeat(1500), idempotencyKey: `key ${i}` },
    }))
    const jobs = await spool.submit(drafts)
    await Promise.all(jobs.slice(0, 2500).map(({ id }) => spool.cancel(id)))
    await Promise.all(jobs.slice(0, 1500).map(({ id }) => spool.remove(id)))
    const pieces = piecesOf(disk)
    await spool.compact()
    expect(Math.max(...pieces.written)).toBeLessThan(100_000)
    expect(pieces.synced.length).toBeGreaterThan(2)
    expect(Math.max(...pieces.synced)).toBeLessThan(1.2 * 2 ** 20)
    expect(Math.min(...pieces.synced.slice(0, -1))).toBeGreaterThan(2 ** 20)
    const again = await spoolOn(disk.kill())
    expect(again.recovery.damagedSnapshots).toEqual([])
    expect((await again.list({ limit: 1 })).total).toBe(1500)
  })
})

it('a damaged snapshot of one long line is read in few pieces', async () => {
  const disk = new MemoryDisk()
  await (await disk.open('spool-2.json', 'create')).write(Buffer.alloc(32 << 20), 0)
  const open = disk.open.bind(disk)
  let pieces = 0
  vi.spyOn(disk, 'open').mockImplementation(async (path, how) => {
    const file = await open(path, how)
    const read = (into: Uint8Array, at: number): Promise<number> => {
      pieces++
      return file.read(into, at)
    }
    return { ...file, read }
  })
  await expect(readSnapshot(disk, '.', 2, 1)).rejects.toThrow('mid-line')
  expect(pieces).toBeLessThan(10)
})

describe('a damaged snapshot', () => {
  const SOUND = [
    '{"plotd":1,"generation":2,"seq":7,"salt":1,',
    ...['"jobs":{', '"a":{"title":"a"},', '"b":{"title":"b"}', '},'],
    ...['"logs":{', '"a":["of a"]', '},'],
    ...['"archive":{', '"c":{"at":1,"is":"canceled","job":{"title":"c"},"log":[]},'],
    ...['"d":{"at":1,"is":"canceled","job":{"title":"d"},"log":["of d"]}', '},', '"crc32":"00000000"}', ''],
  ].join('\n')

  /** The head and the records that can be read after one text in the snapshot was damaged. */
  async function salvaged(text = '', damaged = text) {
    const disk = new MemoryDisk()
    const file = await disk.open('spool-2.json', 'create')
    await file.write(Buffer.from(SOUND.replace(text, damaged)), 0)
    const files = countOpen(disk)
    const records: string[] = []
    const head = await salvageSnapshot(disk, 'spool-2.json', (table, id, record) => {
      records.push(`${table} ${id} ${JSON.stringify(record)}`)
    })
    expect(files.count).toBe(0)
    return { head, records }
  }
  const [a, b, ofA] = ['jobs a {"title":"a"}', 'jobs b {"title":"b"}', 'logs a ["of a"]']
  const [c, d, ofD] = ['jobs c {"title":"c"}', 'jobs d {"title":"d"}', 'logs d ["of d"]']

  it.each([
    ['every record, when only the checksum is damaged', '', '', [a, b, ofA, c, d, ofD]],
    ['all records except one that is no JSON', '{"title":"b"}', '{"title:"b"}', [a, ofA, c, d, ofD]],
    [
      'all records except an archived one without a job',
      '"job":{"title":"d"}',
      '"jxb":{"title":"d"}',
      [a, b, ofA, c, ofD],
    ],
    ['no record of a table whose name is damaged', '"logs":{', 'xlogs":{', [a, b, c, d, ofD]],
  ])('gives %s', async (_, text, damaged, records) => {
    expect(await salvaged(text, damaged)).toEqual({ head: { format: 1, seq: 7 }, records })
  })

  it.each(['"plotd"', '"seq"'])('is of no use when its first line has lost %s', async (name) => {
    expect((await salvaged(name, '"x"')).head).toBeUndefined()
  })
})
