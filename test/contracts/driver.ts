import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { at, drawingOf, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import type { Driver } from '../../src/plotter/drivers/driver.ts'
import { sleep, type VirtualClock } from '../../src/plotter/link/clock.ts'
import type { Plan } from '../../src/plotter/plan/plan.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import type { SimulatedPlotter } from '../../src/plotter/simulators/index.ts'
import { planOf, plotAll, until } from '../support/bench.ts'
import { runs } from '../support/fuzz.ts'
import { inkError } from '../support/ink.ts'

/** A driver on a simulated plotter of its dialect, in virtual time, connected. */
export interface Rig {
  readonly clock: VirtualClock
  readonly board: SimulatedPlotter
  readonly driver: Driver
  readonly profile: Profile
  /** The ink may lie this far from the drawing, mm: on most machines one step. */
  readonly stepMm: number
}

/** A plan of these strokes, x and y interleaved in mm, on a sheet of 200 × 150 mm. */
export const lines = (profile: Profile, ...of: readonly (readonly number[])[]): Plan =>
  planOf(drawingOf(strokesOf(...of), 200, 150), profile)

const coordinate = fc.integer({ min: 200, max: 12_000 }).map((n) => n / 100)
const point = fc.tuple(coordinate, coordinate)
/** Long lines, corners, tiny segments, a repeated vertex, a dot: hard cases for planners and rounding. */
const polyline = fc.oneof(
  fc.array(point, { minLength: 1, maxLength: 8 }),
  fc
    .tuple(point, fc.integer({ min: 1, max: 400 }))
    .map(([[x, y], n]) =>
      Array.from({ length: 60 }, (_, i): [number, number] => [x + (n / 400) * Math.cos(i / 9), y + i * 0.02]),
    ),
  point.map(([x, y]): [number, number][] => [
    [x, y],
    [x, y],
    [x + 0.004, y],
  ]),
)

/**
 * The contract of a driver, which all dialects pass unchanged. The driver of HP-GL devices that do not answer has tests
 * of its own instead.
 */
export function aDriver(name: string, makeRig: () => Promise<Rig>, drawings = 25): void {
  describe(name, () => {
    let rig: Rig
    beforeEach(async () => {
      rig = await makeRig()
    })
    const never = () => new AbortController().signal
    const square = [10, 10, 30, 10, 30, 30, 10, 30, 10, 10]
    const plan = () => lines(rig.profile, square, [40, 40, 60, 45], [50, 60])

    it('draws random drawings with at most the permitted error, and returns exactly home', async () => {
      const property = fc.asyncProperty(fc.array(polyline, { minLength: 1, maxLength: 5 }), async (strokes) => {
        const { board, driver, profile, stepMm } = await makeRig()
        const expected = lines(profile, ...strokes.map((each) => each.flat()))
        await plotAll(driver, expected)
        expect(inkError(board.ink.strokes(), expected)).toBeLessThanOrEqual(stepMm * 1.0001)
        expect(board.position).toEqual([0, 0])
        expect(board.gaps).toBe(0)
      })
      await fc.assert(property, runs(drawings))
    })

    it('yields before each stroke and before the way home, with the pen up and nothing moving', async () => {
      const moments: unknown[] = []
      for await (const { stroke, of, executed } of rig.driver.plot(plan(), { signal: never() })) {
        moments.push({ stroke, of, executed, down: rig.board.isPenDown, moving: rig.board.isMoving })
      }
      const still = { of: 3, down: false, moving: false }
      expect(moments).toEqual([0, 1, 2, 3].map((n) => ({ stroke: n, executed: n, ...still })))
    })

    it('moves nothing before the caller asks for the next stroke', async () => {
      const plot = rig.driver.plot(plan(), { signal: never() })
      await plot.next()
      await plot.next()
      const { position } = rig.board
      await sleep(rig.clock, 3_600_000)
      expect([rig.board.position, rig.board.isMoving, rig.board.isPenDown]).toEqual([position, false, false])
      await plot.return()
    })

    it('lifts a pen that a user has lowered, before the first yield', async () => {
      for await (const { stroke } of rig.driver.plot(plan(), { signal: never() })) if (stroke === 1) break
      await rig.driver.pen('down')
      expect(rig.board.isPenDown).toBe(true)
      const plot = rig.driver.plot(plan(), { signal: never() })
      await plot.next()
      expect([rig.board.isPenDown, rig.board.isMoving]).toEqual([false, false])
      await plot.return()
    })

    it('lifts a pen that a user has lowered in a pause, before the next travel and before the way home', async () => {
      for await (const { stroke } of rig.driver.plot(plan(), { signal: never() })) {
        if (stroke > 0) await rig.driver.pen('down')
      }
      // three strokes, and three dots that the user made; a pen that drew a travel would join two of them
      const ink = rig.board.ink.strokes()
      expect(strokeCount(ink)).toBe(6)
      expect([Math.round(ink.points.at(-2) ?? 0), Math.round(ink.points.at(-1) ?? 0)]).toEqual([50, 60])
      expect([rig.board.isPenDown, rig.board.position]).toEqual([false, [0, 0]])
    })

    it('sends the device no part of the name of a layer', async () => {
      const sent = async (name: string) => {
        const { board, driver, profile } = await makeRig()
        const bytes: Uint8Array[] = []
        const receive = board.receive.bind(board)
        board.receive = (some) => {
          bytes.push(Uint8Array.from(some))
          receive(some)
        }
        const expected = lines(profile, square, [40, 40, 60, 45])
        const layers = [0, 1].map((i) => ({ name, color: name, pen: 1, first: i, count: 1, options: {} }))
        await plotAll(driver, { ...expected, layers })
        return Buffer.concat(bytes)
      }
      const controls = (bytes: Buffer) =>
        [...new Set(bytes)].filter((byte) => byte < 32 || byte > 126).sort((a, b) => a - b)
      const hostile = await sent('boo\r\nboo,0,0\rboo S999\n$boo\n!\u0018\u001b.boo;LBboo\u0003;ö\r')
      expect(hostile.toString('latin1')).not.toContain('boo')
      expect(controls(hostile)).toEqual(controls(await sent('plain')))
    })

    it('names the layer before its first stroke', async () => {
      const drawing = drawingOf(strokesOf([10, 10, 20, 10], [10, 20, 20, 20], [10, 30, 20, 30]), 100, 100)
      const layer = (layerName: string, first: number, count: number) => ({
        name: layerName,
        pen: 1,
        first,
        count,
        options: {},
      })
      const layered = planOf({ ...drawing, layers: [layer('a', 0, 2), layer('b', 2, 1)] }, rig.profile)
      const named = (await plotAll(rig.driver, layered)).map((moment) => moment.layer?.name)
      expect(named).toEqual(['a', undefined, 'b', undefined])
    })

    it('draws from the given stroke on, and nothing before', async () => {
      await plotAll(rig.driver, plan(), { from: 1 })
      const ink = rig.board.ink.strokes()
      expect(strokeCount(ink)).toBe(2)
      expect([at(ink.points, 0), at(ink.points, 1)]).toEqual([40, 40])
    })

    it('is canceled by return(), with the pen up', async () => {
      for await (const { stroke } of rig.driver.plot(plan(), { signal: never() })) if (stroke === 1) break
      expect([rig.board.isPenDown, rig.board.isMoving]).toEqual([false, false])
      expect(strokeCount(rig.board.ink.strokes())).toBe(1)
    })

    it('stops when aborted in mid-stroke, lifts, still knows its position, and can then draw the next strokes', async () => {
      const abort = new AbortController()
      const plotting = plotAll(rig.driver, plan(), { signal: abort.signal })
      await until(rig.clock, () => rig.board.ink.length > 20)
      abort.abort(new Error('enough'))
      await expect(plotting).rejects.toThrow('enough')
      expect([rig.board.isPenDown, rig.board.isMoving]).toEqual([false, false])
      const [x, y] = rig.board.position
      const { x: knownX = NaN, y: knownY = NaN } = rig.driver.position ?? {}
      expect(Math.hypot(knownX - x, knownY - y)).toBeLessThan(rig.stepMm / 10)
      await plotAll(rig.driver, plan(), { from: 1 })
      const ink = rig.board.ink.strokes()
      const again = { points: ink.points, starts: ink.starts.slice(1) }
      expect(inkError(again, lines(rig.profile, [40, 40, 60, 45], [50, 60]))).toBeLessThanOrEqual(rig.stepMm * 1.0001)
    })

    it('holds anywhere in a stroke, lifts, and draws the rest from that very point', async () => {
      const property = fc.asyncProperty(fc.integer({ min: 0, max: 50 }), async (mm) => {
        const { board, driver, profile, stepMm } = await makeRig()
        let isHeld = false
        const hold = () => !isHeld && board.ink.length >= mm
        for await (const { within } of driver.plot(lines(profile, square), { signal: never(), hold })) {
          if (within) isHeld = true
          expect([board.isPenDown, board.isMoving]).toEqual([false, false])
        }
        expect(isHeld).toBe(true)
        const ink = board.ink.strokes()
        const whole = { points: ink.points, starts: Uint32Array.of(0, ink.points.length / 2) }
        expect(inkError(whole, lines(profile, square))).toBeLessThanOrEqual(2 * stepMm)
      })
      await fc.assert(property, runs(15))
    })

    /** Expects that the carriage rests with the pen up, and that the driver reports no wrong place. */
    const expectRest = () => {
      const { board, driver, stepMm } = rig
      expect([board.isPenDown, board.isMoving]).toEqual([false, false])
      const [x, y] = board.position
      const { x: knownX, y: knownY } = driver.position ?? { x, y }
      expect(Math.hypot(knownX - x, knownY - y)).toBeLessThanOrEqual(stepMm)
    }

    it('stops a jog when aborted, with the pen up and a known place, and then draws at the right place', async () => {
      const { board, clock, driver } = rig
      if (driver.position) await driver.home()
      const abort = new AbortController()
      await driver.pen('down')
      const jogging = driver.jog(180, 120, abort.signal)
      jogging.catch(() => {})
      await until(clock, () => board.position[0] > 2)
      abort.abort(new Error('enough'))
      await expect(jogging).rejects.toThrow('enough')
      expectRest()
      expect(driver.position).toBeDefined()
      expect(board.position[0]).toBeLessThan(150)
      const { position } = board
      await sleep(clock, 60_000)
      expect(board.position).toEqual(position)
      board.ink.newSheet()
      await plotAll(driver, plan())
      const expected = lines(rig.profile, square, [40, 40, 60, 45], [50, 60])
      expect(inkError(board.ink.strokes(), expected)).toBeLessThanOrEqual(rig.stepMm * 1.0001)
    })

    it('stops on the way home when aborted, and goes home when asked again', async () => {
      const { board, clock, driver } = rig
      if (driver.position) await driver.home()
      await driver.jog(100, 100)
      const abort = new AbortController()
      const homing = driver.home(abort.signal)
      homing.catch(() => {})
      await until(clock, () => board.isMoving)
      await sleep(clock, 200)
      abort.abort(new Error('enough'))
      await expect(homing).rejects.toThrow('enough')
      expectRest()
      await driver.home()
      expect(board.position).toEqual([0, 0])
    })

    it('moves nothing when the signal of a jog or of the way home is aborted before the start', async () => {
      const { board, driver } = rig
      if (driver.position) await driver.home()
      await driver.jog(20, 20)
      const { position } = board
      await expect(driver.jog(10, 0, AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
      await expect(driver.home(AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
      expect(board.position).toEqual(position)
      expectRest()
    })

    it('draws the right ink at the lowest speed that a layer and a user can set', async () => {
      const expected = lines(rig.profile, [10, 10, 11, 10, 11, 10.5])
      const layers = expected.layers.map((layer) => ({ ...layer, options: { speedPercent: 1 } }))
      await rig.driver.adjust({ speedPercent: 1 })
      await plotAll(rig.driver, { ...expected, layers })
      expect(inkError(rig.board.ink.strokes(), expected)).toBeLessThanOrEqual(rig.stepMm * 1.0001)
    })
  })
}
