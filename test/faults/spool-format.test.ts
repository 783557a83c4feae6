import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type EmbeddedSpool, openSpool } from '../../src/spool/index.ts'
import type { Job } from '../../src/spool/job.ts'
import { type Disk, nodeDisk } from '../../src/spool/journal/disk.ts'
import { UPGRADES, type Upgrade } from '../../src/spool/journal/format.ts'
import { packageRoot } from '../../src/threads.ts'
import { HandClock } from '../support/hand-clock.ts'
import { systemError } from '../support/memory-disk.ts'
import { tempFolder } from '../support/temp-folder.ts'

const FIXTURE = join(packageRoot, 'test/faults/fixtures/spool-format-1')

/** A spool of format 1: archived, ended, held, queued and forgotten jobs, one with large params. */
function copyOfFixture(): string {
  const folder = join(tempFolder(), 'spool')
  cpSync(FIXTURE, folder, { recursive: true })
  return folder
}

/** An upgrade to a future format: it adds the mark to the tags of each job. */
const marked =
  (mark: string): Upgrade =>
  (table, record) => {
    const { tags, ...job } = record as Job
    return table === 'jobs' ? { ...job, tags: [...tags, mark] } : record
  }
const later = (...marks: string[]): readonly Upgrade[] => [...UPGRADES, ...marks.map(marked)]

/** A disk on which some files cannot be opened. */
const without = (isRefused: (path: string) => boolean): Disk => ({
  ...nodeDisk,
  open: (path, how) => (isRefused(path) ? Promise.reject(systemError('ENOSPC', path)) : nodeDisk.open(path, how)),
})

function open(folder: string, upgrades: readonly Upgrade[] = UPGRADES, disk = nodeDisk): Promise<EmbeddedSpool> {
  const options = { disk, clock: new HandClock(1_700_000_000_000), aheadBytes: 4096, endedInMemory: 1 }
  return openSpool(folder, { ...options, upgrades, retention: { jobs: 100, days: 10_000 } })
}

async function jobsOf(spool: EmbeddedSpool): Promise<Record<string, readonly [string, readonly string[]]>> {
  const { jobs } = await spool.list({ sort: 'queue' })
  return Object.fromEntries(jobs.map(({ title, status, tags }) => [title, [status, tags]] as const))
}

const jobs = (...tags: string[]) => ({
  urgent: ['queued', tags],
  'archived and retried': ['queued', tags],
  held: ['held', tags],
  archived: ['failed', tags],
  'with large params': ['failed', tags],
  'ended after the snapshot': ['canceled', tags],
})

const bytesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.startsWith('spool-') || name.startsWith('journal-'))
      .map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  )

const beside = (folder: string): string[] => readdirSync(join(folder, '..')).sort()

describe('a spool of format 1', () => {
  it('is read by this program', async () => {
    const spool = await open(copyOfFixture())
    expect(await jobsOf(spool)).toEqual(jobs())
    await spool.close()
  })

  it('is upgraded by a later program: every job, archived ones too, with logs, large params and keys', async () => {
    const folder = copyOfFixture()
    const spool = await open(folder, later('two'))
    expect(spool.recovery.upgraded?.from).toBe(UPGRADES.length + 1)
    expect(await jobsOf(spool)).toEqual(jobs('two'))
    const { jobs: match } = await spool.list({ search: 'archived' })
    const archived = match.find(({ title }) => title === 'archived')
    expect(await spool.logs(archived?.id ?? '')).toEqual([{ at: 1_700_000_000_000, message: 'began' }])
    const [again] = await spool.submit([{ task: 'text', params: {}, idempotencyKey: 'first' }])
    expect(again?.id).toBe(archived?.id)
    const { jobs: large } = await spool.list({ search: 'with large params' })
    expect((await spool.get(large[0]?.id ?? ''))?.params).toEqual({ text: 'x'.repeat(5000) })
    await spool.close()
  })

  it('is upgraded to a format only once, and a later start can upgrade it by two formats', async () => {
    const folder = copyOfFixture()
    await (await open(folder, later('two'))).close()
    const same = await open(folder, later('two'))
    expect(same.recovery.upgraded).toBeUndefined()
    expect(await jobsOf(same)).toEqual(jobs('two'))
    await same.close()
    const next = await open(folder, later('two', 'three', 'four'))
    expect(await jobsOf(next)).toEqual(jobs('two', 'three', 'four'))
    await next.close()
  })

  it('is copied before the upgrade, for the program that wrote it', async () => {
    const folder = copyOfFixture()
    const spool = await open(folder, later('two'))
    const backup = spool.recovery.upgraded?.backup ?? ''
    await spool.close()
    expect(backup).toBe(`${folder}-format-1`)
    expect(bytesIn(backup)).toEqual(bytesIn(FIXTURE))
    const old = await open(backup)
    expect(await jobsOf(old)).toEqual(jobs())
    await old.close()
  })

  it('is copied without replacing an earlier copy', async () => {
    const folder = copyOfFixture()
    mkdirSync(`${folder}-format-1`)
    writeFileSync(join(`${folder}-format-1`, 'kept'), 'as it was')
    await (await open(folder, later('two'))).close()
    expect(beside(folder)).toEqual(['spool', 'spool-format-1', 'spool-format-1-2'])
    expect(readdirSync(`${folder}-format-1`)).toEqual(['kept'])
  })

  it('gets a journal of the new format, and its old journal does not grow even when the snapshot fails', async () => {
    const folder = copyOfFixture()
    const isSnapshot = (path: string) => path.endsWith('.json.tmp')
    await expect(open(folder, later('two'), without(isSnapshot))).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    const { 'journal-1.log': old = '', 'journal-2.log': young = '' } = bytesIn(folder)
    expect(bytesIn(FIXTURE)['journal-1.log']?.startsWith(old.trimEnd())).toBe(true)
    expect(young).toContain('plotd journal 2 ')
    const again = await open(folder, later('two'))
    expect(await jobsOf(again)).toEqual(jobs('two'))
    await again.close()
  })
})

describe('a spool of a newer format', () => {
  it('is refused, and nothing is changed', async () => {
    const folder = copyOfFixture()
    await (await open(folder, later('two'))).close()
    const before = bytesIn(folder)
    await expect(open(folder)).rejects.toMatchObject({ code: 'ERR_SPOOL_NEWER', detail: { format: 2, known: 1 } })
    expect(bytesIn(folder)).toEqual(before)
    expect(beside(folder)).toEqual(['spool', 'spool-format-1'])
  })

  it('is refused even when it has no snapshot', async () => {
    const folder = join(tempFolder(), 'spool')
    await (await open(folder, later('two'))).close()
    expect(Object.keys(bytesIn(folder))).toEqual(['journal-0.log'])
    await expect(open(folder)).rejects.toMatchObject({ code: 'ERR_SPOOL_NEWER' })
  })

  it('is recognized by only the first line and the checksum of its newest snapshot', async () => {
    const folder = copyOfFixture()
    const text = '{"plotd":7,"generation":2,"seq":24,\n{"nothing": "that format 1 knows"\n],\n'
    const crc = crc32(text).toString(16).padStart(8, '0')
    writeFileSync(join(folder, 'spool-2.json'), `${text}"crc32":"${crc}"}\n`)
    await expect(open(folder)).rejects.toMatchObject({ code: 'ERR_SPOOL_NEWER', detail: { format: 7 } })
    writeFileSync(join(folder, 'spool-2.json'), `${text}"crc32":"00000000"}\n`) // a damaged snapshot is passed over
    const spool = await open(folder)
    expect(await jobsOf(spool)).toEqual(jobs())
    await spool.close()
  })
})
