import { describe, expect, it } from 'vitest'
import type { EmbeddedSpool } from '../../src/spool/index.ts'
import type { Job } from '../../src/spool/job.ts'
import { aResult, present } from '../contracts/spool.ts'
import { trials } from '../support/fuzz.ts'
import { MemoryDisk, systemError } from '../support/memory-disk.ts'
import { logOn, snapshotOn, spoolOn } from '../support/spool-on.ts'

const titles = async (spool: EmbeddedSpool): Promise<string[]> => (await spool.list()).jobs.map(({ title }) => title)
const statuses = async (spool: EmbeddedSpool): Promise<string[]> =>
  (await spool.list()).jobs.map(({ status }) => status)
const submit = (spool: EmbeddedSpool, title: string): Promise<unknown> =>
  spool.submit([{ task: 'text', params: 1, title }])

describe('a spool whose disk fails', () => {
  it.each(['ENOSPC', 'EIO'])(
    'stops for %s: nothing more is acknowledged, and acknowledged jobs are there after a restart',
    async (code) => {
      const disk = new MemoryDisk()
      const spool = await spoolOn(disk)
      await submit(spool, 'before')
      disk.faults.before = (operation, path) => {
        if (operation === 'write' && path === logOn(disk)) throw systemError(code, path)
      }
      const refusal = { code: 'ERR_SPOOL_WRITE', detail: { system: code }, message: expect.stringContaining(code) }
      await expect(submit(spool, 'lost')).rejects.toMatchObject(refusal)
      expect(await spool.failed).toMatchObject(refusal)
      disk.faults = {}
      await expect(submit(spool, 'refused')).rejects.toMatchObject(refusal)
      await expect(spool.claim({ stage: 'render', holder: 'w' })).rejects.toMatchObject(refusal)
      expect(await titles(spool)).toEqual(['before'])
      await spool.close()
      const again = await spoolOn(disk.cutPower(() => 0.9))
      expect(await titles(again)).toEqual(['before'])
    },
  )

  it('refuses every caller whose jobs are in the frame that failed', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    disk.faults.before = (operation, path) => {
      if (operation === 'write' && path === logOn(disk)) throw systemError('EIO', path)
    }
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((title) => submit(spool, title)))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await titles(spool)).toEqual([])
  })

  it('revokes a render whose claim could not be written', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    await submit(spool, 'before')
    disk.faults.before = (operation, path) => {
      if (operation === 'write' && path === logOn(disk)) throw systemError('EIO', path)
    }
    const claim = await spool.claim({ stage: 'render', holder: 'w' })
    if (claim === undefined) throw new Error('no job was claimed')
    expect(claim.signal.aborted).toBe(false)
    await spool.failed
    await expect.poll(() => claim.signal.aborted).toBe(true)
    await expect(spool.complete(claim, aResult)).rejects.toMatchObject({ code: 'ERR_CLAIM_LOST' })
    await expect(spool.claim({ stage: 'render', holder: 'w' })).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    expect(await statuses(await spoolOn(disk.cutPower(() => 0.9)))).toEqual(['queued'])
  })

  it('refuses the claim for a plot when the claim could not be written', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    await spool.submit([{ task: 'text', params: 1, plot: { plotter: 'any', copies: 1 } }])
    const render = await spool.claim({ stage: 'render', holder: 'w' })
    if (render !== undefined) await spool.complete(render, aResult)
    disk.faults.before = (operation, path) => {
      if (operation === 'write' && path === logOn(disk)) throw systemError('EIO', path)
    }
    const plot = spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'] })
    await expect(plot).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
  })

  it('announces no job that is not on the disk', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    const received: string[] = []
    await spool.subscribe(({ type }) => received.push(type))
    disk.faults.before = (operation, path) => {
      if (operation === 'write') throw systemError('EIO', path)
    }
    await expect(submit(spool, 'lost')).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    expect(received).toEqual([])
  })

  it('continues when the disk fails during a snapshot, and only the snapshot fails', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    await submit(spool, 'before')
    disk.faults.before = (operation, path) => {
      if (operation === 'sync' && path.endsWith('.json.tmp')) throw systemError('ENOSPC', path)
    }
    await expect(spool.compact()).rejects.toMatchObject({ code: 'ENOSPC' })
    await submit(spool, 'after')
    expect(disk.paths().some((path) => path.endsWith('.tmp'))).toBe(false)
    expect(await titles(await spoolOn(disk.kill()))).toEqual(['before', 'after'])
  })

  it('reports at the start that the disk is read-only', async () => {
    const disk = new MemoryDisk()
    disk.faults.before = (operation, path) => {
      if (operation === 'open') throw systemError('EROFS', path)
    }
    await expect(spoolOn(disk)).rejects.toMatchObject({
      code: 'ERR_SPOOL_WRITE',
      message: expect.stringContaining('EROFS'),
    })
  })
})

