import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pino } from 'pino'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { NamedUploads } from '../../../src/daemon/files/named-uploads.ts'
import { removeOldUploads, scheduleUploadRemoval } from '../../../src/daemon/files/retention.ts'
import { readUpload, Uploads } from '../../../src/daemon/files/uploads.ts'
import { openSpool } from '../../../src/spool/index.ts'
import { memorySpool } from '../../../src/spool/memory.ts'
import { memoryServer, TOKEN } from '../../support/memory-server.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

const LIMITS = { uploadBytes: 10, allUploadsBytes: 35 }
const bytes = (text: string) => Readable.from([Buffer.from(text)])
const HOUR_MS = 3_600_000
const SQUARE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'

let folder: string
let uploads: Uploads
let namedUploads: NamedUploads
beforeEach(async () => {
  folder = tempFolder()
  uploads = await Uploads.open(folder, LIMITS)
  namedUploads = await NamedUploads.open(join(tempFolder(), 'named.json'))
})

describe('uploads', () => {
  it('that are too large, or whose stream fails, are refused with a code, and leave nothing behind', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    const broken: Readable = new Readable({ read: () => broken.destroy(full) })
    await expect(uploads.put(broken)).rejects.toMatchObject({
      code: 'ERR_FILE',
      message: expect.stringContaining('the upload could not be stored: ENOSPC'),
      detail: { system: 'ENOSPC' },
    })
    await expect(uploads.put(bytes('x'.repeat(11)))).rejects.toMatchObject({ code: 'ERR_LIMIT' })
    expect(await readdir(folder)).toEqual([])
    for (const each of ['1', '2', '3']) await uploads.put(bytes(each.repeat(10))) // the refused bytes do not count
  })

  it('are read by the hash of their bytes, and by no path', async () => {
    const { sha256 } = await uploads.put(bytes('mine'))
    await writeFile(join(folder, 'token'), 'secret')
    expect(Buffer.from(await readUpload(folder, sha256)).toString()).toBe('mine')
    for (const name of ['token', '../token', `../${basename(folder)}/token`, `./${sha256}`, join(folder, sha256)]) {
      await expect(readUpload(folder, name), name).rejects.toMatchObject({ code: 'ERR_FILE' })
    }
  })

  it('are not read when their bytes have changed, until they are uploaded again', async () => {
    const { sha256 } = await uploads.put(bytes('mine'))
    await writeFile(join(folder, sha256), 'mind')
    const message = `upload ${sha256} is damaged: upload the file again`
    await expect(readUpload(folder, sha256)).rejects.toMatchObject({ code: 'ERR_FILE', message })
    await uploads.put(bytes('mine'))
    expect(Buffer.from(await readUpload(folder, sha256)).toString()).toBe('mine')
  })

  it('that the system cannot read are not called missing', async () => {
    const sha256 = 'a'.repeat(64)
    await mkdir(join(folder, sha256))
    await expect(readUpload(folder, sha256)).rejects.toThrow(`upload ${sha256} cannot be read: EISDIR`)
    await expect(readUpload(folder, 'b'.repeat(64))).rejects.toThrow('there is no upload')
  })

  it('that were cut off by a crash are gone at the next start', async () => {
    const cut = new Readable({ read: () => {} })
    cut.push('half')
    void uploads.put(cut).catch(() => {})
    await expect.poll(() => readdir(folder)).toHaveLength(1)
    await Uploads.open(folder, LIMITS)
    expect(await readdir(folder)).toEqual([])
    cut.destroy()
  })

  it('stay within the limit for all uploads, which counts equal files once, also after a restart', async () => {
    for (const each of ['1', '2', '2', '2', '3']) await uploads.put(bytes(each.repeat(10)))
    const refusal = { code: 'ERR_LIMIT', detail: { limit: 'allUploadsBytes' } }
    await expect(uploads.put(bytes('4'.repeat(10)))).rejects.toMatchObject(refusal)
    await uploads.put(bytes('12345'))
    const again = await Uploads.open(folder, LIMITS)
    await expect(again.put(bytes('6'))).rejects.toMatchObject(refusal)
  })

  it('that come three times at the same moment are one file, counted once', async () => {
    const roomy = await Uploads.open(folder, { uploadBytes: 10, allUploadsBytes: 430 })
    for (let round = 10; round < 50; round++) {
      await Promise.all(Array.from({ length: 3 }, () => roomy.put(bytes(`${round}`.repeat(5)))))
    }
    expect(await readdir(folder)).toHaveLength(40)
  })

  it('stay when they come again while they are being removed', async () => {
    for (let round = 0; round < 80; round++) {
      const { sha256 } = await uploads.put(bytes('again'))
      await utimes(join(folder, sha256), 0, 0)
      const putting = uploads.put(bytes('again'))
      // The removal comes at 40 different moments of the upload.
      for (let i = 0; i < round % 40; i++) await readdir(folder)
      await Promise.all([putting, uploads.remove(sha256, 1000)])
      expect(await readdir(folder)).toEqual([sha256])
    }
  })

  it('count towards the limit while they arrive, so that simultaneous uploads cannot exceed it', async () => {
    const all = Array.from({ length: 6 }, (_, i) => uploads.put(bytes(`${i}`.repeat(10))))
    const outcomes = await Promise.allSettled(all)
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(3)
  })

  it('that find no room are stored after `makeRoom` has removed a file', async () => {
    const { sha256 } = await uploads.put(bytes('1'.repeat(10)))
    for (const each of ['2', '3']) await uploads.put(bytes(each.repeat(10)))
    uploads.makeRoom = () => uploads.remove(sha256, Infinity)
    await uploads.put(bytes('4'.repeat(10)), 10)
    expect(await readdir(folder)).toHaveLength(3)
  })

  it('that are announced as too large remove no file', async () => {
    let removals = 0
    uploads.makeRoom = async () => removals++
    await uploads.put(bytes('1'), 999_999_999_999)
    expect(removals).toBe(0)
  })
})

