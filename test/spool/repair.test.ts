import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PlotdError } from '../../src/errors.ts'
import { openSpool } from '../../src/spool/index.ts'
import { repairSpool } from '../../src/spool/repair.ts'
import { aResult } from '../contracts/spool.ts'
import { changeJobs, withImpossibleTimes } from '../support/old-imports.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** A folder with seven jobs: archived, ended, being plotted, rendered, held, and two queued. */
async function aFolder(): Promise<string> {
  const folder = join(tempFolder(), 'spool')
  const spool = await openSpool(folder, { endedInMemory: 1, aheadBytes: 16_384 })
  const submit = (title: string, more: object = {}) =>
    spool.submit([{ task: 'text', params: { title }, title, ...more }])
  for (const title of ['archived', 'ended']) {
    const [job] = await submit(title, { hold: true })
    await spool.log(job?.id ?? '', `of ${title}`)
    await spool.cancel(job?.id ?? '')
  }
  await spool.compact()
  const plot = { plotter: 'any', copies: 1 }
  for (const title of ['plotting', 'rendered']) {
    await submit(title, { plot })
    const claim = await spool.claim({ stage: 'render', holder: 'w' })
    if (claim !== undefined) await spool.complete(claim, aResult)
  }
  await spool.claim({ stage: 'plot', holder: 'A', plotters: ['any'] })
  await submit('held', { hold: true })
  await submit('queued', { params: 'x'.repeat(10_000) })
  await submit('last')
  await spool.close()
  return folder
}

const newestJournal = (folder: string): string =>
  join(
    folder,
    readdirSync(folder)
      .filter((name) => name.startsWith('journal-'))
      .sort()
      .at(-1) ?? '',
  )

async function statusesIn(folder: string): Promise<Record<string, string>> {
  const spool = await openSpool(folder)
  const { jobs } = await spool.list({ limit: 100 })
  await spool.close()
  return Object.fromEntries(jobs.map(({ title, status }) => [title, status]))
}

const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name !== 'params' && name !== 'lock')
      .map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  )