describe('an acknowledged job', () => {
  it('is on the disk: a power cut right after the acknowledgement loses no job', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    await submit(spool, 'one')
    await spool.compact()
    await submit(spool, 'two')
    expect(await titles(await spoolOn(disk.cutPower(() => 0.9)))).toEqual(['one', 'two'])
  })

  it('is on the disk as soon as a second submit with its idempotency key is answered', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    const job = { task: 'text', params: 1, title: 'once', idempotencyKey: 'k' }
    const first = spool.submit([job])
    first.catch(() => {})
    await spool.submit([job])
    expect(await titles(await spoolOn(disk.cutPower(() => 0.9)))).toEqual(['once'])
  })

  it.each(['open', 'write', 'sync', 'rename'] as const)(
    'survives a power cut at any %s of a snapshot',
    async (operation) => {
      let nth = 1
      for (let cut = true; cut; nth++) {
        const disk = new MemoryDisk()
        const spool = await spoolOn(disk)
        for (const title of ['one', 'two', 'three']) await submit(spool, title)
        await spool.compact()
        await submit(spool, 'four')
        const after = new Promise<MemoryDisk>((resolve) => {
          let count = 0
          disk.faults.before = (now) => {
            if (now === operation && ++count === nth) resolve(disk.cutPower(() => ((count * 7919 + nth) % 10) / 10))
          }
          spool.compact().then(
            () => resolve(disk),
            () => {},
          )
        })
        const left = await after
        cut = left !== disk
        disk.faults = {}
        expect(await titles(await spoolOn(left))).toEqual(['one', 'two', 'three', 'four'])
      }
      expect(nth, 'at least one snapshot was cut').toBeGreaterThan(2)
    },
  )

  it('survives in the archive, which a job that is retried or removed leaves for good', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    for (let i = 0; i < 600; i++) await submit(spool, `job ${i}`)
    for (let i = 0; i < 600; i++) {
      const claim = await spool.claim({ stage: 'render', holder: 'w' })
      if (claim !== undefined) await spool.fail(claim, { code: 'ERR_TASK_FAILED', message: 'no' })
    }
    await spool.compact()
    const archived = JSON.parse(disk.bytes(snapshotOn(disk)).toString()) as { archive: Record<string, unknown> }
    expect(Object.keys(archived.archive)).toHaveLength(100)
    const [first, second] = Object.keys(archived.archive)
    await spool.retry(first ?? '')
    await spool.remove(second ?? '')
    const expectAll = async (of: EmbeddedSpool): Promise<void> => {
      expect((await of.list({ limit: 1 })).total).toBe(599)
      expect((await of.get(first ?? ''))?.status).toBe('queued')
      expect(await of.get(second ?? '')).toBeUndefined()
      expect((await of.list({ search: 'job 77' })).jobs.map(({ title }) => title)).toEqual(['job 77'])
    }
    await expectAll(spool)
    const again = await spoolOn(disk.kill())
    await expectAll(again)
    await again.compact()
    await expectAll(again)
  })

  it('keeps its log when it leaves the archive for a retry or for ink', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk, { endedInMemory: 0 })
    const [canceled, finished] = await spool.submit([
      { task: 'text', params: 1 },
      { task: 'text', params: 2 },
    ])
    const ids = [canceled?.id ?? '', finished?.id ?? ''] as const
    await spool.cancel(ids[0])
    const claim = await spool.claim({ stage: 'render', holder: 'w' })
    if (claim !== undefined) await spool.complete(claim, aResult)
    for (const id of ids) await spool.log(id, 'before')
    await spool.compact()
    await spool.retry(ids[0])
    await spool.askInk([{ id: ids[1], plot: { plotter: 'p', copies: 1 }, result: aResult }])
    for (const id of ids) await spool.log(id, 'after')
    const again = await spoolOn(disk.kill())
    for (const id of ids) expect((await again.logs(id)).map(({ message }) => message)).toEqual(['before', 'after'])
  })

  it('is kept when it is retried after the failure of a snapshot that would have archived it', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk, { endedInMemory: 0 })
    const [job] = await spool.submit([{ task: 'text', params: { text: 'hello' } }])
    const id = job?.id ?? ''
    await spool.cancel(id)
    disk.faults.before = (operation, path) => {
      if (operation === 'rename' && path.endsWith('.tmp')) throw systemError('ENOSPC', path)
    }
    await expect(spool.compact()).rejects.toThrow('ENOSPC')
    disk.faults = {}
    await spool.retry(id)
    await spool.compact()
    const again = await spoolOn(disk.kill())
    expect((await again.get(id))?.status).toBe('queued')
  })

  it.each(['{"card":1}', ',"job":{', '"', '\\', '\n', 'é', '\ud800'])(
    'is in the archive of a sound snapshot when its idempotency key is %j',
    async (idempotencyKey) => {
      const disk = new MemoryDisk()
      const spool = await spoolOn(disk, { endedInMemory: 0 })
      const [job] = await spool.submit([{ task: 'text', params: 1, idempotencyKey }])
      await spool.cancel(job?.id ?? '')
      await spool.compact()
      const again = await spoolOn(disk.kill())
      expect(again.recovery.damagedSnapshots).toEqual([])
      expect((await again.submit([{ task: 'text', params: 1, idempotencyKey }]))[0]).toMatchObject({ id: job?.id })
    },
  )

  it('is in the archive of a sound snapshot when it was imported with an extreme or a fractional time of its end', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk, { endedInMemory: 0 })
    const [job] = await spool.submit([{ task: 'text', params: 1 }])
    const times = [8.64e15, 0.5, 1e-7, 0]
    const ended = times.map((endedAt, i): Job => {
      return { ...present(job), id: `01ARZ3NDEKTSV4RRFF0000000${i}`, status: 'canceled', endedAt }
    })
    await spool.import(ended)
    await spool.compact()
    const again = await spoolOn(disk.kill())
    expect(again.recovery.damagedSnapshots).toEqual([])
    expect((await again.list({ status: ['canceled'] })).jobs.map(({ endedAt }) => endedAt)).toEqual(times)
  })

  it('is exported once when a snapshot moves it to the archive during the export', async () => {
    const spool = await spoolOn(new MemoryDisk(), { endedInMemory: 0 })
    const cancelMany = async (count: number): Promise<void> => {
      const jobs = await spool.submit(Array.from({ length: count }, (_, i) => ({ task: 'text', params: i })))
      await Promise.all(jobs.map(({ id }) => spool.cancel(id)))
    }
    await cancelMany(1000)
    await spool.compact()
    await cancelMany(5)
    const exported: unknown[] = []
    for await (const { params } of spool.export()) {
      if (exported.push(params) === 1) await spool.compact()
    }
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
    expect(exported).toEqual([...numbers(1000), ...numbers(5)])
  })

  it('keeps its log when it enters the archive during a request for ink', async () => {
    const disk = new MemoryDisk()
    const open = disk.open.bind(disk)
    let beforeRead = async (): Promise<void> => {}
    disk.open = async (path, how) => {
      const file = await open(path, how)
      return { ...file, read: (into, at) => beforeRead().then(() => file.read(into, at)) }
    }
    const spool = await spoolOn(disk, { endedInMemory: 1 })
    const finish = async (): Promise<string> => {
      const [job] = await spool.submit([{ task: 'text', params: 1 }])
      await spool.complete(present(await spool.claim({ stage: 'render', holder: 'w' })), aResult)
      await spool.log(present(job).id, 'before')
      await spool.compact() // archives all ended jobs but this one
      return present(job).id
    }
    const ids = [await finish(), await finish()].reverse()
    beforeRead = async () => {
      beforeRead = async () => {}
      await finish()
    }
    await spool.askInk(ids.map((id) => ({ id, plot: { plotter: 'p', copies: 1 }, result: aResult })))
    for (const id of ids) expect((await spool.logs(id)).map(({ message }) => message)).toEqual(['before'])
  })

  it('has each line of its log once, even when a snapshot begins in the same turn of the event loop', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    const [job] = await spool.submit([{ task: 'text', params: 1 }])
    const id = job?.id ?? ''
    await spool.log(id, 'one')
    await Promise.all([spool.log(id, 'two'), spool.compact()])
    const again = await spoolOn(disk.kill())
    expect((await again.logs(id)).map(({ message }) => message)).toEqual(['one', 'two'])
  })

  it('is whole when it is retried while a snapshot moves it to the archive', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk, { endedInMemory: 0 })
    const [job] = await spool.submit([{ task: 'text', params: { text: 'hello' }, title: 'again' }])
    const id = job?.id ?? ''
    await spool.cancel(id)
    let retried: Promise<unknown> | undefined
    disk.faults.before = (operation, path) => {
      if (operation === 'rename' && path.endsWith('.tmp')) retried = spool.retry(id).then(() => spool.hold(id))
    }
    await spool.compact()
    await retried
    disk.faults = {}
    const again = await spoolOn(disk.kill())
    expect(await again.get(id)).toMatchObject({ title: 'again', params: { text: 'hello' }, status: 'held' })
    expect((await again.list()).total).toBe(1)
  })
})

