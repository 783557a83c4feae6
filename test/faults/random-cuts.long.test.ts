import { describe, expect, it } from 'vitest'
import { drawingOf, type Strokes, strokeCount, stroke as strokeOf, strokesOf } from '../../src/geometry/drawing.ts'
import { lengthTo } from '../../src/geometry/measure.ts'
import { VirtualClock } from '../../src/plotter/link/clock.ts'
import type { Cut, PlanPlace } from '../../src/plotter/plan/cut.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../src/plotter/simulators/hpgl/board.ts'
import type { SimulatedPlotter } from '../../src/plotter/simulators/index.ts'
import { axidraw, planOf } from '../support/bench.ts'
import { trials } from '../support/fuzz.ts'
import { type Disk, HostLife } from '../support/host.ts'
import { furthest } from '../support/ink.ts'

const CUTS = trials(300)
const AS_DRAWN_MM = 0.045

/** A seeded generator of numbers from 0 to 1. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

/** Short strokes, 50 a row: 2,000 for 300 cuts. */
const strokes = strokesOf(
  ...Array.from({ length: trials(2000) }, (_, i) => {
    const [x, y] = [2 + 2 * (i % 50), 2 + 2 * Math.floor(i / 50)]
    return [x, y, x + 0.8, y + 0.4 * Math.sin(i)]
  }),
)

const lengthOf = (points: Float64Array): number => lengthTo(points, points.length / 2 - 1)

/** The pieces of ink by the index of their stroke, in drawing order. The start of a piece gives the index. */
function inkByStroke(ink: Strokes): Map<number, Float64Array<ArrayBuffer>[]> {
  const pieces = new Map<number, Float64Array<ArrayBuffer>[]>()
  for (let k = 0; k < strokeCount(ink); k++) {
    const piece = strokeOf(ink, k)
    const [px = 0, py = 0] = piece
    const i = Math.floor((px - 2 + 0.6) / 2) + 50 * Math.round((py - 2) / 2)
    pieces.set(i, [...(pieces.get(i) ?? []), piece])
  }
  return pieces
}

type Interruption = 'unplugged' | 'killed' | 'power cut'

interface Machine {
  readonly name: string
  readonly profile: Profile
  readonly make: (clock: VirtualClock) => SimulatedPlotter
  /** The next cut falls within this number of bytes. */
  readonly within: number
  /** The number of cuts that leave a stroke in doubt must be below this. Power cuts are not counted. */
  readonly inDoubt: number
}

const MACHINES: readonly Machine[] = [
  { name: 'an EBB', profile: axidraw, make: (clock) => new EbbBoard({ clock }), within: 1500, inDoubt: 60 },
  {
    name: 'a grbl board',
    profile: profileNamed('grbl-servo'),
    make: (clock) => new GrblBoard({ clock, resetsOnOpen: false }),
    within: 700,
    inDoubt: 15,
  },
  {
    name: 'an HP 7475A',
    profile: profileNamed('hp-7475a'),
    make: (clock) => new HpglPlotter({ clock }),
    within: 400,
    inDoubt: 15,
  },
]

describe.each(MACHINES)(
  '$name that is interrupted again and again in mid-plot, by a pulled cable, a kill or a power cut',
  (machine) => {
    it('inks every stroke exactly once, unless the operator chooses to draw it again', async () => {
      const { profile } = machine
      const plan = planOf(drawingOf(strokes, 200, 150), profile)
      const roll = dice(7475)
      const clock = new VirtualClock()
      const board = machine.make(clock)
      const disk: Disk = {}
      const redrawn = new Set<number>()
      const tally = { unplugged: 0, killed: 0, 'power cut': 0 }
      /** Interruptions after which only the sheet showed what was drawn. */
      const inDoubt = { unplugged: 0, killed: 0, 'power cut': 0 }
      let last: Interruption = 'unplugged'
      let life = new HostLife(disk, plan, board, profile, clock)
      const cutCable = board.cable.cut.bind(board.cable)

      for (let cuts = 0; ; cuts++) {
        await life.idle()
        if (life.session.position === undefined) board.pushHome() // the operator puts the carriage back
        await life.session.ready()
        const place = placeToResume(await life.cut())
        if (cuts < CUTS) strike(interruption(), 1 + Math.floor(roll() * machine.within))
        const finished = await life.plot(place)
        if (finished) break
        if (!life.alive) life = new HostLife(disk, plan, board, profile, clock)
      }
      await life.session.close()
      board.cable.cut = cutCable
      checkPaper(board.ink.strokes(), redrawn, plan)
      expect(tally.unplugged + tally.killed + tally['power cut']).toBe(CUTS)
      // A board that kept its power knows where it stopped, unless it stands on a stroke's end. An EBB draws a stroke
      // in four LT commands. After a cut, firmware 2 executes the present command and the next, so it often stops at an
      // end.
      expect(inDoubt.unplugged + inDoubt.killed).toBeLessThan(machine.inDoubt)

      function interruption(): Interruption {
        const n = roll()
        return n < 0.4 ? 'unplugged' : n < 0.75 ? 'killed' : 'power cut'
      }

      function strike(how: Interruption, afterBytes: number): void {
        tally[how]++
        last = how
        board.cable.faults.cutAfterBytes = afterBytes
        board.cable.cut = () => {
          board.cable.cut = cutCable
          if (how === 'killed') life.kill()
          if (how === 'power cut') board.reset()
          cutCable()
        }
      }

      /** The place that the operator chooses: by the ink on the sheet when the cut leaves a doubt. */
      function placeToResume(cut: Cut | undefined): PlanPlace {
        if (!cut || cut.first === cut.last) return { stroke: cut?.first ?? 0, mm: 0 }
        if (cut.drawnMm !== undefined) {
          if (roll() < 0.7) return { stroke: cut.first, mm: cut.drawnMm }
          redrawn.add(cut.first)
          return { stroke: cut.first, mm: 0 }
        }
        inDoubt[last]++
        const inkOf = inkByStroke(board.ink.strokes())
        for (let i = cut.first; i < cut.last; i++) {
          const ink = inkOf.get(i) ?? []
          const whole = ink.some((piece) => furthest(strokeOf(plan, i), piece) < AS_DRAWN_MM)
          if (whole) continue
          if (ink.length > 0) redrawn.add(i)
          return { stroke: i, mm: 0 }
        }
        return { stroke: cut.last, mm: 0 }
      }
    })
  },
)

function checkPaper(ink: Strokes, redrawn: ReadonlySet<number>, plan: Strokes): void {
  const inkOf = inkByStroke(ink)
  for (let i = 0; i < strokeCount(plan); i++) {
    const planned = strokeOf(plan, i)
    const pieces = (inkOf.get(i) ?? []).filter((piece) => piece.length > 2)
    for (const piece of pieces) expect(furthest(piece, planned), `stroke ${i}`).toBeLessThan(AS_DRAWN_MM)
    if (redrawn.has(i)) continue
    const drawn = pieces.reduce((sum, piece) => sum + span(piece), 0)
    expect(Math.abs(drawn - lengthOf(planned)), `ink of stroke ${i}`).toBeLessThan(0.1)
    const together = Float64Array.from(pieces.flatMap((piece) => [...piece]))
    expect(furthest(planned, together), `stroke ${i}`).toBeLessThan(AS_DRAWN_MM)
  }
}

/** Distance from the start of a straight piece to its end, mm. Its length would count steps back and forth. */
const span = (piece: Float64Array): number =>
  Math.hypot((piece.at(-2) ?? 0) - (piece[0] ?? 0), (piece.at(-1) ?? 0) - (piece[1] ?? 0))
