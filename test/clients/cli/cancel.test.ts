import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cancel, hold, release } from '../../../clients/cli/commands/jobs.ts'
import type { Io } from '../../../clients/cli/io/io.ts'
import { connect } from '../../../clients/node/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { until } from '../../support/until.ts'
import { wireJob } from '../../support/wire.ts'
import { ServedDaemon } from './daemon.ts'
import { Terminal } from './terminal.ts'

const LINES = `<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="60mm" viewBox="0 0 60 60" fill="none" stroke="black">
  ${Array.from({ length: 40 }, (_, i) => `<path d="M5 ${10 + i}H50"/>`).join('')}</svg>`

it('`plotd cancel --all` stops the plots, and cancels them after the jobs that wait. It calls no `job.get`', async () => {
  const called: string[] = []
  const statuses = ['plotting', 'rendered', 'paused', 'held', 'interrupted'] as const
  const jobs = statuses.map((status) => wireJob(status, { status }))
  const call = async (method: string, { status, id }: { status?: readonly string[]; id?: string }) => {
    called.push(method === 'job.cancel' ? `${id}` : method)
    return method === 'job.list' ? { jobs: jobs.filter((job) => status?.includes(job.status)) } : jobs[0]
  }
  const io = { json: true, daemon: { call }, answer: () => {} } as unknown as Io
  await cancel.run({ all: true, yes: false } as unknown as Parameters<typeof cancel.run>[0], io)
  const lists = ['job.list', 'job.list']
  expect(called).toEqual([...lists, 'job.pause', 'rendered', 'held', 'plotting', 'paused', 'interrupted'])
})

it('`plotd cancel` cancels each known job, also when the daemon does not know one of the ids', async () => {
  const ids = ['A', 'B', 'C'].map((letter) => letter.repeat(26))
  const canceled: string[] = []
  const call = async (method: string, { id = '' }: { id?: string }) => {
    if (method === 'job.list') return { jobs: [] }
    if (id === ids[1]) throw new PlotdError('ERR_JOB_UNKNOWN', `there is no job ${id}`)
    canceled.push(id)
    return wireJob(id)
  }
  const io = { json: true, daemon: { call }, answer: () => {} } as unknown as Io
  const args = { id: ids, all: false, yes: false } as unknown as Parameters<typeof cancel.run>[0]
  await expect(Promise.resolve(cancel.run(args, io))).rejects.toMatchObject({ code: 'ERR_JOB_UNKNOWN' })
  expect(canceled).toEqual([ids[0], ids[2]])
})

it.each([
  ['cancel', cancel],
  ['hold', hold],
  ['release', release],
])('`plotd %s` refuses an id beside --all', async (_, verb) => {
  const call = async (method: string) => expect.unreachable(method)
  const io = { json: true, daemon: { call } } as unknown as Io
  const args = { id: ['A'.repeat(26)], all: true, yes: true } as unknown as Parameters<typeof cancel.run>[0]
  const message = '--all finds jobs; leave out the ids'
  await expect(Promise.resolve(verb.run(args, io))).rejects.toMatchObject({ code: 'ERR_PARAMS', message })
})