describe('an archived job', () => {
  it('accepts only the first of two calls while it is still being read', async () => {
    for (const first of ['retry', 'remove'] as const) {
      const spool = await spoolOn(new MemoryDisk(), { endedInMemory: 0 })
      const [job] = await spool.submit([{ task: 'text', params: { text: 'hello' } }])
      const id = job?.id ?? ''
      await spool.cancel(id)
      await spool.compact()
      const second = first === 'retry' ? 'remove' : 'retry'
      const results = await Promise.allSettled([spool[first](id), spool[second](id)])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
      expect((await spool.get(id))?.status).toBe(first === 'retry' ? 'queued' : undefined)
      await spool.close()
    }
  })

  it('refuses to be held, released or moved, because it has ended', async () => {
    const spool = await spoolOn(new MemoryDisk(), { endedInMemory: 0 })
    const [job] = await spool.submit([{ task: 'text', params: { text: 'hello' } }])
    const id = job?.id ?? ''
    await spool.cancel(id)
    await spool.compact()
    for (const verb of ['hold', 'unhold', 'top', 'move'] as const) {
      await expect(spool[verb](id), verb).rejects.toMatchObject({
        code: 'ERR_JOB_STATE',
        detail: { status: 'canceled' },
      })
    }
  })

  it('is read with its log, but refuses a resume and a new entry of the log', async () => {
    const spool = await spoolOn(new MemoryDisk(), { endedInMemory: 0 })
    const [job] = await spool.submit([{ task: 'text', params: { text: 'hello' } }])
    const id = job?.id ?? ''
    await spool.cancel(id)
    await spool.log(id, 'before')
    await spool.compact()
    expect(await spool.get(id)).toMatchObject({ id, status: 'canceled' })
    expect((await spool.logs(id)).map(({ message }) => message)).toEqual(['before'])
    const message = `job ${id} is canceled and in the archive: it cannot be changed`
    for (const call of [spool.claim({ stage: 'resume', holder: 'A', id }), spool.log(id, 'after')]) {
      await expect(call).rejects.toMatchObject({ code: 'ERR_JOB_STATE', message, detail: { id, status: 'canceled' } })
    }
    await expect(spool.log('none', 'text')).rejects.toMatchObject({ code: 'ERR_JOB_UNKNOWN' })
  })
})

const MANY = trials(100_000, 20_000)
it(`all of ${MANY} imported jobs are there after a restart`, async () => {
  const disk = new MemoryDisk()
  const keepAll = { retention: { jobs: 1e6, days: 1e5 } }
  const spool = await spoolOn(disk, keepAll)
  const [job] = await spool.submit([{ task: 'text', params: { text: 'hello' } }])
  if (job === undefined) throw new Error('nothing was submitted')
  const many = Array.from({ length: MANY }, (_, i): Job => {
    const id = `01ARZ3NDEKTSV4RRFF${String(i).padStart(8, '0')}`
    return { ...job, id, title: `job ${i}`, order: i, status: 'canceled', endedAt: i }
  })
  await spool.import(many)
  await spool.close()
  const again = await spoolOn(disk.kill(), keepAll)
  expect((await again.list({ limit: 1 })).total).toBe(MANY + 1)
  expect((await again.list({ search: 'job 14321' })).jobs.map(({ title }) => title)).toEqual(['job 14321'])
  expect((await again.list({ status: ['queued'] })).total).toBe(1)
})
