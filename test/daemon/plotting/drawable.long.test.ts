import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Params } from '../../../src/daemon/protocol/index.ts'
import { render } from '../../../src/tasks/index.ts'
import { ended, type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/until.ts'

type NewJob = Params<'job.submit'>

const sheet = (width: number, height: number, ink: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}">${ink}</svg>`
const box = (width: number, height: number) =>
  sheet(width, height, `<rect x="1" y="1" width="${width - 2}" height="${height - 2}" fill="none" stroke="black"/>`)
const svg = (source: string, plot: object = {}, more: object = {}): NewJob => ({
  task: 'svg',
  params: { svg: source },
  plot: { plotter: 'small', ...plot },
  ...more,
})

let daemon: StartedDaemon
const call: StartedDaemon['client']['call'] = (method, params) => daemon.client.call(method, params)
const statusOf = async (id: string) => (await call('job.get', { id })).status
const rendered = (id: string) => until(async () => !['queued', 'started'].includes(await statusOf(id)))

beforeAll(async () => {
  daemon = await startedDaemon({
    plotters: [
      { name: 'small', url: 'sim:ebb?speed=50', profile: 'axidraw-v3' },
      { name: 'large', url: 'sim:ebb?speed=50', profile: 'axidraw-v3-a3', paper: 'a5' },
    ],
  })
  await until(async () => (await call('plotter.list', {})).every(({ state }) => state.is === 'idle'))
})
afterAll(() => daemon.close())

describe('a job that plotd cannot carry out as requested', () => {
  const REFUSALS: readonly (readonly [string, NewJob, string])[] = [
    ['is larger than the machine', svg(box(400, 250)), 'ERR_PLAN_OUT_OF_BOUNDS'],
    [
      'is turned out of the reach of the machine',
      svg(box(290, 200), { options: { rotate: 90 } }),
      'ERR_PLAN_OUT_OF_BOUNDS',
    ],
    [
      'is scaled out of the reach of the machine',
      svg(box(200, 200), { options: { scale: 1.5, clip: 'none' } }),
      'ERR_PLAN_OUT_OF_BOUNDS',
    ],
    [
      'is fitted to a page that is too large in both orientations',
      svg(box(50, 70), { pageSize: 'a2', fit: true }),
      'ERR_PLAN_OUT_OF_BOUNDS',
    ],
    ['chooses a layer that is not there', svg(box(50, 50), { layers: [9] }), 'ERR_PARAMS'],
    ['chooses one layer that exists and one that does not', svg(box(50, 50), { layers: [1, 'gold'] }), 'ERR_PARAMS'],
    ['has nothing to draw', svg(sheet(50, 50, '')), 'ERR_EMPTY'],
    ['lies outside its page', svg(sheet(50, 50, '<path d="M80 80h9" stroke="black"/>')), 'ERR_EMPTY'],
    ['has an absolute path for its output', svg(box(50, 50), {}, { output: '/etc/x.svg' }), 'ERR_OUTPUT_PATH'],
    [
      'has an output path that leads out of the output folder',
      svg(box(50, 50), {}, { output: '../../x.svg' }),
      'ERR_OUTPUT_PATH',
    ],
    [
      'has an output path that leads out of the output folder by backslashes',
      svg(box(50, 50), {}, { output: 'a\\..\\..\\x.svg' }),
      'ERR_OUTPUT_PATH',
    ],
    ['is for a time in the past', svg(box(50, 50), {}, { runAt: '2020-01-01T00:00:00Z' }), 'ERR_PARAMS'],
    ['is for a plotter that is not there', svg(box(50, 50), { plotter: 'nobody' }), 'ERR_PLOTTER_UNKNOWN'],
    ['has a margin that leaves no room', svg(box(50, 50), { pageSize: 'a6', options: { margin: 90 } }), 'ERR_PARAMS'],
    [
      'is strict and loses ink',
      svg(sheet(50, 50, '<image href="x.png" width="9" height="9"/><path d="M1 1h9" stroke="black"/>'), {
        strict: true,
      }),
      'ERR_STRICT',
    ],
  ]
  it.each(REFUSALS)(
    'is refused at submit when it %s, and a dry run gives the same error code',
    async (_, job, code) => {
      const [checked] = await call('job.check', { jobs: [job] })
      expect(checked?.error).toMatchObject({ code })
      await expect(call('job.submit', job)).rejects.toMatchObject({ code })
    },
  )

  it('is refused at submit when its task makes the SVG within the time that a submit waits', async () => {
    const job = {
      task: 'pattern',
      params: { pattern: 'truchet', width: 600, height: 400, cell: 100 },
      plot: { plotter: 'small' },
    }
    // A thread that has just started is slow, and may take longer than a submit waits.
    await until(async () => (await call('job.check', { jobs: [job] }))[0]?.error !== undefined)
    let refusal: unknown
    await until(async () => {
      const queued = await call('job.submit', job).catch((error: unknown) => {
        refusal = error
      })
      if (queued) await call('job.cancel', { id: queued.id }).catch(() => {})
      return !queued
    })
    expect(refusal).toMatchObject({ code: 'ERR_PLAN_OUT_OF_BOUNDS' })
  })

  it('is refused when it is strict and its text loses a character', async () => {
    const params = { text: 'x', font: 'scripts', strict: false }
    const job = { task: 'text', params: { ...params, text: 'Hi 🎉' }, plot: { plotter: 'small', strict: true } }
    await expect(call('job.submit', job)).rejects.toMatchObject({ code: 'ERR_STRICT' })
  })
})

describe('a job for any plotter', () => {
  it('is accepted when one plotter can draw it, and waits for that plotter', async () => {
    const job = await call('job.submit', svg(box(400, 250), { plotter: 'any' }))
    await rendered(job.id)
    expect((await call('job.get', { id: job.id })).result?.plotters).toEqual(['large'])
    await expect(call('plotter.ready', { name: 'small' })).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    expect((await call('plotter.ready', { name: 'large' })).grant).toMatchObject({ for: { job: job.id } })
    expect(await ended(daemon.client, job.id)).toMatchObject({ status: 'finished' })
  })

  it('is refused when no plotter can draw it', async () => {
    await expect(call('job.submit', svg(box(900, 900), { plotter: 'any' }))).rejects.toMatchObject({
      code: 'ERR_PLAN_OUT_OF_BOUNDS',
    })
  })
})

describe('a job for a plotter with paper', () => {
  it('gets a note when its page fits on the paper in neither orientation', async () => {
    const notes = async (width: number, height: number) =>
      (await call('job.submit', svg(box(width, height), { plotter: 'large' }, { hold: true }))).notes
    expect((await call('plotter.get', { name: 'large' })).paper).toBe('a5')
    expect(await notes(210, 148)).not.toContainEqual(expect.objectContaining({ code: 'paper' }))
    expect(await notes(148, 210)).not.toContainEqual(expect.objectContaining({ code: 'paper' }))
    expect(await notes(210, 297)).toContainEqual({
      code: 'paper',
      kind: 'note',
      message: 'the page is 210 × 297 mm, and the paper in large is a5',
    })
  })
})

describe('ready', () => {
  it('refuses when the file of the first job has become too large to draw, and names the job', async () => {
    const job = await call('job.submit', svg(box(50, 50)))
    await rendered(job.id)
    const { result } = await call('job.get', { id: job.id })
    writeFileSync(join(daemon.config.output, result?.path ?? ''), box(500, 500))
    await expect(call('plotter.ready', { name: 'small' })).rejects.toMatchObject({
      code: 'ERR_PLAN_OUT_OF_BOUNDS',
      message: expect.stringContaining(job.id),
    })
    expect((await call('plotter.get', { name: 'small' })).state).toEqual({ is: 'idle', ready: false })
    await call('job.cancel', { id: job.id })
  })
})

describe('fit', () => {
  it('turns the page of the example in the README, and a note reports the turn', async () => {
    const { svg: spiral } = await render('pattern', { pattern: 'spiral', seed: 7 })
    const job = await call('job.submit', svg(spiral, { pageSize: 'a4', fit: true, options: { margin: 15 } }))
    expect(job.notes).toContainEqual(expect.objectContaining({ code: 'page-turned', kind: 'note' }))
    await rendered(job.id)
    const { result } = await call('job.get', { id: job.id })
    expect(result).toMatchObject({ widthMm: 297, heightMm: 210 })
    await call('plotter.ready', { name: 'small', job: job.id })
    await call('job.cancel', { id: job.id })
  })

  it('does not turn a page that the machine reaches, or whose orientation the user chose', async () => {
    const see = async (plot: object) =>
      call('preview.render', {
        task: 'svg',
        params: { svg: box(50, 70) },
        plot: { plotter: 'small', fit: true, ...plot },
      })
    expect(await see({ pageSize: 'a5' })).toMatchObject({ widthMm: 148, heightMm: 210 })
    expect(await see({ pageSize: 'a4', options: { landscape: false } })).toMatchObject({ widthMm: 210, heightMm: 297 })
    expect(await see({ pageSize: 'a4', plotter: 'large' })).toMatchObject({ widthMm: 210, heightMm: 297 })
  })
})

describe('a submit for a plotter', () => {
  it('lists as losses the ink that will not be drawn, and as a note a replaced font', async () => {
    const lossy = sheet(50, 50, '<image href="x.png" width="9" height="9"/><text x="5" y="20">Hi 🎉</text>')
    const job = await call('job.submit', svg(lossy))
    const losses = job.notes.filter(({ kind }) => kind === 'loss').map(({ message }) => message)
    expect(losses).toEqual([expect.stringContaining('image'), expect.stringContaining('🎉')])
    expect(job.notes).toContainEqual(expect.objectContaining({ code: 'text-font', kind: 'note' }))
    await call('job.cancel', { id: job.id })
  })
})