describe('`plotd cancel`', () => {
  let daemon: ServedDaemon
  let file = ''
  beforeAll(async () => {
    daemon = await ServedDaemon.start('slow=sim:ebb?speed=2')
    file = join(daemon.folder, 'lines.svg')
    writeFileSync(file, LINES)
    await daemon.json('plot', file)
    await daemon.linked()
    await daemon.rendered()
    await daemon.json('ready')
    await daemon.drawn('last', 2)
    await daemon.json('pause')
  })
  afterAll(() => daemon.stop())

  const status = async () => (await daemon.json('show', 'last'))[0]?.['status']

  it('cancels nothing without --yes when there is no terminal to ask on, and prints how much is drawn', async () => {
    await daemon.until(['show', 'last'], ([job]) => job?.['status'] === 'paused')
    for (const words of [
      ['cancel', 'last'],
      ['cancel', '--all'],
    ]) {
      const { code, out, err } = await daemon.run(words)
      expect([code, out]).toEqual([6, ''])
      expect(err).toMatch(/\(lines\): \d+ of 40 strokes.* are on paper.*Nothing was canceled/)
      expect(err).toMatch(/`plotd cancel \w{6} --yes`/)
    }
    expect(await status()).toBe('paused')
  })

  it('asks on a terminal: a yes cancels the job; a no or the end of the input cancels nothing', async () => {
    const no = new Terminal(['cancel', 'last'], join(daemon.folder, 'state'))
    await until(() => no.text.includes('Cancel it? [y/N]'))
    no.type('n\r')
    expect(await no.ended).toBe(6)
    expect(await status()).toBe('paused')
    const gone = new Terminal(['cancel', 'last'], join(daemon.folder, 'state'))
    await until(() => gone.text.includes('Cancel it? [y/N]'))
    gone.type('\u0004')
    expect(await gone.ended).toBe(2)
    expect(gone.text).toContain('The input ended before an answer')
    expect(await status()).toBe('paused')
    const yes = new Terminal(['cancel', 'last'], join(daemon.folder, 'state'))
    await until(() => yes.text.includes('Cancel it? [y/N]'))
    yes.type('y\r')
    expect(await yes.ended).toBe(0)
    expect(await status()).toBe('canceled')
  })

  it('keeps the number of drawn strokes, which `show` and `list` still print', async () => {
    const done = await daemon.drawn('last', 1)
    expect(done).toBeLessThan(40)
    expect((await daemon.run(['show', 'last'])).out).toMatch(new RegExp(`drawn +${done} of 40 strokes`))
    expect((await daemon.run(['list'])).out).toMatch(new RegExp(`canceled +lines .*${done} of 40`))
  })

  it('does not ask when no ink of the job is on paper', async () => {
    await daemon.json('plot', file, '--title', 'Untouched')
    expect((await daemon.run(['cancel', 'last'])).code).toBe(0)
    expect((await daemon.run(['show', 'last'])).out).toMatch(/drawn +no ink is on paper/)
    expect((await daemon.run(['list'])).out).toMatch(/Untouched .*no ink/)
  })

  it('refuses an empty id, which a script with an empty variable gives', async () => {
    const { code, err } = await daemon.run(['cancel', ''])
    expect([code, err]).toEqual([2, expect.stringContaining("Expected the id of a job, got ''")])
  })

  it('cancels 600 jobs with one command, although the daemon accepts fewer new connections at a time', async () => {
    const job = { task: 'text', params: { text: 'x' }, hold: true }
    const client = await connect({ state: join(daemon.folder, 'state') })
    await client.call('job.submitAll', { jobs: Array.from({ length: 600 }, () => job) })
    client.close()
    expect(await daemon.json('cancel', '--all')).toHaveLength(600)
  })

  it('cancels all other jobs when one job has ended, such as a job whose parent was canceled', async () => {
    const job = { task: 'text', params: { text: 'x' }, hold: true }
    const client = await connect({ state: join(daemon.folder, 'state') })
    const [parent, child, last] = await Promise.all([
      client.submit({ ...job, priority: 'high' }),
      client.submit({ ...job, priority: 'high' }).then(({ id }) => client.submit({ ...job, dependsOn: [id] })),
      client.submit({ ...job, priority: 'low' }),
    ])
    client.close()
    const { code, err } = await daemon.run(['cancel', '--all'])
    expect([code, err]).toEqual([0, ''])
    for (const { id } of [parent, child, last])
      expect((await daemon.json('show', id))[0]?.['status']).toMatch(/^(canceled|failed)$/)
    const ended = await daemon.run(['cancel', last.id, (await daemon.json('plot', file))[0]?.['id'] as string])
    expect([ended.code, ended.out]).toEqual([6, expect.stringContaining('Canceled')])
    const both = await daemon.run(['cancel', parent.id, child.id])
    expect([both.code, both.out]).toEqual([6, ''])
    for (const { id } of [parent, child]) expect(both.err).toMatch(new RegExp(`job ${id} is `, 'i'))
  })

  it('asks on a terminal before it cancels a batch with a card whose ink is on paper', async () => {
    const client = await connect({ state: join(daemon.folder, 'state') })
    const card = { task: 'svg', params: { svg: LINES }, plot: { plotter: 'slow' } }
    const { id } = await client.submit({ ...card, title: 'Ada', batch: { name: 'xmas', row: 2 } })
    client.close()
    await daemon.rendered()
    await daemon.json('ready')
    await daemon.drawn(id, 1)
    await daemon.json('pause')
    await daemon.until(['show', id], ([job]) => job?.['status'] === 'paused')
    const no = new Terminal(['batch', 'xmas', 'cancel'], join(daemon.folder, 'state'))
    await until(() => /\(Ada\): .* on paper Cancel the cards\? \[y\/N\]/.test(no.text))
    no.type('n\r')
    expect(await no.ended).toBe(6)
    expect(await status()).toBe('paused')
    const refused = await daemon.run(['batch', 'xmas', 'cancel'])
    expect([refused.code, refused.err]).toEqual([6, expect.stringContaining('`plotd batch xmas cancel --yes`')])
    expect((await daemon.run(['batch', 'xmas', 'cancel', '--yes'])).out).toContain('1 card of xmas was canceled.')
  })

  it('does not ask with --yes', async () => {
    await daemon.json('plot', file, '--title', 'Again')
    await daemon.rendered()
    await daemon.json('ready')
    await daemon.drawn('last', 1)
    expect((await daemon.run(['cancel', 'last', '--yes'])).code).toBe(0)
    expect(await status()).toBe('canceled')
  })
})
