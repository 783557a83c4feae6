import { mkdtempSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PenBook } from '../../src/daemon/plotting/pen-book.ts'
import type { VirtualClock } from '../../src/plotter/link/clock.ts'
import { Permission } from '../../src/plotter/link/permission.ts'
import { encodePlan } from '../../src/plotter/plan/make-plan.ts'
import type { Plan } from '../../src/plotter/plan/plan.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import { memoryFrom, type PlotterMemory } from '../../src/plotter/session/memory.ts'
import type { PenRule } from '../../src/plotter/session/pen-ledger.ts'
import type { PlotEvents } from '../../src/plotter/session/run.ts'
import { PlotterSession } from '../../src/plotter/session/session.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import type { SimulatedPlotter } from '../../src/plotter/simulators/simulated-plotter.ts'
import type { Job, Progress } from '../../src/spool/job.ts'
import { axidraw, planOfLines, until } from './bench.ts'
import { removeFolder } from './remove-folder.ts'

/**
 * The folder of the plans. All test files of this process share the folder, so the end of one file must not remove it.
 */
const folder = mkdtempSync(join(tmpdir(), 'plotd-test-'))
process.once('exit', () => removeFolder(folder))

/** Axis-parallel lines: the ink of `EbbBoard` follows the steps, so the ink of a slanted line is too long. */
export const lines = Array.from({ length: 24 }, (_, i) => [10, 10 + 4 * i, 50, 10 + 4 * i])
export const plan = planOfLines(...lines)
/** The length of the ink of `plan`, mm. */
export const INK = 24 * 40

/** Writes the file of a plan, as a thread of plotd does before a plot. */
export async function written(plan: Plan): Promise<void> {
  await writeFile(join(folder, plan.hash), encodePlan(plan))
}

/** One process of plotd on a plotter. Only `disk` survives the process. */
export async function life(
  board: SimulatedPlotter,
  clock: VirtualClock,
  disk: { text?: string; progress?: Progress },
  rules: PenRule[] = [],
  profile: Profile = axidraw,
) {
  const memory: PlotterMemory = memoryFrom(disk.text, async (text) => {
    if (isAlive) disk.text = text
  })
  let isAlive = true
  const session = new PlotterSession({
    ...{ url: 'sim:', profile, clock, memory },
    open: () => Promise.resolve(simulatorPort(board.cable)),
  })
  const job = () => ({ id: 'J', ...(disk.progress && { progress: disk.progress }) }) as Job
  const book = new PenBook({
    pens: [
      { name: 'blue', color: 'blue', metres: 10, rules },
      { name: 'red', rules: [] },
      { name: 'capped', rules: [], park: { x: 210, y: 100 } },
    ],
    ...{ memory, plans: folder, job: async () => job(), changed: () => {} },
  })
  await until(clock, () => session.state.is === 'idle')
  await book.settle(session.device?.stoodAt)
  return {
    ...{ session, book, job },
    note: (done: number, begun: number) => {
      if (isAlive) disk.progress = { phase: 'plot', done, begun, of: 24, planHash: plan.hash, copiesDone: 0 }
    },
    die: () => {
      isAlive = false
    },
  }
}

export type Life = Awaited<ReturnType<typeof life>>

/** Plots from a place, as `plotJob` of the daemon does. @returns how the plot ended */
export async function draw(
  { session, book, job, note }: Life,
  from: number,
  fromMm: number,
  more: PlotEvents = {},
  drawn: Plan = plan,
) {
  await session.ready()
  await book.begin(job(), drawn, { stroke: from, mm: fromMm }, 0)
  note(from, from)
  const outcome = await session.plot(
    'J',
    drawn,
    { from, fromMm, continuesSheet: from > 0 || fromMm > 0 },
    {
      begin: async (stroke) => {
        note(Math.max(from, stroke - 1), stroke + 1)
        return new Permission(Number.POSITIVE_INFINITY)
      },
      request: (stroke) => book.request(stroke),
      penName: (pen) => book.nameIn(pen),
      park: () => book.park(),
      ...more,
    },
  )
  await book.end(outcome, session.position)
  return outcome
}
