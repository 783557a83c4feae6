import { describe, expect, it } from 'vitest'
import { changeBy } from '../../../clients/cli/calibrate/change.ts'
import { SHEETS, SIDE_MM } from '../../../clients/cli/calibrate/sheets.ts'
import { readSvg } from '../../../src/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { calibrationOf, toMachine } from '../../../src/plotter/plan/calibrate.ts'
import { makePlan } from '../../../src/plotter/plan/make-plan.ts'
import { profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import { makeSimulator } from '../../../src/plotter/simulators/make.ts'

type Point = readonly [x: number, y: number]

/** Where the distorted machine `sim:ebb?{query}` puts the ink of a point. */
function paperOf(query: string): (at: Point) => Point {
  const { ink } = makeSimulator('ebb', new URLSearchParams(query), new VirtualClock())
  return ([x, y]) => {
    ink.newSheet()
    ink.touch(x, y, 0)
    const [onX = 0, onY = 0] = ink.strokes().points
    return [onX, onY]
  }
}

const distance = ([ax, ay]: Point, [bx, by]: Point) => Math.hypot(ax - bx, ay - by)

/** The measurements of the sheet `square` with an exact ruler. */
function measure(paper: (at: Point) => Point) {
  const [topLeft, topRight, bottomLeft, bottomRight] = [
    paper([30, 10]),
    paper([30 + SIDE_MM, 10]),
    paper([30, 10 + SIDE_MM]),
    paper([30 + SIDE_MM, 10 + SIDE_MM]),
  ]
  return {
    top: distance(topLeft, topRight),
    left: distance(topLeft, bottomLeft),
    falling: distance(topLeft, bottomRight),
    rising: distance(bottomLeft, topRight),
  }
}

describe('calibration', () => {
  it.each(['scaleX=1.012&scaleY=0.991&skew=0.7', 'skew=-1.5', 'scaleX=0.98'])(
    'finds the scale and skew of %s',
    (query) => {
      const params = new URLSearchParams(query)
      const match = calibrationOf(measure(paperOf(query)), SIDE_MM)
      expect(match.scaleX).toBeCloseTo(Number(params.get('scaleX') ?? 1), 9)
      expect(match.scaleY).toBeCloseTo(Number(params.get('scaleY') ?? 1), 9)
      expect(match.skewDegrees).toBeCloseTo(Number(params.get('skew') ?? 0), 9)
    },
  )

  it('corrects the plan so that the ink lies where the drawing has it', () => {
    const query = 'scaleX=1.012&scaleY=0.991&skew=0.7'
    const paper = paperOf(query)
    const profile = withOverrides(profileNamed('axidraw-v3'), {
      calibration: calibrationOf(measure(paper), SIDE_MM),
    })
    const { drawing } = readSvg(SHEETS.square.draw())
    const [crooked, straight] = [
      makePlan(drawing, { effort: 0 }, profile).plan,
      makePlan(drawing, { effort: 0 }, profileNamed('axidraw-v3')).plan,
    ]
    for (let i = 0; i < straight.points.length; i += 2) {
      const [x, y] = paper([crooked.points[i] ?? 0, crooked.points[i + 1] ?? 0])
      expect(distance([x, y], [straight.points[i] ?? 0, straight.points[i + 1] ?? 0])).toBeLessThan(1e-6)
    }
    expect(crooked.hash).not.toBe(straight.hash)
  })

  it('changes nothing on a true machine', () => {
    const points = new Float64Array([1, 2, 3, 4])
    expect(
      toMachine(points, calibrationOf({ top: 80, left: 80, falling: 113.137085, rising: 113.137085 }, 80)),
    ).toEqual(points)
  })
})

describe('the numbers that a user reads on a sheet', () => {
  it('refine the calibration when the sheet is a second square', () => {
    const corrected = changeBy('square', [80.8, 80, 113.7, 113.7], 'axidraw-v3').profile
    expect(corrected).toMatchObject({ base: 'axidraw-v3', calibration: { scaleX: 1.01, scaleY: 1 } })
    expect(changeBy('square', [80, 80.4, 113.4, 113.4], corrected ?? '').profile).toMatchObject({
      calibration: { scaleX: 1.01, scaleY: 1.005 },
    })
  })

  it('set the height and the speed of the pen', () => {
    expect(changeBy('heights', [35], 'axidraw-v3').profile).toEqual({ base: 'axidraw-v3', pen: { downPercent: 35 } })
    expect(changeBy('speed', [60], 'axidraw-v3').profile).toEqual({ base: 'axidraw-v3', down: { speed: 30 } })
  })

  it('are refused when there are too few, or when they mean an error larger than that of any machine', () => {
    expect(() => changeBy('square', [80, 80], 'axidraw-v3')).toThrow(
      /top side, the left side, the falling and the rising/,
    )
    const profile = changeBy('square', [8, 8, 11.3, 11.3], 'axidraw-v3').profile as { calibration: object }
    expect(() => withOverrides(profileNamed('axidraw-v3'), { calibration: profile.calibration })).toThrow(/scaleX/)
  })
})

it.each(Object.entries(SHEETS))('the calibration sheet %s is read without a loss and fits on A6', (_, { draw }) => {
  const { drawing, notDrawn } = readSvg(draw({ raiseMs: 120, lowerMs: 120 }))
  expect(notDrawn).toEqual([])
  expect(drawing.width).toBeLessThanOrEqual(148)
  expect(drawing.height).toBeLessThanOrEqual(105)
})