describe('a damaged spool folder', () => {
  it('keeps jobs with an impossible order or time, which an earlier version imported', async () => {
    const folder = await aFolder()
    await changeJobs(folder, withImpossibleTimes)
    const path = newestJournal(folder)
    const bytes = readFileSync(path)
    bytes.fill(0, bytes.lastIndexOf('"last"') - 200, bytes.lastIndexOf('"last"'))
    writeFileSync(path, bytes)
    expect(await repairSpool(folder)).toMatchObject({ jobs: 6, lostParts: 1 })
    const spool = await openSpool(folder)
    const { jobs } = await spool.list({ limit: 100 })
    for (const { createdAt, endedAt = 0 } of jobs) new Date(createdAt + endedAt).toISOString()
    const [first, second] = await spool.submit([1, 2].map((params) => ({ task: 'text', params })))
    expect(first?.order).not.toBe(second?.order)
    await spool.close()
  })

  it('is copied before its repair, which keeps every readable job and holds waiting jobs', async () => {
    const folder = await aFolder()
    const path = newestJournal(folder)
    const bytes = readFileSync(path)
    bytes.fill(0, bytes.lastIndexOf('"last"') - 200)
    writeFileSync(path, bytes)
    const damaged = filesIn(folder)
    await expect(openSpool(folder)).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED' })
    const repair = await repairSpool(folder)
    expect(repair).toMatchObject({ backup: `${folder}-damaged`, jobs: 6, held: 3, interrupted: 1, lostWrites: 1 })
    expect(filesIn(`${folder}-damaged`)).toEqual(damaged)
    expect(await statusesIn(folder)).toEqual({
      archived: 'canceled',
      ended: 'canceled',
      plotting: 'interrupted',
      rendered: 'held',
      held: 'held',
      queued: 'held',
    })
  })

  it('is refused with the number of lost writes, for each of four places where its journal was cut', async () => {
    const lostAfter = async (cut: (bytes: Buffer) => number): Promise<unknown> => {
      const folder = await aFolder()
      const path = newestJournal(folder)
      truncateSync(path, cut(readFileSync(path)))
      const { code, detail } = await openSpool(folder).then(
        () => expect.unreachable('it was opened'),
        (thrown: unknown) => thrown as PlotdError,
      )
      expect(code).toBe('ERR_SPOOL_DAMAGED')
      return detail['lost']
    }
    const all = await lostAfter(() => 0)
    const [lastByte, lastJob, middle] = [
      await lostAfter(({ length }) => length - 1), // nothing was written there yet
      await lostAfter((bytes) => bytes.lastIndexOf('"last"')),
      await lostAfter((bytes) => bytes.indexOf('"title":"held"')),
    ]
    expect([lastByte, lastJob]).toEqual([0, 1])
    expect(middle).toBeGreaterThan(1)
    expect(all).toBeGreaterThan(Number(middle))
  })

  it('keeps logs, archived jobs and large parameters, and is sound after the repair', async () => {
    const folder = await aFolder()
    truncateSync(newestJournal(folder), statSync(newestJournal(folder)).size - 1)
    await repairSpool(folder)
    expect(await repairSpool(folder)).toBeUndefined()
    const spool = await openSpool(folder)
    const [archived] = (await spool.list({ search: 'archived' })).jobs
    expect((await spool.logs(archived?.id ?? '')).map(({ message }) => message)).toEqual(['of archived'])
    const [queued] = (await spool.list({ search: 'queued' })).jobs
    expect((await spool.get(queued?.id ?? ''))?.params).toEqual('x'.repeat(10_000))
    expect(queued?.reason?.code).toBe('repair')
    await spool.unhold(queued?.id ?? '')
    expect((await spool.get(queued?.id ?? ''))?.status).toBe('queued')
    await spool.close()
  })

  it('keeps the jobs of the snapshot when the journal was emptied', async () => {
    const folder = await aFolder()
    truncateSync(newestJournal(folder), 0)
    expect(await repairSpool(folder)).toMatchObject({ jobs: 2, held: 0 })
    expect(await statusesIn(folder)).toEqual({ archived: 'canceled', ended: 'canceled' })
  })

  it('keeps the frames after a damaged one, except changes of jobs that are lost', async () => {
    const folder = await aFolder()
    const path = newestJournal(folder)
    const bytes = readFileSync(path)
    const offset = bytes.indexOf('"title":"rendered"')
    bytes.fill(0, offset, offset + 10)
    writeFileSync(path, bytes)
    const repair = await repairSpool(folder)
    expect(repair?.lostParts).toBeGreaterThan(0)
    expect(await statusesIn(folder)).toMatchObject({ plotting: 'interrupted', last: 'held', queued: 'held' })
  })

  it('keeps the readable records of the newest snapshot when no snapshot is sound', async () => {
    const folder = await aFolder()
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.json'))) {
      const text = readFileSync(join(folder, name), 'utf8')
      writeFileSync(join(folder, name), text.replace('"of archived"', '"of archived'))
    }
    writeFileSync(join(folder, 'journal-0.log'), '')
    await expect(openSpool(folder)).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED' })
    await repairSpool(folder)
    expect(await statusesIn(folder)).toMatchObject({ ended: 'canceled', last: 'held' })
  })

  it('stays damaged when its repair is cut off before the new snapshot, so that no waiting job begins', async () => {
    const folder = await aFolder()
    rmSync(join(folder, 'watermark'))
    const blocked = join(folder, 'spool-2.json.tmp')
    mkdirSync(blocked) // at this path the repair writes the new snapshot
    await expect(repairSpool(folder)).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    rmSync(blocked, { recursive: true })
    await expect(openSpool(folder)).rejects.toMatchObject({ code: 'ERR_SPOOL_DAMAGED' })
    expect(await repairSpool(folder)).toMatchObject({ jobs: 7, held: 4, interrupted: 1 })
    expect(await statusesIn(folder)).toMatchObject({ rendered: 'held', queued: 'held', last: 'held' })
  })

  it('is copied again when it is repaired again', async () => {
    const folder = await aFolder()
    for (const backup of [`${folder}-damaged`, `${folder}-damaged-2`]) {
      truncateSync(newestJournal(folder), 5000)
      expect((await repairSpool(folder))?.backup).toBe(backup)
    }
  })
})

describe('a sound spool folder', () => {
  it('is not changed by a repair', async () => {
    const folder = await aFolder()
    const before = filesIn(folder)
    expect(await repairSpool(folder)).toBeUndefined()
    expect(filesIn(folder)).toEqual(before)
    expect(existsSync(`${folder}-damaged`)).toBe(false)
  })

  it('that was copied by a backup opens in its new place', async () => {
    const folder = await aFolder()
    const copy = join(tempFolder(), 'restored')
    cpSync(folder, copy, { recursive: true })
    expect(Object.keys(await statusesIn(copy))).toHaveLength(7)
  })

  it('cannot be repaired while a daemon uses it', async () => {
    const folder = await aFolder()
    const spool = await openSpool(folder)
    await expect(repairSpool(folder)).rejects.toMatchObject({ code: 'ERR_STATE_LOCKED' })
    await spool.close()
  })
})
