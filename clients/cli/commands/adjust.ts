import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io/io.ts'
import { duration } from '../ui/format.ts'
import { onlyPlotter } from './plotter.ts'

const percent = (describe: string) => ({ type: 'number', describe, requiresArg: true }) as const

export const adjust = defineCommand({
  about:
    'Change pen heights and speed, also in a pause. The values apply until the plotter is disconnected. A value that you leave out returns to its value in the plan.',
  positionals: { plotter: { type: 'string', describe: 'name of the plotter; not needed when there is only one' } },
  flags: {
    'pen-up': percent('height of the raised pen, 0 to 100 percent'),
    'pen-down': percent('height of the pen while it draws, 0 to 100 percent'),
    speed: percent('drawing speed, 1 to 400 percent of the planned speed'),
  },
  examples: [
    ['adjust --pen-down 35', 'the line is too faint: lower the pen'],
    ['adjust', 'back to the plan'],
  ],
  more: 'Heights are percent of the range of the servo or Z axis, and higher is UP, as with AxiDraw (saxi counts the other way). On HP-GL plotters, --speed is percent of the machine’s own speed.',
  async run({ plotter, 'pen-up': up, 'pen-down': down, speed }, io) {
    const changes = {
      ...(up === undefined ? {} : { penUpPercent: percentFlag('pen-up', up) }),
      ...(down === undefined ? {} : { penDownPercent: percentFlag('pen-down', down) }),
      ...(speed === undefined ? {} : { speedPercent: percentFlag('speed', speed) }),
    }
    const before =
      plotter === undefined
        ? onlyPlotter(await io.daemon.call('plotter.list', {}))
        : await io.daemon.call('plotter.get', { name: plotter })
    const oldLeft = await reportedTimeLeft(before, io)
    const after = await io.daemon.call('plotter.adjust', { name: before.name, ...changes })
    const left = await newTimeLeft(oldLeft, before.adjusted.speedPercent, after, io)
    io.answer(left === undefined ? after : { ...after, secondsLeft: Math.round(left) }, () =>
      adjustmentLine(after, left),
    )
    return 0
  },
})

function percentFlag(flag: string, value: unknown): number {
  const number = Number(value)
  if (Number.isFinite(number)) return number
  throw new PlotdError('ERR_PARAMS', `--${flag}: expected percent, got ${String(value)}`)
}

/** 'axi: pen down at 35 % (planned: 30 %), speed 60 % (planned: 100 %), from here on. About 12 min are left.' */
function adjustmentLine({ name, adjusted, planned }: WirePlotter, left: number | undefined): string {
  const value = (label: string, current?: number, inPlan?: number): string[] => {
    if (current === undefined) return []
    const isPlanned = inPlan === undefined || inPlan === current
    return [`${label} ${current} %${isPlanned ? '' : ` (planned: ${inPlan} %)`}`]
  }
  const changes = [
    ...value('pen up at', adjusted.penUpPercent, planned.penUpPercent),
    ...value('pen down at', adjusted.penDownPercent, planned.penDownPercent),
    ...value('speed', adjusted.speedPercent, planned.speedPercent ?? 100),
  ]
  const plan = [
    ...value('pen up at', planned.penUpPercent),
    ...value('pen down at', planned.penDownPercent),
    ...value('speed', planned.speedPercent),
  ]
  const values =
    changes.length > 0
      ? `${name}: ${changes.join(', ')}, from here on.`
      : `${name} draws as planned again${plan.length === 0 ? '' : `: ${plan.join(', ')}`}.`
  if (left === undefined) return values
  const time = duration(left)
  return `${values} About ${time} ${/^1 \w+$/.test(time) ? 'is' : 'are'} left.`
}

/** The time left of a plotter's job, s; undefined without a job, and before the daemon has reported a time. */
async function reportedTimeLeft({ state }: WirePlotter, io: Io): Promise<number | undefined> {
  if (state.is !== 'plotting' && state.is !== 'paused') return undefined
  return (await io.daemon.call('job.get', { id: state.job })).progress?.secondsLeft
}

/**
 * The time left after an adjustment, s. The daemon reports the new time only later. So this function scales `left` by
 * the estimates of the plan at both speeds. Without a new speed it returns `left`. Undefined when the plotter has no
 * job, when `left` is undefined, or when the speed is new and the profile is not one of plotd's.
 *
 * @param left  the time left before the adjustment, s
 * @param oldSpeed  the adjusted speed before the adjustment, percent; undefined is the speed of the plan
 */
async function newTimeLeft(
  left: number | undefined,
  oldSpeed: number | undefined,
  { state, profile, adjusted }: WirePlotter,
  io: Io,
): Promise<number | undefined> {
  if (state.is !== 'plotting' && state.is !== 'paused') return undefined
  const newSpeed = adjusted.speedPercent
  if (left === undefined || newSpeed === oldSpeed) return left
  const { profileNamed, profiles, readPlan, strokeTimes } = await import('../../../src/index.ts')
  if (!Object.hasOwn(profiles, profile)) return undefined
  await using client = await io.daemon.connect()
  const bytes = await client.plan(state.job)
  const plan = await readPlan({
    bytes: bytes.length,
    read: async (into, from) => into.set(bytes.subarray(from, from + into.length)),
  })
  const machine = profileNamed(profile)
  const secondsAt = (speedPercent?: number): number => strokeTimes(plan, machine, { speedPercent }).at(-1) ?? 0
  return (left * secondsAt(newSpeed)) / secondsAt(oldSpeed)
}