describe('old uploads', () => {
  /** @returns the hash of an upload that is two hours old */
  async function old(text: string): Promise<string> {
    const { sha256 } = await uploads.put(bytes(text))
    const then = new Date(Date.now() - 2 * HOUR_MS)
    await utimes(join(folder, sha256), then, then)
    return sha256
  }
  const remaining = async () => (await uploads.list()).map(({ sha256 }) => sha256).sort()

  it('are removed when the parameters of no job name them, but young uploads stay', async () => {
    const spool = memorySpool()
    const [named, deep, ended, unnamed] = [await old('1'), await old('2'), await old('3'), await old('4')]
    const { sha256: young } = await uploads.put(bytes('5'))
    await spool.submit([{ task: 'svg', params: { upload: named } }])
    await spool.submit([{ task: 'mine', params: { pictures: [{ file: deep }] } }])
    const [job] = await spool.submit([{ task: 'svg', params: { upload: ended } }])
    await spool.cancel(job?.id ?? '')
    expect(await removeOldUploads(uploads, spool, namedUploads, HOUR_MS)).toEqual([unnamed])
    expect(await remaining()).toEqual([named, deep, ended, young].sort())
  })

  it('are removed once an hour, but not after an hour in which the clock has jumped', async () => {
    const spool = memorySpool()
    const removals = vi.spyOn(spool, 'subscribe')
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] })
    const stop = scheduleUploadRemoval(uploads, spool, namedUploads, 1 / 24, pino({ enabled: false }))
    try {
      await old('1')
      vi.advanceTimersByTime(HOUR_MS)
      await until(async () => (await remaining()).length === 0)
      await old('2')
      vi.setSystemTime(Date.now() + 5 * HOUR_MS)
      vi.advanceTimersByTime(HOUR_MS)
      vi.advanceTimersByTime(HOUR_MS)
      await until(async () => (await remaining()).length === 0)
      expect(removals).toHaveBeenCalledTimes(2)
    } finally {
      stop()
      vi.useRealTimers()
    }
  })

  it('all stay while the parameters of a job cannot be read, until the job is removed', async () => {
    const state = tempFolder()
    const spool = await openSpool(state)
    const [named, unnamed] = [await old('1'), await old('2')]
    const large = (upload: string) => ({ task: 'svg', params: { upload, note: upload.repeat(100) } })
    const [broken] = await spool.submit([large(named), { task: 'svg', params: { upload: named } }])
    await writeFile(join(state, 'params', `${broken?.paramsFile}.json`), 'not what was written')
    const doubt = { code: 'ERR_SPOOL_DAMAGED', message: expect.stringContaining(`${broken?.id}`) }
    await expect(removeOldUploads(uploads, spool, namedUploads, HOUR_MS)).rejects.toMatchObject(doubt)
    expect(await remaining()).toEqual([named, unnamed].sort())
    await spool.cancel(broken?.id ?? '')
    await spool.remove(broken?.id ?? '')
    expect(await removeOldUploads(uploads, spool, namedUploads, HOUR_MS)).toEqual([unnamed])
    await spool.close()
  })

  it('stay while the parameters of 21 jobs cannot be read, and the error names 20 of these jobs', async () => {
    const upload = await old('1')
    const state = tempFolder()
    const spool = await openSpool(state)
    const jobs = Array.from({ length: 21 }, (_, i) => ({ task: 'svg', params: { note: `${i}`.repeat(5000) } }))
    for (const { paramsFile } of await spool.submit(jobs)) await rm(join(state, 'params', `${paramsFile}.json`))
    const doubt = { message: expect.stringMatching(/of (\w{26}, ){19}\w{26} and 1 more cannot be read/) }
    await expect(removeOldUploads(uploads, spool, namedUploads, HOUR_MS)).rejects.toMatchObject(doubt)
    expect(await remaining()).toEqual([upload])
    await spool.close()
  })

  it('stay when a job named them before its parameters were damaged, and the others go', async () => {
    const state = tempFolder()
    const spool = await openSpool(state)
    const [named, unnamed] = [await old('1'), await old('2')]
    const params = { upload: named, note: 'x'.repeat(5000) }
    const [job] = await spool.submit([{ task: 'svg', params }])
    const index = join(state, 'uploads-named.json')
    expect(await removeOldUploads(uploads, spool, await NamedUploads.open(index), HOUR_MS)).toEqual([unnamed])
    await writeFile(join(state, 'params', `${job?.paramsFile}.json`), 'not what was written')
    const later = await old('3')
    const afterRestart = await NamedUploads.open(index)
    expect(await removeOldUploads(uploads, spool, afterRestart, HOUR_MS)).toEqual([later])
    expect(await remaining()).toEqual([named])
    await spool.cancel(job?.id ?? '')
    await spool.remove(job?.id ?? '')
    expect(await removeOldUploads(uploads, spool, afterRestart, HOUR_MS)).toEqual([named])
    expect(JSON.parse(await readFile(index, 'utf8'))).toEqual({})
    await spool.close()
  })

  it('stay when a job names them, or they come again, while the queue is being read', async () => {
    const spool = memorySpool()
    const [named, again, unnamed] = [await old('1'), await old('2'), await old('3')]
    const meanwhile = {
      subscribe: spool.subscribe.bind(spool),
      get: spool.get.bind(spool),
      export: async function* () {
        yield* spool.export()
        await spool.submit([{ task: 'svg', params: { upload: named } }])
        await uploads.put(bytes('2'))
      },
    }
    expect(await removeOldUploads(uploads, meanwhile, namedUploads, HOUR_MS)).toEqual([unnamed])
    expect(await remaining()).toEqual([named, again].sort())
  })
})

