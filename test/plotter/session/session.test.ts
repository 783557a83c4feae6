import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PlotdError } from '../../../src/errors.ts'
import { drawingOf, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { sleep } from '../../../src/plotter/link/clock.ts'
import { Permission } from '../../../src/plotter/link/permission.ts'
import type { Plan } from '../../../src/plotter/plan/plan.ts'
import { type PlotterMemory, shortMemory } from '../../../src/plotter/session/memory.ts'
import { planOf, planOfLines, STEP, sessionBench, until } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

const plan = planOfLines([10, 10, 30, 10, 30, 30, 10, 30, 10, 10], [40, 40, 60, 40], [40, 50, 60, 50], [40, 60, 60, 60])

describe("a plotter's session", () => {
  let bench: Awaited<ReturnType<typeof sessionBench>>
  let memory: PlotterMemory
  beforeEach(async () => {
    memory = shortMemory()
    bench = await sessionBench({ memory })
  })
  afterEach(() => bench.session.close(true))

  /** Gives a grant and starts a plot. */
  async function begin(drawn: Plan = plan, from = 0) {
    await bench.session.ready()
    return { outcome: bench.session.plot('job', drawn, { from }) }
  }
  const is = () => bench.session.state.is

  it('plots only after an operator has given a grant', async () => {
    await expect(bench.session.plot('job', plan)).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    const { outcome } = await begin()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(inkError(bench.board.ink.strokes(), plan)).toBeLessThan(STEP)
  })

  it('needs a new grant for the next sheet', async () => {
    const { outcome } = await begin()
    await outcome
    expect(bench.session.state).toEqual({ is: 'idle', ready: false })
  })

  it('reports each stroke that is on the paper', async () => {
    await bench.session.ready()
    const counts: number[] = []
    await bench.session.plot('job', plan, {}, { executed: (n) => counts.push(n) })
    expect(counts).toEqual([1, 2, 3, 4])
  })

  it('pauses with the pen up before the next stroke, and continues where it stopped', async () => {
    const { outcome } = await begin()
    await until(bench.clock, () => bench.board.isPenDown)
    await bench.session.pause()
    await until(bench.clock, () => is() === 'paused')
    expect(bench.board.isPenDown).toBe(false)
    expect(strokeCount(bench.board.ink.strokes())).toBe(1)
    await bench.session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(inkError(bench.board.ink.strokes(), plan)).toBeLessThan(STEP)
  })

  it('pauses with the pen up while no permission can be written, says why, and tries again at each resume', async () => {
    await bench.session.ready()
    const reasons = ['the disk is full (ENOSPC)', 'the database does not answer: connect ECONNREFUSED 10.0.0.7:5432']
    const written = async (stroke: number) => {
      if (stroke === 2 && reasons[0]) throw new PlotdError('ERR_SPOOL_WRITE', reasons[0])
      return new Permission(Infinity)
    }
    const outcome = bench.session.plot('job', plan, {}, { begin: written })
    for (const why of [...reasons]) {
      await until(bench.clock, () => is() === 'paused')
      expect(bench.session.state).toMatchObject({ prompt: `the progress of the plot cannot be written: ${why}` })
      expect([bench.board.isPenDown, strokeCount(bench.board.ink.strokes())]).toEqual([false, 2])
      reasons.shift()
      await bench.session.resume()
    }
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(strokeCount(bench.board.ink.strokes())).toBe(4)
  })

  it('ends a plot as interrupted, not failed, when the link is lost while a permission cannot be written', async () => {
    await bench.session.ready()
    const lost = async (stroke: number) => {
      if (stroke < 2) return new Permission(Infinity)
      bench.board.cable.cut()
      await until(bench.clock, () => is() === 'offline')
      throw new Error('the disk is full, too')
    }
    const outcome = bench.session.plot('job', plan, {}, { begin: lost })
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'connection-lost', executed: 2, begun: 2 })
  })

  it('pauses at once on request: it brakes, lifts in mid-stroke, and draws the rest from there', async () => {
    const { outcome } = await begin()
    await until(bench.clock, () => bench.board.ink.vertexCount > 1000)
    await bench.session.pause({ now: true })
    await until(bench.clock, () => is() === 'paused')
    const first = bench.board.ink.strokes()
    expect(strokeCount(first)).toBe(1)
    expect(first.points.length / 2).toBeLessThan(6000)
    await bench.session.jog(5, 5)
    await bench.session.resume()
    await outcome
    const ink = bench.board.ink.strokes()
    const resumed = ink.starts[1] ?? 0
    expect(Math.abs((ink.points[2 * resumed] ?? 0) - (ink.points[2 * resumed - 2] ?? 0))).toBeLessThan(2 * STEP)
    expect(strokeCount(ink)).toBe(5)
  })

  it('pauses at once when the button on the board is pressed', async () => {
    const { outcome } = await begin()
    await until(bench.clock, () => bench.board.isPenDown)
    bench.board.pressButton()
    await until(bench.clock, () => is() === 'paused')
    expect(bench.session.state).toMatchObject({ why: 'operator' })
    await bench.session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(strokeCount(bench.board.ink.strokes())).toBe(5)
  })

  it('pauses when the button on the board is pressed on the way to a service, and does the service later', async () => {
    let services = 0
    const service = { prompt: 'dip', at: { x: 150, y: 100, seconds: 1 }, done: async () => void services++ }
    await bench.session.ready()
    const request = () => (services === 0 ? service : undefined)
    const outcome = bench.session.plot('job', plan, {}, { request })
    await until(bench.clock, () => bench.board.position[0] > 100)
    bench.board.pressButton()
    await until(bench.clock, () => is() === 'paused')
    expect([services, bench.board.ink.vertexCount, bench.board.isPenDown]).toEqual([0, 0, false])
    await bench.session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(services).toBe(1)
  })

  it('cancels in mid-stroke: the pen comes up, and the position of the carriage is known', async () => {
    const { outcome } = await begin()
    await until(bench.clock, () => bench.board.ink.vertexCount > 1000)
    await bench.session.cancel()
    await expect(outcome).resolves.toEqual({ is: 'canceled', executed: 0, begun: 1 })
    expect(bench.board.isPenDown).toBe(false)
    const [x, y] = bench.board.position
    expect(bench.session.position?.x).toBeCloseTo(x, 6)
    expect(bench.session.position?.y).toBeCloseTo(y, 6)
  })

  it('finishes the stroke when the session is closed, and leaves the job to be resumed', async () => {
    const { outcome } = await begin()
    await until(bench.clock, () => bench.board.isPenDown)
    await bench.session.close()
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'restart', executed: 1 })
    expect(bench.board.isPenDown).toBe(false)
  })

  it('waits for the pen of the next layer, and names it', async () => {
    const drawing = drawingOf(strokesOf([10, 10, 20, 10], [10, 20, 20, 20]), 100, 100)
    const layers = [
      { name: 'black', pen: 1, first: 0, count: 1, options: {} },
      { name: 'red', pen: 2, first: 1, count: 1, options: {} },
    ]
    const { outcome } = await begin(planOf({ ...drawing, layers }))
    await until(bench.clock, () => is() === 'paused')
    expect(bench.session.state).toMatchObject({ why: 'pen-change', asks: 'pen', prompt: 'put in pen 2 (red)' })
    await bench.session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
  })

  it.each([
    ['for the first pen again', 0, { asks: 'pen', prompt: 'put in pen 1 (front)' }],
    ['only for the pen, not for a turn of the sheet,', 1, { asks: 'pen', prompt: 'put in pen 2 (back)' }],
  ])('asks %s when it continues with a stroke that may have begun before', async (_, from, asks) => {
    const drawing = drawingOf(strokesOf([10, 10, 20, 10], [10, 20, 20, 20]), 100, 100)
    const layers = [
      { name: 'front', pen: 1, first: 0, count: 1, options: {} },
      { name: 'back', pen: 2, first: 1, count: 1, options: { pauseBefore: true } },
    ]
    await bench.session.setHome()
    const paused = vi.fn()
    const place = { from, continuesSheet: true, hasBegun: true }
    void bench.session.plot('job', planOf({ ...drawing, layers }), place, { paused })
    await until(bench.clock, () => is() !== 'plotting')
    expect(paused.mock.lastCall?.[2], 'the stroke stays in doubt').toBe(from + 1)
    expect(bench.session.state).toMatchObject({ is: 'paused', ...asks })
    expect(strokeCount(bench.board.ink.strokes())).toBe(0)
  })

  it('asks for no pen when it continues a sheet whose other layers have no strokes', async () => {
    const drawing = drawingOf(strokesOf([10, 10, 20, 10], [10, 20, 20, 20]), 100, 100)
    const layers = [
      { name: 'land', pen: 1, first: 0, count: 2, options: {} },
      { name: 'sea', pen: 2, first: 2, count: 0, options: {} },
    ]
    await bench.session.setHome()
    const outcome = bench.session.plot('job', planOf({ ...drawing, layers }), { from: 1, continuesSheet: true })
    await until(bench.clock, () => is() !== 'plotting')
    expect(bench.session.state).toMatchObject({ is: 'idle' })
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
  })

  it('draws the rest at another pen height when the height is changed in a pause', async () => {
    const { outcome } = await begin()
    await until(bench.clock, () => bench.board.isPenDown)
    await expect(bench.session.adjust({ penDownPercent: 20 })).rejects.toThrow('it cannot take this command now')
    await bench.session.pause()
    await until(bench.clock, () => is() === 'paused')
    await bench.session.adjust({ penDownPercent: 20 })
    await bench.session.resume()
    await outcome
    expect(bench.board.machine.servo.down).toBe(Math.round(9855 + (27831 - 9855) * 0.2))
  })

  it('refuses to free the motors and to set home while a plot is paused', async () => {
    const { outcome } = await begin()
    await bench.session.pause()
    await until(bench.clock, () => is() === 'paused')
    await expect(bench.session.motors(false)).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    await expect(bench.session.setHome()).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    await bench.session.resume()
    await outcome
  })

  it('refuses a plan beyond its reach, with nothing drawn', async () => {
    const { outcome } = await begin(planOfLines([10, 10, 310, 10]))
    await expect(outcome).resolves.toMatchObject({ is: 'failed', code: 'ERR_PLAN_OUT_OF_BOUNDS' })
    expect(bench.board.ink.vertexCount).toBe(0)
    expect(bench.session.state).toEqual({ is: 'idle', ready: false })
  })

  it('lowers and raises the pen in turn, and knows that a jog has raised the pen', async () => {
    await bench.session.ready()
    const isDown: boolean[] = []
    const toggle = async () => {
      await bench.session.pen('toggle')
      isDown.push(bench.board.isPenDown)
    }
    await toggle()
    await toggle()
    await toggle()
    await bench.session.jog(1, 0)
    await toggle()
    expect(isDown).toEqual([true, false, true, true])
  })

  it('lifts the pen when it came down but the board’s answer was noise', async () => {
    bench.board.onLine = (line) => void (/^SP,0/.test(line) && Reflect.set(bench.board.cable.faults, 'garble', true))
    const lowering = bench.session.pen('down').catch((error: unknown) => error)
    await until(bench.clock, () => bench.board.isPenDown)
    await expect(lowering).resolves.toMatchObject({ code: expect.stringMatching(/^ERR_/) })
    await sleep(bench.clock, 1000)
    expect(bench.board.isPenDown).toBe(false)
  })

  it('refuses a jog to a place that no machine of this size has, wherever its home is', async () => {
    const error = { code: 'ERR_PLAN_OUT_OF_BOUNDS', detail: { x: 400, width: 300 } }
    await bench.session.jog(200, 0)
    await expect(bench.session.jog(200, 0)).rejects.toMatchObject(error)
    await bench.session.jog(-200, -100)
    expect(bench.board.position).toEqual([0, -100])
  })

  it('in a pause, lifts the pen with the first toggle after a jog that could not be recorded', async () => {
    const { outcome } = await begin()
    await bench.session.pause()
    await until(bench.clock, () => is() === 'paused')
    await bench.session.pen('down')
    const save = memory.save.bind(memory)
    memory.save = () => Promise.reject(new PlotdError('ERR_FILE', 'the disk is full'))
    await expect(bench.session.jog(1, 0)).rejects.toMatchObject({ code: 'ERR_FILE' })
    expect(bench.board.isPenDown).toBe(true)
    memory.save = save
    await bench.session.pen('toggle')
    expect(bench.board.isPenDown).toBe(false)
    await bench.session.cancel()
    await outcome
  })

  it('lowers the pen with the first toggle after a cancel that has lifted the pen', async () => {
    const { outcome } = await begin()
    await bench.session.pause()
    await until(bench.clock, () => is() === 'paused')
    await bench.session.pen('down')
    await bench.session.cancel()
    await outcome
    expect(bench.board.isPenDown).toBe(false)
    await bench.session.pen('toggle')
    expect(bench.board.isPenDown).toBe(true)
  })

  it('lifts the pen when a cancel comes while the pen is put down on its cap', async () => {
    await bench.session.ready()
    const outcome = bench.session.plot('job', plan, {}, { park: () => ({ x: 100, y: 100 }) })
    await until(bench.clock, () => bench.board.isPenDown && bench.board.position[0] > 99)
    await bench.session.cancel()
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(bench.board.isPenDown).toBe(false)
  })

  it('moves round a box with the pen up, and returns', async () => {
    await bench.session.ready()
    const corners = new Set(['10 10', '60 10', '60 40', '10 40'])
    const frame = bench.session.frame(async () => ({ minX: 10, minY: 10, maxX: 60, maxY: 40 }))
    await until(bench.clock, () => {
      corners.delete(bench.board.position.map(Math.round).join(' '))
      return corners.size === 0
    })
    await frame
    expect(bench.board.ink.vertexCount).toBe(0)
    expect(bench.session.position).toEqual({ x: 0, y: 0 })
  })

  it('is in fault, with the pen up, when the board refuses a command, until an operator clears the fault', async () => {
    bench.board.onLine = (line) => (line.startsWith('LT') && bench.board.isPenDown ? '!6 Err: Invalid' : undefined)
    const { outcome } = await begin()
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'device-fault', executed: 0 })
    expect(bench.session.state).toMatchObject({ is: 'fault', code: 'ERR_DEVICE' })
    expect(bench.board.isPenDown).toBe(false)
    await bench.session.clear()
    expect(bench.session.state).toEqual({ is: 'idle', ready: false })
  })

  it('interrupts the plot, with the pen up, when a service of the pen cannot be written to the disk', async () => {
    await bench.session.ready()
    const done = () => Promise.reject(new PlotdError('ERR_FILE', 'the disk is full'))
    const request = (stroke: number) => (stroke === 2 ? { prompt: 'clean the tip', done } : undefined)
    const outcome = bench.session.plot('job', plan, {}, { request })
    await until(bench.clock, () => is() === 'paused')
    await bench.session.pen('down') // the user cleans the tip on the paper
    await bench.session.resume()
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'device-fault', executed: 2, begun: 2 })
    expect(bench.board.isPenDown).toBe(false)
  })

  it('interrupts the plot when the error of a command comes after its acknowledgement', async () => {
    const { outcome } = await begin()
    await until(bench.clock, () => bench.board.isPenDown)
    bench.board.cable.toHost('!7 Err: Extra parameter\r\n')
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'device-fault' })
  })

  it('interrupts the plot when the motors lose their supply, and cannot be cleared before the supply is back', async () => {
    const { outcome } = await begin()
    await until(bench.clock, () => bench.board.isPenDown)
    bench.board.setVolts(5)
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'power-lost' })
    await expect(bench.session.clear()).rejects.toMatchObject({ code: 'ERR_DEVICE_POWER' })
    bench.board.setVolts(12)
    await bench.session.clear()
    expect(bench.session.position).toBeUndefined()
  })

  describe('unplugged in mid-stroke', () => {
    beforeEach(async () => {
      const { outcome } = await begin()
      await until(bench.clock, () => bench.board.ink.vertexCount > 1000)
      bench.board.cable.cut()
      await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'connection-lost', executed: 0 })
    })

    it('is offline, reconnects, lifts the pen, and moves nothing', async () => {
      expect(is()).toBe('offline')
      await until(bench.clock, () => is() === 'idle')
      expect(bench.session.state).toEqual({ is: 'idle', ready: false })
      expect(bench.board.isPenDown).toBe(false)
      const { carriage } = bench.board.machine
      const stood = [...carriage]
      const later = bench.clock.now() + 60_000
      await until(bench.clock, () => bench.clock.now() > later)
      expect(carriage).toEqual(stood)
    })

    it('still knows where the carriage is, because the board kept count, and draws the plan again', async () => {
      await until(bench.clock, () => is() === 'idle')
      expect(bench.session.position?.x).toBeCloseTo(bench.board.position[0], 6)
      const before = strokeCount(bench.board.ink.strokes())
      await bench.session.ready()
      await bench.session.plot('job', plan)
      const ink = bench.board.ink.strokes()
      const again = { points: ink.points, starts: ink.starts.slice(before) }
      expect(inkError(again, plan)).toBeLessThan(STEP)
    })

    it('does not trust the count of a board that was reset', async () => {
      bench.board.reset()
      await until(bench.clock, () => is() === 'idle')
      expect(bench.session.position).toBeUndefined()
    })
  })

  it('tries again after 1, 2, 4 … 30 s while the device answers nothing', async () => {
    bench.board.cable.faults.mute = true
    bench.board.cable.cut()
    await until(bench.clock, () => is() === 'offline')
    const times = [bench.clock.now()]
    for (let count = bench.states.length; times.length < 8; count = bench.states.length) {
      await until(bench.clock, () => bench.states.length > count, 50)
      times.push(bench.clock.now())
    }
    const waits = times.map((t, i) => Math.round((t - (times[i - 1] ?? t)) / 1000)).slice(1)
    expect(waits).toEqual([3, 4, 6, 10, 18, 32, 32]) // each wait includes 2 s for a request without an answer
  })
})
