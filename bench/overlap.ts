import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type Drawing, drawingOf } from '../src/geometry/drawing.ts'
import { estimate } from '../src/plotter/motion/estimate.ts'
import { makePlan } from '../src/plotter/plan/make-plan.ts'
import type { Plan } from '../src/plotter/plan/plan.ts'
import { profileNamed, withOverrides } from '../src/plotter/profiles/index.ts'
import type { Profile } from '../src/plotter/profiles/profile.ts'
import { readSvg } from '../src/svg/index.ts'
import { CASES } from './planning/cases.ts'
import { drawings } from './plot-times/drawings.ts'
import { inkDistance } from './plot-times/ink-distance.ts'
import { connectMachine, machineNamed } from './plot-times/machines.ts'

const PLAIN = profileNamed('axidraw-v3-a3')
/** The times that the simulated servo needs, ms. */
const OVERLAP = withOverrides(PLAIN, { pen: { clearMs: 50, touchMs: 75, leadMs: 45 } })
const MADE = ['stipple 10k', 'birthday card']

/**
 * `overlap [FILE.svg]…` plots drawings on a simulated EBB 3.0.3, without and with lifts that overlap travel. Prints
 * both times, the saving, the error of the estimate, and the distance of the ink from the plan. Without FILE, the bench
 * plots the drawings of `MADE`. The time is virtual.
 */
export async function run(args: readonly string[]): Promise<void> {
  console.log('| drawing | without, s | with, s | saved | off the estimate | ink off the plan, mm |')
  console.log('|---|---:|---:|---:|---:|---:|')
  for (const name of args.length > 0 ? args : MADE) {
    const make = await maker(name)
    const [slow, quick] = [await plot(PLAIN, make), await plot(OVERLAP, make)]
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`
    const cells = [
      basename(name, '.svg'),
      slow.seconds.toFixed(0),
      quick.seconds.toFixed(0),
      percent(1 - quick.seconds / slow.seconds),
      percent(quick.seconds / quick.estimated - 1),
      quick.off.toFixed(4),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

async function maker(name: string): Promise<(profile: Profile) => Drawing> {
  const made = CASES[name]?.()
  const known = (await drawings()).get(name)
  if (!made && known) return known
  const drawing = made ? drawingOf(made, 297, 210) : readSvg(readFileSync(name)).drawing
  return (profile) => makePlan(drawing, { page: 'a3', landscape: true, clip: 'none', effort: 0.1 }, profile).plan
}

async function plot(profile: Profile, make: (profile: Profile) => Drawing) {
  const { clock, board, driver, profile: own } = await connectMachine({ ...machineNamed('EBB 3.0.3'), profile })
  const drawing = make(own)
  const plan: Plan = { ...drawing, hash: '', estimate: estimate(drawing, own) }
  const start = clock.now()
  const plotting = driver.plot(plan, { signal: new AbortController().signal })
  for (let moment = await plotting.next(); moment.done !== true; ) moment = await plotting.next()
  const ink = board.ink.strokes()
  const off = inkDistance(ink, plan)
  return { seconds: (clock.now() - start) / 1000, estimated: plan.estimate.seconds, off }
}
