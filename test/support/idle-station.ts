import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { NO_INHIBITOR } from '../../src/daemon/host/index.ts'
import { Station } from '../../src/daemon/plotting/station.ts'
import { allHere } from '../../src/daemon/render/contents.ts'
import type { ThreadPools } from '../../src/daemon/render/thread-pools.ts'
import { PlotdError } from '../../src/errors.ts'
import { strokeCount } from '../../src/geometry/drawing.ts'
import { realClock } from '../../src/plotter/link/clock.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { memoryFrom } from '../../src/plotter/session/memory.ts'
import type { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import { simulatorNamed } from '../../src/plotter/simulators/index.ts'
import type { Job } from '../../src/spool/job.ts'
import { memorySpool } from '../../src/spool/memory.ts'
import { plan } from './claimed-plot.ts'
import { renderedJob } from './rendered-job.ts'
import type { MakePlan } from './slow-plan.ts'
import { until } from './until.ts'

/** The commands that move the carriage of an EBB. */
const MOVES = /^(SM|XM|LM|LT|L3|HM|TD),/

/**
 * An idle plotter on a spool with one rendered job, until the test ends. `makePlan` stands for the thread that makes
 * plans.
 */
export async function idleStation(
  makePlan: MakePlan = async () => plan,
  { speed = 1000, gate = true, fetchPlan = async () => {}, isQueuePaused = false } = {},
) {
  const spool = memorySpool()
  if (isQueuePaused) await spool.pauseQueue('axi')
  const job = await renderedJob(spool)
  const memory = memoryFrom(undefined, async () => {})
  const threads = {
    ...{ plans: 'nowhere', contents: { ...allHere('nowhere'), fetchPlan } },
    plan: (_result: unknown, _plot: unknown, _profile: unknown, more: { signal: AbortSignal }) => makePlan(more),
    times: () => Promise.reject(new PlotdError('ERR_DAEMON_AWAY')),
    checkDrawable: async () => {},
  } as unknown as ThreadPools
  const station = new Station({
    ...{ host: 'here', inFarm: false, grantMs: 60_000, interrupted: [], pens: [], owner: 'axi' },
    config: { name: 'axi', url: `sim:ebb?speed=${speed}`, profile: 'axidraw-v3', gate, tags: [] },
    isQueuePaused: () => false,
    profile: profileNamed('axidraw-v3'),
    ...{ spool, threads, memory },
    log: pino({ level: 'silent' }),
    wakeLock: NO_INHIBITOR.lock,
    changed: () => {},
  })
  const query = new URLSearchParams(`speed=${speed}`)
  const board = simulatorNamed('ebb', query, realClock, 'axi') as EbbBoard
  onTestFinished(() => station.stop(true))
  await until(() => station.state.is === 'idle')
  const statusOf = async ({ id }: Job) => (await spool.get(id))?.status
  const is = (status: Job['status']) => until(async () => (await statusOf(job)) === status)
  /** Resolves when the board executes the first command of the way home from the next sheet. */
  const homeward = () =>
    new Promise<void>((resolve) => {
      let lowered = 0
      let isLifted = false
      board.onLine = (line) => {
        if (line.startsWith('SP,0')) lowered++
        if (line.startsWith('SP,1')) isLifted = lowered === strokeCount(plan)
        if (isLifted && MOVES.test(line)) resolve()
        return undefined
      }
    })
  return { spool, job, memory, threads, station, board, statusOf, is, homeward }
}

/** An interrupted job without ink, on the same plotter. */
export const blank = {
  id: 'blank',
  status: 'interrupted',
  progress: { phase: 'plot', plotter: 'axi', done: 0, begun: 0, of: 4 },
}

/** An interrupted job with ink, on the same plotter. */
export const cut = (id: string) =>
  ({ ...blank, id, title: id, progress: { ...blank.progress, done: 1, begun: 2 } }) as unknown as Job
