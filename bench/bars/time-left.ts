import { TimeLeft } from '../../src/daemon/plotting/time-left.ts'
import { drawingOf, strokesOf } from '../../src/geometry/drawing.ts'
import type { Adjustments } from '../../src/plotter/drivers/driver.ts'
import { sleep } from '../../src/plotter/link/clock.ts'
import { estimate } from '../../src/plotter/motion/estimate.ts'
import { strokeTimes } from '../../src/plotter/motion/index.ts'
import { withOverrides } from '../../src/plotter/profiles/index.ts'
import { connectMachine, machineNamed, type TimedMachine } from '../plot-times/machines.ts'
import { hooks } from '../plotters/shapes.ts'

const WAVE = Array.from({ length: 250 }, (_, i) => [10 + i / 2, 80 + 25 * Math.sin(i / 10)]).flat()
const BEFORE = 6
const DRAWING = drawingOf(strokesOf(...hooks(BEFORE), WAVE, [20, 120, 60, 120, 60, 140]), 200, 150)

const HP = machineNamed('HP 7475A')
/** A plotter that sends no answers. */
export const SILENT: TimedMachine = {
  ...HP,
  name: 'an HP 7475A on one wire',
  profile: withOverrides(HP.profile, { hpgl: { silent: true } }),
}

export type Place = 'between strokes' | 'in a stroke' | 'on the way to a stroke'

/**
 * Plots, and pauses for a minute at the place `where`: after the third stroke, on the way to the long stroke, or in the
 * long stroke. The long stroke is the first of a layer with its own pen height. Applies `changes` in the pause.
 *
 * @returns the largest error of the time left after the pause, in percent of the true time left. If a quarter of the
 *   whole time is longer than the true time left, the error is in percent of that quarter.
 */
export async function largestError(machine: TimedMachine, where: Place, changes: Adjustments = {}) {
  const { clock, driver, profile, profileWith } = await connectMachine(machine)
  const [layer] = DRAWING.layers
  const second = { name: '', pen: 2, first: BEFORE, count: 2, options: { delayMs: 3000, penDownPercent: 20 } }
  const layers = [{ name: '', options: {}, ...layer, pen: 1, first: 0, count: BEFORE }, second]
  const plan = { ...DRAWING, layers, hash: '', estimate: estimate({ ...DRAWING, layers }, profile) }
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
  if (samples.length < 3) throw new Error(`the plot on ${machine.name} was not held ${where}`)
  const errors = samples.map(
    ({ seconds, left }) => Math.abs(left - (whole - seconds)) / Math.max(whole - seconds, whole / 4),
  )
  return 100 * Math.max(...errors)
}
