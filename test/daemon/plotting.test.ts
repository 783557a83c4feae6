import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connect, type WireJob } from '../../clients/node/index.ts'
import type { MethodName, Params, WirePlotter } from '../../src/daemon/protocol/index.ts'
import { at, type Strokes, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import { type RunningSimulator, runSimulator } from '../../src/plotter/simulators/index.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { inkError } from '../support/ink.ts'
import { holdPlans } from '../support/shared-threads.ts'
import { until } from '../support/until.ts'

/** More strokes than are drawn between two checks of the progress, on a busy machine too. */
const LINES = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [5, 5 + 3 * i, 20, 5 + 3 * i])
const drawing = strokesOf(...LINES)
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 40 40">' +
  `${LINES.map(([x1, y1, x2, y2]) => `<path d="M${x1} ${y1}L${x2} ${y2}" fill="none" stroke="black"/>`).join('')}</svg>`
const options = { keepOrder: true }
/** A machine with a quick pen and carriage, so that the tests are quick. */
const quick = { base: 'axidraw-v3', width: 20_000, pen: { raiseMs: 100, lowerMs: 100 }, down: { speed: 60 } }

describe('a plotter', () => {
  let board: RunningSimulator
  let plotd: StartedDaemon
  /** Strokes that were on the paper before the present test. */
  let before = 0
  beforeAll(async () => {
    board = await runSimulator('ebb', { tcp: 0, speed: 20 })
    const plotters = [{ name: 'axi', url: `${board.url}?speed=20`, profile: quick }]
    plotd = await startedDaemon({ plotters })
    await until(async () => (await axi()).state.is === 'idle')
  })
  beforeEach(() => {
    before = strokeCount(board.board.ink.strokes())
  })
  afterAll(async () => {
    await plotd.close()
    await board.close()
  })

  const call = <M extends MethodName>(method: M, params: Params<M>) => plotd.client.call(method, params)
  const axi = () => call('plotter.get', { name: 'axi' })
  const ready = () => call('plotter.ready', { name: 'axi' })
  const job = (id: string) => call('job.get', { id })
  const has = (id: string, status: WireJob['status']) => until(async () => (await job(id)).status === status)
  const drawn = (id: string, strokes: number) => until(async () => ((await job(id)).progress?.done ?? 0) >= strokes, 5)
  const plot = (copies = 1) =>
    plotd.client.submit({ task: 'svg', params: { svg }, plot: { plotter: 'axi', copies, options } })

  /** Cuts a plot by a restart after `strokes` strokes or more. Resolves when the plotter is connected again. */
  async function cutAfter(strokes: number, meanwhile?: () => void): Promise<string> {
    const { id } = await plot()
    await has(id, 'rendered')
    await ready()
    await drawn(id, strokes)
    await plotd.restart(meanwhile)
    await until(async () => (await axi()).state.is === 'idle')
    return id
  }

  /** The ink of the present test. */
  function ink(): Strokes {
    const { points, starts } = board.board.ink.strokes()
    const first = at(starts, before)
    return { points: points.slice(2 * first), starts: starts.slice(before).map((start) => start - first) }
  }

  it('tells another client the position after a jog and a new home, and that no position is known after the motors were freed', async () => {
    const other = await connect({ url: plotd.daemon.url, token: plotd.daemon.token })
    let shown: WirePlotter['position'] | 'no news' = 'no news'
    await other.subscribe((event) => {
      if (event.type === 'plotter.changed') shown = event.plotter.position
    })
    await call('plotter.jog', { name: 'axi', dx: 5, dy: 2.5 })
    await until(() => JSON.stringify(shown) === '{"x":5,"y":2.5}')
    await call('plotter.setHome', { name: 'axi' })
    await until(() => JSON.stringify(shown) === '{"x":0,"y":0}')
    await call('plotter.jog', { name: 'axi', dx: -5, dy: -2.5 })
    await call('plotter.setHome', { name: 'axi' })
    await call('plotter.motors', { name: 'axi', on: false })
    await until(() => shown === undefined)
    await call('plotter.setHome', { name: 'axi' })
    other.close()
  })

  it('draws nothing before `ready`, then exactly the drawing', async () => {
    const { id } = await plot()
    await has(id, 'rendered')
    expect(await axi()).toMatchObject({ state: { is: 'idle', ready: false }, gate: true })
    expect(strokeCount(ink())).toBe(0)
    await ready()
    await has(id, 'finished')
    expect(inkError(ink(), drawing)).toBeLessThan(0.05)
    expect((await axi()).state).toEqual({ is: 'idle', ready: false })
  })

  it('pauses with the pen up, and continues, on command', async () => {
    const { id } = await plot()
    await has(id, 'rendered')
    await ready()
    await drawn(id, 1)
    await call('job.pause', { id })
    await has(id, 'paused')
    expect(strokeCount(ink())).toBe((await job(id)).progress?.done)
    expect(board.board.isPenDown).toBe(false)
    expect((await axi()).state).toMatchObject({ is: 'paused', job: id, why: 'operator' })
    for (const method of ['job.place', 'job.trace'] as const)
      await expect(call(method, { id })).rejects.toThrow(`job ${id} is paused; expected an interrupted job`)
    await call('job.resume', { id })
    await has(id, 'finished')
    expect(inkError(ink(), drawing)).toBeLessThan(0.05)
  })

  it('draws nothing before it is resumed, when it was paused during planning', async () => {
    const { id } = await plot()
    await has(id, 'rendered')
    const makePlan = holdPlans()
    await ready()
    await has(id, 'plotting')
    const pausing = call('job.pause', { id })
    await call('server.info', {}) // the daemon handles calls in order, so it has the pause by now
    makePlan()
    await pausing
    await has(id, 'paused')
    expect(await axi()).toMatchObject({ state: { is: 'paused', why: 'operator' } })
    expect(strokeCount(ink())).toBe(0)
    await call('job.resume', { id })
    await has(id, 'finished')
    expect(strokeCount(ink())).toBe(LINES.length)
  })

  it('lifts the pen and draws no further when a plot is canceled, and can then go home', async () => {
    const { id } = await plot()
    await has(id, 'rendered')
    await ready()
    await drawn(id, 1)
    await call('job.cancel', { id })
    await until(async () => (await axi()).state.is === 'idle')
    expect((await job(id)).status).toBe('canceled')
    expect(strokeCount(ink())).toBeLessThan(LINES.length)
    expect(board.board.isPenDown).toBe(false)
    await call('plotter.home', { name: 'axi' })
  })

  it('asks for a fresh sheet between copies, and draws nothing meanwhile', async () => {
    const { id } = await plot(2)
    await has(id, 'rendered')
    await ready()
    await until(async () => (await job(id)).reason?.code === 'sheet')
    expect(strokeCount(ink())).toBe(LINES.length)
    await ready()
    await has(id, 'finished')
    expect(strokeCount(ink())).toBe(2 * LINES.length)
  })

  it('draws nothing after a restart until a user resumes the job, and then continues from the cut', async () => {
    const id = await cutAfter(2)
    const { status, reason, progress } = await job(id)
    expect([status, reason?.code]).toEqual(['interrupted', 'restart'])
    expect(strokeCount(ink())).toBe(progress?.done)

    expect(await readdir(join(plotd.config.state, 'plans'))).toEqual([progress?.planHash])

    // the plot was stopped between two strokes, and the board has kept its place, so nothing is in doubt
    const done = progress?.done ?? -1
    expect(await call('job.place', { id })).toMatchObject({ first: done, last: done, homeKnown: true })
    await call('job.trace', { id, strokes: -1 })
    const back = drawing.points.slice(4 * (done - 1))
    expect((await axi()).position?.x).toBeCloseTo(back[0] ?? NaN, 1)
    expect((await axi()).position?.y).toBeCloseTo(back[1] ?? NaN, 1)
    expect(strokeCount(ink())).toBe(done)
    await call('job.resume', { id })
    await has(id, 'finished')
    expect(inkError(ink(), drawing)).toBeLessThan(0.05)
  })

  it('does not move from an unknown place before a user says that it is at home', async () => {
    const id = await cutAfter(1, () => {
      if (board.board instanceof EbbBoard) board.board.variables.length = 0 // the board was off meanwhile
    })
    expect(await call('job.place', { id })).toMatchObject({ homeKnown: false })
    const { position } = board.board
    await expect(call('job.resume', { id })).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    await expect(call('job.trace', { id })).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    expect(board.board.position).toEqual(position)
    board.board.pushHome()
    await call('job.trace', { id, atHome: true })
    await call('job.resume', { id })
    await has(id, 'finished')
  })

  it('resumes only the named job: when that job is canceled meanwhile, no other job gets its sheet', async () => {
    const id = await cutAfter(1)
    const other = await plot()
    await has(other.id, 'rendered')
    const strokes = strokeCount(ink())
    const [resumed] = await Promise.allSettled([call('job.resume', { id }), call('job.cancel', { id })])
    expect((await job(id)).status).toBe('canceled')
    expect(resumed.status === 'rejected' ? resumed.reason : {}).toMatchObject({ code: 'ERR_JOB_STATE' })
    await until(async () => (await axi()).state.is === 'idle')
    expect((await axi()).state).toEqual({ is: 'idle', ready: false })
    await ready()
    await has(other.id, 'finished')
    expect(strokeCount(ink())).toBe(strokes + LINES.length)
  })

  it('resumes one of two jobs that are resumed at the same moment, and can still pause and cancel it', async () => {
    const cut: string[] = []
    for (let sheets = 0; sheets < 2; sheets++) {
      const { id } = await plot()
      await has(id, 'rendered')
      await call('plotter.ready', { name: 'axi', ...(sheets > 0 && { newSheet: true }) })
      await drawn(id, 1)
      await plotd.restart()
      await until(async () => (await axi()).state.is === 'idle')
      cut.push(id)
    }
    const calls = cut.map((id) => call('job.resume', { id, cut: 'redraw', sheetBack: true }))
    const outcomes = (await Promise.allSettled(calls)).map(({ status }) => status)
    expect(outcomes.toSorted()).toEqual(['fulfilled', 'rejected'])
    const [on = '', left = ''] = outcomes[0] === 'fulfilled' ? cut : cut.toReversed()
    expect((await job(left)).status).toBe('interrupted')
    await until(async () => (await axi()).state.is === 'plotting')
    await call('job.pause', { id: on })
    await has(on, 'paused')
    await call('job.cancel', { id: on })
    await until(async () => (await axi()).state.is === 'idle')
    await call('job.cancel', { id: left })
  })

  it.each(['plotter.pause', 'plotter.cancel'] as const)('stops a jog of 15 m by %s', async (method) => {
    const { position = { x: 0, y: 0 } } = await axi()
    const jog = call('plotter.jog', { name: 'axi', dx: 15_000 }).catch((error: unknown) => error)
    await until(() => board.board.position[0] > position.x + 50)
    const stopped = await call(method, { name: 'axi' })
    expect(board.board.isMoving).toBe(false)
    expect(stopped.position?.x).toBeCloseTo(board.board.position[0], 1)
    expect(await jog).toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    await expect(call(method, { name: 'axi' })).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    await call('plotter.home', { name: 'axi' })
  })

  it('gives its job back to the queue when its cable is cut before the first stroke', async () => {
    const { id } = await plot()
    await has(id, 'rendered')
    const makePlan = holdPlans()
    await ready()
    await has(id, 'plotting')
    board.board.cable.cut()
    await until(async () => (await axi()).state.is === 'offline')
    makePlan()
    await has(id, 'rendered')
    expect(strokeCount(ink())).toBe(0)
    await call('plotter.connect', { name: 'axi' })
    await until(async () => (await axi()).state.is === 'idle')
    await ready()
    await drawn(id, 1)
    await call('job.cancel', { id })
  })
})
