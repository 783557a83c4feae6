import { afterEach, describe, expect, it } from 'vitest'
import type { WireJob, WirePlotter } from '../../clients/node/index.ts'
import { at, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { type RunningSimulator, runSimulator } from '../../src/plotter/simulators/index.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { until } from '../support/desk.ts'
import { inkError } from '../support/ink.ts'

const LINES = [0, 1, 2, 3, 4, 5].map((i) => [5, 5 + 3 * i, 20, 5 + 3 * i])
const drawing = strokesOf(...LINES)
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 40 40">' +
  `${LINES.map(([x1, y1, x2, y2]) => `<path d="M${x1} ${y1}L${x2} ${y2}" fill="none" stroke="black"/>`).join('')}</svg>`
const options = { keepOrder: true }
/** A machine whose pen and arms are quick, so that the tests are. */
const quick = { base: 'axidraw-v3', pen: { raiseMs: 40, lowerMs: 40 }, down: { speed: 60 } }

describe('a plotter', () => {
  let board: RunningSimulator
  let plotd: StartedDaemon
  afterEach(async () => {
    await plotd.close()
    await board.close()
  })

  async function begin(gate = true): Promise<void> {
    board = await runSimulator('ebb', { speed: 20 })
    plotd = await startedDaemon({ plotters: [{ name: 'axi', url: board.url, profile: quick, gate }] })
    await until(async () => (await axi()).state.is === 'idle')
  }
  const call = () => plotd.client.call.bind(plotd.client)
  const axi = (): Promise<WirePlotter> => plotd.client.call('plotter.get', { name: 'axi' })
  const job = (id: string): Promise<WireJob> => plotd.client.call('job.get', { id })
  const status = async (id: string) => (await job(id)).status
  const plot = (copies = 1) =>
    plotd.client.submit({ task: 'svg', params: { svg }, plot: { plotter: 'axi', copies, options } })
  const ink = () => board.board.ink.strokes()

  it('draws nothing until a person says that it is ready, then exactly the drawing', async () => {
    await begin()
    const { id } = await plot()
    await until(async () => (await status(id)) === 'rendered')
    expect(await axi()).toMatchObject({ state: { is: 'idle', ready: false }, gate: true })
    expect(strokeCount(ink())).toBe(0)
    await call()('plotter.ready', { name: 'axi' })
    await until(async () => (await status(id)) === 'finished')
    expect(inkError(ink(), drawing)).toBeLessThan(0.05)
    expect((await axi()).state).toEqual({ is: 'idle', ready: false })
  })

  it('pauses with the pen up at a person’s word, and goes on at another', async () => {
    await begin()
    const { id } = await plot()
    await call()('plotter.ready', { name: 'axi' })
    await until(async () => ((await job(id)).progress?.done ?? 0) >= 1 && (await status(id)) === 'plotting')
    await call()('job.pause', { id })
    await until(async () => (await status(id)) === 'paused')
    const { done } = (await job(id)).progress ?? {}
    expect(strokeCount(ink())).toBe(done)
    expect((await axi()).state).toMatchObject({ is: 'paused', job: id, why: 'operator' })
    await call()('job.resume', { id })
    await until(async () => (await status(id)) === 'finished')
    expect(inkError(ink(), drawing)).toBeLessThan(0.05)
  })

  it('lifts the pen and takes the next sheet when a plot is canceled', async () => {
    await begin()
    const { id } = await plot()
    await call()('plotter.ready', { name: 'axi' })
    await until(async () => ((await job(id)).progress?.done ?? 0) >= 1)
    await call()('job.cancel', { id })
    await until(async () => (await axi()).state.is === 'idle')
    expect(await status(id)).toBe('canceled')
    expect(strokeCount(ink())).toBeLessThan(6)
  })

  it('asks for a fresh sheet between copies', async () => {
    await begin()
    const { id } = await plot(2)
    await call()('plotter.ready', { name: 'axi' })
    await until(async () => (await job(id)).reason?.code === 'sheet')
    expect(strokeCount(ink())).toBe(6)
    await call()('plotter.ready', { name: 'axi' })
    await until(async () => (await status(id)) === 'finished')
    expect(strokeCount(ink())).toBe(12)
  })

  it('is left alone after a restart; the job waits and goes on where it was cut when a person says how', async () => {
    await begin()
    const { id } = await plot()
    await call()('plotter.ready', { name: 'axi' })
    await until(async () => ((await job(id)).progress?.done ?? 0) >= 2)
    await plotd.restart()
    await until(async () => (await axi()).state.is === 'idle')
    const { status: is, reason, progress } = await job(id)
    expect([is, reason?.code]).toEqual(['interrupted', 'restart'])
    expect(strokeCount(ink())).toBe(progress?.done)

    await expect(call()('job.resume', { id })).rejects.toMatchObject({ code: 'ERR_PARAMS' })
    const { starts, points } = ink()
    const [x, y] = [at(points, points.length - 2), at(points, 2 * at(starts, starts.length - 1) - 1)]
    await call()('plotter.jog', { name: 'axi', dx: -x, dy: -y }) // the person puts the carriage back to home
    await call()('job.resume', { id, cut: 'redraw' })
    await until(async () => (await status(id)) === 'finished')
    expect(inkError(ink(), drawing)).toBeLessThan(0.05)
  })

  it('takes job after job without being asked when the gate is off', async () => {
    await begin(false)
    const two = [await plot(), await plot()]
    for (const { id } of two) await until(async () => (await status(id)) === 'finished')
    expect(strokeCount(ink())).toBe(12)
  })
})