it('an old upload stays while a job that names it is on its way to the queue', async () => {
  const daemon = await memoryServer()
  const store = join(daemon.config.state, 'uploads')
  const headers = { authorization: `Bearer ${TOKEN}` }
  const answer = await fetch(`${daemon.url}/uploads`, { method: 'PUT', headers, body: SQUARE })
  const { sha256 } = (await answer.json()) as { readonly sha256: string }
  await utimes(join(store, sha256), 0, 0)
  const submit = daemon.spool.submit.bind(daemon.spool)
  const removed: (readonly string[])[] = []
  daemon.spool.submit = async (jobs) => {
    removed.push(await removeOldUploads(daemon.uploads, daemon.spool, namedUploads, HOUR_MS))
    return submit(jobs)
  }
  await (await daemon.client()).call('job.submit', { task: 'svg', params: { upload: sha256, name: 'card' } })
  expect(removed).toEqual([[]])
  expect(await readdir(store)).toEqual([sha256])
  await daemon.close()
})

describe('PUT /uploads', () => {
  it('answers 413 when all stored files together would exceed the limit', async () => {
    const daemon = await memoryServer({ limits: { allUploadsBytes: 1024 } })
    const upload = (body: string) =>
      fetch(`${daemon.url}/uploads`, { method: 'PUT', headers: { authorization: `Bearer ${TOKEN}` }, body })
    expect((await upload('x'.repeat(1000))).status).toBe(201)
    expect((await upload('y'.repeat(1000))).status).toBe(413)
    await daemon.close()
  })
})
