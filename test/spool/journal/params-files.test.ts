import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { beforeEach, describe, expect, it } from 'vitest'
import { openSpool } from '../../../src/spool/index.ts'
import type { Job } from '../../../src/spool/job.ts'
import { ParamsFiles } from '../../../src/spool/journal/params-files.ts'
import { aResult } from '../../contracts/spool.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const large = (letter: string) => JSON.stringify({ text: letter.repeat(10_000) })
let folder: string
let files: ParamsFiles
beforeEach(async () => {
  folder = tempFolder()
  files = await ParamsFiles.open(folder)
})

describe('large parameters', () => {
  it('that are written many times at the same moment become one file', async () => {
    const names = await Promise.all(Array.from({ length: 20 }, () => files.write(large('a'))))
    expect(new Set(names).size).toBe(1)
    expect(await readdir(folder)).toEqual([`${names[0]}.json`])
    expect(await files.read(names[0] ?? '')).toEqual(JSON.parse(large('a')))
  })

  it('stay when they are written again while they are being removed', async () => {
    for (let turns = 0; turns < 60; turns++) {
      const name = await files.write(large('b'))
      files.settled(name)
      const removing = files.keepOnly(new Set())
      for (let i = 0; i < turns % 30; i++) await new Promise((next) => setImmediate(next))
      const again = await files.write(large('b'))
      await removing
      expect(await files.read(again)).toEqual(JSON.parse(large('b')))
      files.settled(again)
    }
  })

  it('stay when they are written while others are being removed', async () => {
    for (let i = 0; i < 30; i++) files.settled(await files.write(large(`${i}`)))
    const early = await files.write(large('early'))
    const removing = files.keepOnly(new Set())
    const file = await files.write(large('late'))
    for (const name of [early, file]) files.settled(name)
    await removing
    for (const name of [early, file]) expect(await files.read(name)).toBeDefined()
    await files.keepOnly(new Set())
    expect(await readdir(folder)).toEqual([])
  })

  it('are written again over a file that is damaged', async () => {
    const name = await files.write(large('a'))
    await writeFile(join(folder, `${name}.json`), 'x')
    await files.write(large('a'))
    expect(await files.read(name)).toEqual(JSON.parse(large('a')))
  })

  it('are removed when no job has them any more', async () => {
    const name = await files.write(large('c'))
    files.settled(name)
    const remaining = await files.write(large('d'))
    files.settled(remaining)
    await mkdir(join(folder, '+lost'))
    await files.keepOnly(new Set([remaining]))
    expect(await readdir(folder)).toEqual(['+lost', `${remaining}.json`])
  })
})

describe('a submit of large parameters', () => {
  it('succeeds while others bring the same parameters', async () => {
    const spool = await openSpool(join(folder, 'spool'))
    const job = { task: 'svg', params: JSON.parse(large('e')) }
    const many = [spool.submit([job, job, job]), spool.submit([job]), spool.submit([job])]
    const jobs = (await Promise.all(many)).flat()
    for (const { id } of jobs) expect((await spool.get(id))?.params).toEqual(job.params)
    await spool.close()
  })

  it('fails for all jobs when it fails for one, and succeeds when the cause is gone', async () => {
    const spool = await openSpool(join(folder, 'spool'))
    const params = join(folder, 'spool', 'params')
    const jobs = ['f', 'g'].map((letter) => ({ task: 'svg', params: JSON.parse(large(letter)) }))
    // A folder at the path of a temporary file makes the write of one of the two files fail.
    await spool.submit(jobs.slice(1))
    const [file = ''] = await readdir(params)
    await rm(join(params, file))
    await mkdir(join(params, `${file}.${process.pid}.${threadId}.part`))
    await expect(spool.submit(jobs)).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    expect((await spool.list()).total).toBe(1)
    await rm(join(params, `${file}.${process.pid}.${threadId}.part`), { recursive: true })
    expect(await spool.submit(jobs)).toHaveLength(2)
    await spool.close()
  })
})

describe('an import of large parameters', () => {
  it('keeps the first record and its file when another import of the same job runs at the same time', async () => {
    const spool = await openSpool(join(folder, 'spool'))
    const [request] = await spool.submit([{ task: 'svg', params: JSON.parse(large('j')) }])
    const queued = await spool.get(request?.id ?? '')
    if (queued === undefined) throw new Error('no job')
    await spool.cancel(queued.id)
    await spool.remove(queued.id)
    const done: Job = { ...queued, status: 'finished', endedAt: queued.createdAt }
    expect(await Promise.all([spool.import([done]), spool.import([queued])])).toEqual([1, 0])
    expect(await spool.get(queued.id)).toEqual(expect.objectContaining({ status: 'finished', params: queued.params }))
    await spool.purge()
    expect(await readdir(join(folder, 'spool', 'params'))).toEqual([])
    await spool.close()
  })
})

describe('a job whose large parameters are damaged', () => {
  it('fails when its turn comes, and the next job gets its turn', async () => {
    const spool = await openSpool(join(folder, 'spool'))
    const [broken] = await spool.submit([{ task: 'svg', params: JSON.parse(large('h')) }])
    const [next] = await spool.submit([{ task: 'svg', params: { svg: '' } }])
    const [file = ''] = await readdir(join(folder, 'spool', 'params'))
    await rm(join(folder, 'spool', 'params', file))
    const claim = await spool.claim({ stage: 'render', holder: 'test' })
    expect(claim?.job.id).toBe(next?.id)
    const { jobs } = await spool.list({ status: ['failed'] })
    expect(jobs).toMatchObject([{ id: broken?.id, error: { code: 'ERR_SPOOL_DAMAGED' } }])
    await spool.close()
  })

  it('is shown and exported with the reason instead of the parameters, and is refused by an import', async () => {
    const spool = await openSpool(join(folder, 'spool'))
    const request = ['k', 'l'].map((letter) => ({ task: 'svg', params: JSON.parse(large(letter)) }))
    const [broken, sound] = await spool.submit(request)
    await rm(join(folder, 'spool', 'params', `${broken?.paramsFile}.json`))
    const exported: Job[] = []
    for await (const job of spool.export()) exported.push(job)
    const paramsError = { code: 'ERR_SPOOL_DAMAGED', message: expect.stringContaining(`${broken?.paramsFile}`) }
    expect(exported).toEqual([
      { ...broken, params: null, paramsError },
      { ...sound, params: request[1]?.params },
    ])
    expect(await spool.get(broken?.id ?? '')).toEqual(exported[0])
    const other = await openSpool(join(folder, 'other'))
    const refusal = { code: 'ERR_PARAMS', message: expect.stringContaining(`${broken?.id}`) }
    await expect(other.import(exported)).rejects.toMatchObject(refusal)
    expect((await other.list()).total).toBe(0)
    await Promise.all([spool.close(), other.close()])
  })

  it('can still be claimed for its plot when it is rendered already', async () => {
    const spool = await openSpool(join(folder, 'spool'))
    const plot = { plotter: 'any', copies: 1 }
    const [job] = await spool.submit([{ task: 'svg', params: JSON.parse(large('i')), plot }])
    const render = await spool.claim({ stage: 'render', holder: 'test' })
    if (render) await spool.complete(render, aResult)
    const [file = ''] = await readdir(join(folder, 'spool', 'params'))
    await rm(join(folder, 'spool', 'params', file))
    const claim = await spool.claim({ stage: 'plot', holder: 'A', plotters: ['A', 'any'] })
    expect(claim?.job.id).toBe(job?.id)
    await spool.close()
  })
})
