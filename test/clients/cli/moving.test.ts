import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServedDaemon } from './daemon.ts'

let daemon: ServedDaemon
beforeAll(async () => {
  daemon = await ServedDaemon.start()
  await daemon.run(['pattern', 'grid', '--hold'])
  await daemon.run(['text', 'y'.repeat(9000), '--title', 'Long', '--hold'])
})
afterAll(async () => {
  await daemon.stop()
})

describe('export and import', () => {
  it('move jobs with their parameters to another daemon; a second import adds none, also with a byte order mark', async () => {
    const { out } = await daemon.run(['export', '--waiting'])
    const file = join(daemon.folder, 'jobs.jsonl')
    writeFileSync(file, out)
    const other = await ServedDaemon.start()
    const first = await other.json('import', file, '--hold')
    writeFileSync(file, `\uFEFF${out}`)
    expect([...first, ...(await other.json('import', file, '--hold'))]).toEqual([
      { imported: 2, known: 0 },
      { imported: 0, known: 2 },
    ])
    const jobs = await other.json('list', '--all')
    expect(jobs).toHaveLength(2)
    const long = jobs.find(({ title }) => title === 'Long')
    expect(await other.json('show', String(long?.['id']))).toMatchObject([{ params: { text: 'y'.repeat(9000) } }])
    await other.stop()
  })

  it('move the idempotency keys of forgotten jobs, too, so that the other daemon does not queue such a job again', async () => {
    const words = ['text', 'Hello', '--key', 'card 1', '--hold']
    const [first] = await daemon.json(...words)
    await daemon.run(['cancel', String(first?.['id'])])
    await daemon.run(['forget', String(first?.['id'])])
    const file = join(daemon.folder, 'all.jsonl')
    writeFileSync(file, (await daemon.run(['export'])).out)
    const other = await ServedDaemon.start()
    await other.json('import', file)
    const again = { id: first?.['id'], status: 'forgotten', repeated: true }
    expect(await other.json(...words)).toMatchObject([again])
    expect(await daemon.json(...words)).toMatchObject([again])
    await other.stop()
  })

  it('keep in the export a job that has lost its parameters; `preview`, `import --anew` and `again` refuse the job', async () => {
    const params = join(daemon.folder, 'state', 'spool', 'params')
    const before = readdirSync(params)
    await daemon.run(['text', 'x'.repeat(9000), '--title', 'Lost', '--hold'])
    const [lostFile = ''] = readdirSync(params).filter((name) => !before.includes(name))
    writeFileSync(join(params, lostFile), 'not what was written')
    const { code, out, err } = await daemon.run(['export', '--waiting'])
    expect(code).toBe(0)
    expect(err).toMatch(/\(Lost\) is exported without its parameters/)
    const { err: forPrograms } = await daemon.run(['export', '--waiting', '--json'])
    const [warning, ...more] = forPrograms.trim().split('\n')
    expect([JSON.parse(warning ?? ''), more]).toEqual([
      {
        warning: {
          code: 'ERR_SPOOL_DAMAGED',
          message: expect.stringMatching(/\(Lost\) is exported without/),
          id: expect.stringMatching(/^[0-9A-Z]{26}$/),
        },
      },
      [],
    ])
    const lost = out.split('\n').find((line) => line.includes('"Lost"')) ?? ''
    expect(JSON.parse(lost)).toMatchObject({ params: null, paramsError: { code: 'ERR_SPOOL_DAMAGED' } })
    expect((await daemon.run(['show', 'last'])).out).toMatch(/parameters +\S+\.json does not match its digest/)
    const file = join(daemon.folder, 'lost.jsonl')
    writeFileSync(file, lost)
    for (const words of [
      ['again', 'last'],
      ['preview', 'last'],
      ['import', file, '--anew'],
    ]) {
      const { code, err } = await daemon.run(words)
      expect([code === 0, err]).toEqual([false, expect.stringMatching(/Lost\) has lost its parameters/)])
    }
    await daemon.run(['cancel', 'last'])
    await daemon.run(['forget', 'last'])
  })

  it('queue the exported jobs as new ones with --anew; a second import adds none', async () => {
    const file = join(daemon.folder, 'anew.jsonl')
    writeFileSync(file, (await daemon.run(['export'])).out)
    const before = (await daemon.json('list', '--all')).length
    await daemon.json('import', file, '--anew', '--hold')
    expect((await daemon.json('list', '--all')).length).toBe(2 * before)
    expect(await daemon.json('import', file, '--anew', '--hold')).toEqual([{ imported: 0, known: before }])
  })

  it('count the copies that were complete before a retry, when `import --anew` or `again` queues the job as a new one', async () => {
    const [text] = await daemon.json('text', 'Copies', '--hold')
    const [whole] = await daemon.json('show', String(text?.['id']))
    const retried = { plot: { plotter: 'any', copies: 1 }, spent: { inkMm: 1, drawnSeconds: 1, copies: 2 } }
    const job = { ...whole, ...retried, id: `${String(text?.['id']).slice(0, -3)}AAA`, idempotencyKey: 'copies' }
    const file = join(daemon.folder, 'copies.jsonl')
    writeFileSync(file, JSON.stringify(job))
    const other = await ServedDaemon.start('axi=sim:ebb')
    await other.json('import', file)
    await other.json('import', file, '--anew', '--hold')
    expect(await other.json('show', 'last')).toMatchObject([{ plot: { copies: 3 } }])
    expect(await other.json('again', job.id)).toMatchObject([{ plot: { copies: 3 } }])
    await other.stop()
  })

  it('import jobs that are together larger than a message may be', async () => {
    const [job] = await daemon.json('text', 'z'.repeat(30_000), '--title', 'Large', '--hold')
    const [whole] = await daemon.json('show', String(job?.['id']))
    const ids = Array.from(
      { length: 160 },
      (_, i) => `${String(job?.['id']).slice(0, -3)}${String(i).padStart(3, '0')}`,
    )
    const file = join(daemon.folder, 'large.jsonl')
    writeFileSync(file, ids.map((id) => JSON.stringify({ ...whole, id, idempotencyKey: id })).join('\n'))
    const other = await ServedDaemon.start()
    expect(await other.json('import', file)).toEqual([{ imported: 160, known: 0 }])
    await other.stop()
  })

  it('name the line of a file that is no export', async () => {
    const { code, err } = await daemon.run(['import', '-'], {}, '{"id": 1}\n')
    expect(code).toBe(1)
    expect(err).toContain('line 1')
    const { err: noJson } = await daemon.run(['import', '-'], {}, '{"id": 1\n')
    for (const text of [err, noJson]) expect(text).toContain('→ Correct this line, then import the file again.')
  })
})

it('`plotd again` queues a job once more with the path that the job asked for', async () => {
  const [job] = await daemon.json('text', 'Path', '--output', 'mine/path.svg', '--hold')
  const [again] = await daemon.json('again', String(job?.['id']))
  expect(await daemon.json('show', String(again?.['id']))).toMatchObject([{ output: 'mine/path.svg' }])
})
