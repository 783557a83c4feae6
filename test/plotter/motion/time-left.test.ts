import { describe, expect, it } from 'vitest'
import { connectMachine, MACHINES, machineNamed, type TimedMachine } from '../../../bench/plot-times/machines.ts'
import { hooks } from '../../../bench/plotters/shapes.ts'
import { TimeLeft } from '../../../src/daemon/plotting/time-left.ts'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import type { Adjustments } from '../../../src/plotter/drivers/driver.ts'
import { sleep } from '../../../src/plotter/link/clock.ts'
import { strokeTimes } from '../../../src/plotter/motion/index.ts'
import { withOverrides } from '../../../src/plotter/profiles/index.ts'
import { planOf } from '../../support/bench.ts'
import { sample } from '../../support/fuzz.ts'

const WAVE = Array.from({ length: 250 }, (_, i) => [10 + i / 2, 80 + 25 * Math.sin(i / 10)]).flat()
const BEFORE = 6
const DRAWING = drawingOf(strokesOf(...hooks(BEFORE), WAVE, [20, 120, 60, 120, 60, 140]), 200, 150)

const HP = machineNamed('HP 7475A')
const SILENT = {
  ...HP,
  name: 'an HP 7475A on one wire',
  profile: withOverrides(HP.profile, { hpgl: { silent: true } }),
}

/**
 * Plots, and pauses for a minute at the place `where`: after the third stroke, on the way to the long stroke, or in the
 * long stroke. The long stroke is the first of a layer with its own pen height. Applies `changes` in the pause.
 *
 * @returns the largest error of the time left after the pause, in percent of the true time left. If a quarter of the
 *   whole time is longer than the true time left, the error is in percent of that quarter.
 */
async function largestError(
  machine: TimedMachine,
  where: 'between strokes' | 'in a stroke' | 'on the way to a stroke',
  changes: Adjustments = {},
) {
  const { clock, driver, profile, profileWith } = await connectMachine(machine)
  const [layer] = DRAWING.layers
  const second = { name: '', pen: 2, first: BEFORE, count: 2, options: { delayMs: 3000, penDownPercent: 20 } }
  const plan = planOf(
    { ...DRAWING, layers: [{ name: '', options: {}, ...layer, pen: 1, first: 0, count: BEFORE }, second] },
    profile,
  )
  const time = new TimeLeft()
  time.set(strokeTimes(plan, profile), 0)
  const samples: { readonly seconds: number; readonly left: number }[] = []
  let [done, drawnAt, pausedMs, from] = [0, 0, 0, Infinity]
  const start = clock.now()
  const seconds = () => (clock.now() - start - pausedMs) / 1000
  const inStroke = () => seconds() - drawnAt
  const note = () => samples.push({ seconds: seconds(), left: time.at(done, inStroke()).left })
  const hold = () => {
    if (from < Infinity) note()
    if (from < Infinity || done !== BEFORE) return false
    return (
      where === 'on the way to a stroke' || (where === 'in a stroke' && inStroke() > 0.7 * time.between(done, done + 1))
    )
  }
  for await (const { executed, within, layer } of driver.plot(plan, { signal: new AbortController().signal, hold })) {
    if (executed > done) [done, drawnAt] = [executed, seconds()]
    if (from === Infinity && (where === 'between strokes' ? done === 3 : within)) {
      const at = driver.position ? { at: driver.position } : {}
      const rest = within && { stroke: done, mm: within.drawnMm, seconds: inStroke(), ...at }
      from = seconds()
      await sleep(clock, 60_000)
      pausedMs = 60_000
      await driver.adjust(changes)
      time.set(strokeTimes(plan, profileWith?.(changes) ?? profile, { ...changes, begun: rest }), done, rest)
    }
    if (from < Infinity) note()
    await sleep(clock, layer?.options.delayMs ?? 0) // as a session does before a layer
  }
  const whole = seconds()
  expect(samples.length).toBeGreaterThan(2)
  const errors = samples.map(
    ({ seconds, left }) => Math.abs(left - (whole - seconds)) / Math.max(whole - seconds, whole / 4),
  )
  return 100 * Math.max(...errors)
}

describe.each(sample([...MACHINES, SILENT], 5))('the time left on $name', (machine) => {
  it('is true within 2 percent at any moment after a change of speed between strokes', async () => {
    expect(await largestError(machine, 'between strokes', { speedPercent: 30 })).toBeLessThan(2)
  })
})

describe.each(sample(MACHINES, 5))('the time left on $name that is held in a stroke', (machine) => {
  it('is true within 2 percent at any moment after the pause', async () => {
    expect(await largestError(machine, 'in a stroke')).toBeLessThan(2)
  })

  it('is true within 2 percent at any moment after a change of speed in the pause', async () => {
    expect(await largestError(machine, 'in a stroke', { speedPercent: 30 })).toBeLessThan(2)
  })
})

const onZ = MACHINES.filter(({ profile }) => profile.grbl?.homing || profile.marlin?.homing)

describe.each(sample(onZ, 2))('the time left on $name', (machine) => {
  it.each([{ penDownPercent: 35 }, { penDownPercent: 10 }])(
    'is true within 2 percent at any moment after a change of heights in a pause: %j',
    async (changes) => {
      expect(await largestError(machine, 'between strokes', changes)).toBeLessThan(2)
      expect(await largestError(machine, 'in a stroke', changes)).toBeLessThan(2)
    },
  )

  it('follows a new height of the raised pen within 2 percent, from the end of the next stroke on', async () => {
    const { clock, driver, profile, profileWith } = await connectMachine(machine)
    const plan = planOf(drawingOf(strokesOf(...hooks(8)), 200, 150), profile)
    const changes = { penUpPercent: 80 }
    const times = strokeTimes(plan, profileWith?.(changes) ?? profile)
    const drawnAt: number[] = []
    for await (const { executed } of driver.plot(plan, { signal: new AbortController().signal })) {
      if (executed === 2) await driver.adjust(changes)
      drawnAt[executed] = clock.now() / 1000
    }
    const [between, planned] = [drawnAt, times].map((each) => (each[8] ?? 0) - (each[3] ?? 0))
    expect(between).toBeGreaterThan(0.98 * (planned ?? 0))
    expect(between).toBeLessThan(1.02 * (planned ?? 0))
  })
})

// before its way to the stroke, a plotter with a carousel fetches the pen
const noCarousel = MACHINES.filter(({ profile }) => profile.hpgl === undefined)

describe.each(sample(noCarousel, 3))('the time left on $name that is held on the way to a stroke', (machine) => {
  it('is true within 2 percent at any moment after the pause', async () => {
    expect(await largestError(machine, 'on the way to a stroke')).toBeLessThan(2)
  })
})
