import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CutSheets } from '../../../src/daemon/plotting/cut-sheets.ts'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { type RunningSimulator, runSimulator } from '../../../src/plotter/simulators/index.ts'
import type { Job } from '../../../src/spool/job.ts'
import { ended, type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { sample } from '../../support/fuzz.ts'
import { until } from '../../support/until.ts'

const STROKES = 6
const linesSvg = (count: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 40 40">${Array.from(
    { length: count },
    (_, i) => `<path d="M5 ${5 + (30 * i) / count}h30" stroke="black"/>`,
  ).join('')}</svg>`

/** A machine with a quick pen and carriage, so that the tests are quick. */
const quick = { base: 'axidraw-v3', pen: { raiseMs: 40, lowerMs: 40 }, down: { speed: 60 } }

let board: RunningSimulator
let daemon: StartedDaemon
const call: StartedDaemon['client']['call'] = (method, params) => daemon.client.call(method, params)
const axi = () => call('plotter.get', { name: 'axi' })
const job = (id: string) => call('job.get', { id })
const ready = (order: object = {}) => call('plotter.ready', { name: 'axi', ...order })
const submit = (strokes = STROKES) =>
  daemon.client.submit({ task: 'svg', params: { svg: linesSvg(strokes) }, plot: { plotter: 'axi' } })
const idle = () => until(async () => (await axi()).state.is === 'idle')
const inked = () => strokeCount(board.board.ink.strokes())

async function drawing(id: string, strokes: number): Promise<void> {
  await until(async () => ((await job(id)).progress?.done ?? 0) >= strokes)
}

/** The number of strokes of ink at which the plug is pulled. */
let unplugAt = Number.POSITIVE_INFINITY

/**
 * Starts a board whose plug is pulled after `unplugAt` strokes of ink, however busy the computer is. Call this function
 * before the daemon connects.
 */
async function startBoard(): Promise<void> {
  board = await runSimulator('ebb', { tcp: 0, speed: 10 })
  const { board: plotter } = board
  const receive = plotter.receive.bind(plotter)
  plotter.receive = (bytes) => {
    receive(bytes)
    if (inked() < unplugAt) return
    unplugAt = Number.POSITIVE_INFINITY
    setImmediate(() => plotter.cable.cut())
  }
}

/** A job that a lost link interrupted in mid-sheet. */
async function interrupted(strokes = STROKES): Promise<string> {
  await idle()
  unplugAt = inked() + 3
  const { id } = await submit(strokes)
  // With the gate off the plot begins by itself: the status may be `plotting` at the first check.
  await until(async () => ['rendered', 'plotting'].includes((await job(id)).status))
  if ((await axi()).gate) await ready()
  await until(async () => (await job(id)).status === 'interrupted')
  await call('plotter.connect', { name: 'axi' })
  await idle()
  return id
}

describe.each(sample(['on', 'off'] as const, 1))('the sheet of an interrupted job, with the gate %s', (gate) => {
  beforeAll(async () => {
    await startBoard()
    daemon = await startedDaemon({
      plotters: [{ name: 'axi', url: `${board.url}?speed=10`, profile: quick, gate }],
    })
    await idle()
  })
  afterAll(async () => {
    await daemon.close()
    await board.close()
  })

  it('no longer blocks its plotter after its job is retried, also when the new plot is canceled', async () => {
    const id = await interrupted(60) // long enough to be canceled in time
    await call('job.retry', { id })
    expect(await axi()).not.toHaveProperty('interrupted')
    await ready()
    await drawing(id, 1)
    await call('job.cancel', { id })
    expect(await axi()).not.toHaveProperty('interrupted')
  })

  it('is gone as soon as the operator says that a new sheet is down, also after a restart, but its job stays interrupted', async () => {
    const id = await interrupted()
    const next = await submit()
    const { interrupted: shown } = await ready({ newSheet: true })
    expect(shown).toBeUndefined()
    expect(await ended(daemon.client, next.id)).toMatchObject({ status: 'finished' })
    await daemon.restart()
    await idle()
    expect(await axi()).not.toHaveProperty('interrupted')
    expect((await job(id)).status).toBe('interrupted')
    const how = { id, cut: 'redraw', atHome: true } as const
    await expect(call('job.resume', how)).rejects.toMatchObject({
      code: 'ERR_PLOTTER_STATE',
      message: expect.stringMatching('put the sheet back at the same place and confirm that when you resume'),
    })
    await call('job.resume', { ...how, sheetBack: true })
    // Before the first move the plotter is still idle. Only its field `job` shows that the sheet is in use.
    expect(await axi()).toMatchObject({ job: id })
    expect(await ended(daemon.client, id)).toMatchObject({ status: 'finished' })
  })

  it('lies on the plotter, also after a restart, and nothing draws over it', async () => {
    const id = await interrupted()
    await daemon.restart()
    await idle()
    expect(await axi()).toMatchObject({ interrupted: { job: id, of: STROKES }, state: { ready: false } })
    const next = await submit()
    await until(async () => (await job(next.id)).status === 'rendered')
    const strokes = inked()
    for (const order of [{}, { sheets: 3 }, { job: next.id }]) {
      await expect(ready(order)).rejects.toMatchObject({
        code: 'ERR_PLOTTER_STATE',
        message: expect.stringMatching(new RegExp(`${id}.*[Rr]esume.*retry.*cancel.*confirm the removal$`)),
        detail: { interrupted: id },
      })
    }
    expect((await job(next.id)).status).toBe('rendered')
    expect(inked()).toBe(strokes)
  })
})

/** A job that was interrupted after it began `begun` strokes. */
const cut = (id: string, begun: number) =>
  ({
    id,
    title: id,
    status: 'interrupted',
    progress: { phase: 'plot', plotter: 'axi', done: 0, begun, of: 5 },
  }) as unknown as Job

describe('a cut sheet that a user puts back', () => {
  it('lies on the plotter again, and no other sheet does', async () => {
    const [first, second] = [cut('first', 1), cut('second', 1)]
    const memory = { off: [] as readonly string[], save: async () => {} }
    const cuts = new CutSheets('axi', memory, [first, second])
    await cuts.takeOff()
    expect(cuts.here).toBeUndefined()
    await cuts.putBack('first')
    expect(cuts.here).toBe(first)
    expect(() => cuts.requireOnly(first)).not.toThrow()
    expect(() => cuts.requireOnly(second)).toThrow('the sheet of the interrupted job first')
  })

  it('lies on the plotter only after the disk has recorded its return', async () => {
    const [first, second] = [cut('first', 1), cut('second', 1)]
    const save = vi.fn(async () => {}).mockRejectedValueOnce(new Error('the disk is full'))
    const memory = { off: ['first', 'second'] as readonly string[], save }
    const cuts = new CutSheets('axi', memory, [first, second])
    await expect(cuts.putBack('first')).rejects.toThrow('the disk is full')
    expect(cuts.here).toBeUndefined()
    save.mockClear()
    await cuts.putBack('first')
    expect(save).toHaveBeenCalledOnce()
    expect(cuts.here).toBe(first)
  })
})

describe('a job that was interrupted before its first stroke', () => {
  it('does not keep other jobs from the plotter, and is not resumed on a sheet on which another job has drawn', async () => {
    const memory = { off: [] as readonly string[], save: async () => {} }
    const [blank, inked] = [cut('blank', 0), cut('inked', 1)]
    const cuts = new CutSheets('axi', memory, [blank])
    expect(cuts.here).toBeUndefined()
    expect(() => cuts.requireOnly(blank)).not.toThrow()
    await cuts.cover()
    expect(() => cuts.requireOnly(blank)).toThrow(/job blank .* was taken off axi or used by another job/)
    cuts.note(inked)
    await cuts.cover()
    expect(memory.off).toEqual(['blank'])
    expect(cuts.here).toBe(inked)
    const again = new CutSheets('axi', memory, [blank, inked])
    expect(() => again.requireOnly(blank)).toThrow()
    expect(() => again.requireOnly(inked)).not.toThrow()
  })
})

describe('a plot that is canceled', () => {
  beforeAll(async () => {
    await startBoard()
    daemon = await startedDaemon({ plotters: [{ name: 'axi', url: `${board.url}?speed=10`, profile: quick }] })
    await idle()
  })
  afterAll(async () => {
    await daemon.close()
    await board.close()
  })

  it('is shown with the ink that it has', async () => {
    const { id } = await submit(60) // long enough to be canceled in time
    expect((await job(id)).touched).toBe(false)
    await until(async () => (await job(id)).status === 'rendered')
    await ready()
    await drawing(id, 2)
    expect((await job(id)).touched).toBe(true)
    await call('job.cancel', { id })
    await idle()
    const { progress, touched, status } = await job(id)
    expect([status, touched]).toEqual(['canceled', true])
    const whole = progress?.done ?? 0
    expect(inked() - whole).toBeGreaterThanOrEqual(0)
    expect(inked()).toBeLessThanOrEqual(progress?.begun ?? 0)
    const { jobs } = await call('job.list', { status: ['canceled'] })
    expect(jobs[0]).toMatchObject({ touched: true, progress: { done: whole, of: 60 } })
  })

  it('has touched nothing when it was canceled before its first stroke', async () => {
    const { id } = await submit()
    await call('job.cancel', { id })
    expect(await job(id)).toMatchObject({ status: 'canceled', touched: false })
  })
})
