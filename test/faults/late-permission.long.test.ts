import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { PERMISSION_MS } from '../../src/daemon/plotting/checkpoints.ts'
import { type PlotJobParts, plotJob } from '../../src/daemon/plotting/plot-job.ts'
import { drawingOf, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { shortMemory } from '../../src/plotter/session/memory.ts'
import { axidraw, planOf, STEP, sessionBench, until } from '../support/bench.ts'
import { inkError } from '../support/ink.ts'
import { RESULT } from '../support/job-result.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { boardProcess, node } from '../support/processes.ts'
import { spoolOn } from '../support/spool-on.ts'

/** The error of two readings of the uptime, each in steps of 10 ms. */
const GRAIN_MS = 20

/** 300 short strokes, 30 a row. */
const strokes = Array.from({ length: 300 }, (_, i) => {
  const [x, y] = [2 + 3 * (i % 30), 2 + 3 * Math.floor(i / 30)]
  return [x, y, x + 2, y + 1]
})

interface Entry {
  readonly is: 'written' | 'lowered'
  readonly ms: number
  /** The write records that the strokes below this number may have begun. */
  readonly begun?: number
}

/**
 * The program of a process that plots on a board in another process. It records when it sent each command that lowers
 * the pen, and when it sent each durable write of the progress. The program records a write only after the answer to
 * that write.
 */
const plotting = (url: string): string => `
  import { uptime } from 'node:os'
  import { plotJob } from './src/daemon/plotting/plot-job.js'
  import { drawingOf, strokesOf } from './src/geometry/drawing.js'
  import { makePlan } from './src/plotter/plan/make-plan.js'
  import { profileNamed } from './src/plotter/profiles/index.js'
  import { shortMemory } from './src/plotter/session/memory.js'
  import { PlotterSession } from './src/plotter/session/session.js'
  import { openTransport } from './src/plotter/transport/transport.js'
  import { memorySpool } from './src/spool/memory.js'
  const log = []
  const note = (is, ms = 1000 * uptime(), begun) => log.push({ is, ms, begun })
  const open = async (url) => {
    const port = await openTransport(url)
    const write = port.write.bind(port)
    port.write = (text, ...rest) => {
      if (/SP,0/.test(text)) note('lowered')
      return write(text, ...rest)
    }
    return port
  }
  const profile = profileNamed('axidraw-v3')
  const session = new PlotterSession({ url: ${JSON.stringify(url)}, profile, open, onChange: ({ is }) => console.log(is) })
  while (session.state.is !== 'idle') await new Promise((resolve) => setTimeout(resolve, 10))
  await session.ready()
  const spool = memorySpool()
  await spool.submit([{ task: 'svg', params: {}, plot: { plotter: 'axi', copies: 1 } }])
  const rendering = await spool.claim({ stage: 'render', holder: 'test' })
  await spool.complete(rendering, ${JSON.stringify(RESULT)})
  const claim = await spool.claim({ stage: 'plot', holder: 'axi', plotters: ['axi'] })
  const progress = spool.progress.bind(spool)
  spool.progress = async (target, update, durable) => {
    const sent = 1000 * uptime()
    await progress(target, update, durable)
    if (durable) note('written', sent, update.begun)
  }
  const { plan } = makePlan(drawingOf(strokesOf(...${JSON.stringify(strokes)}), 200, 150), { keepOrder: true }, profile)
  await plotJob({
    ...{ spool, claim, session, memory: shortMemory(), resumes: false },
    start: { plan, from: 0, copiesDone: 0, plotter: 'axi' },
    ...{ isPaused: () => false, onMove: () => {}, nextSheet: async () => 'stopped' },
  })
  await session.close()
  console.log(JSON.stringify(log))
`

/**
 * At each lowering of the pen, the time since plotd sent the newest answered write that lets this stroke begin, ms.
 * The strokes are drawn in order, one with each lowering.
 */
function ages(log: readonly Entry[]): number[] {
  const agesMs: number[] = []
  for (const [i, { is, ms }] of log.entries()) {
    if (is === 'written') continue
    const stroke = agesMs.length
    const write = log.slice(0, i).findLast(({ begun = 0 }) => begun > stroke)
    agesMs.push(ms - (write?.ms ?? Number.NEGATIVE_INFINITY))
  }
  return agesMs
}

describe('a process that is stopped in mid-plot and continued', () => {
  it('draws every stroke once, and lowers the pen only within 3 s after it sent a durable write for this stroke', async () => {
    const board = await boardProcess()
    const host = node(plotting(`${board.url}?speed=20&patience=10`))
    try {
      let line = await host.line()
      while (line !== 'plotting') line = await host.line()
      for (const drawMs of [700, 1100, 400]) {
        await wait(drawMs)
        host.process.kill('SIGSTOP')
        await wait(PERMISSION_MS + 500)
        host.process.kill('SIGCONT')
      }
      while (!line.startsWith('[')) line = await host.line()
      const lowered = ages(JSON.parse(line) as Entry[])
      expect(lowered.length).toBe(strokes.length)
      expect(Math.max(...lowered)).toBeLessThan(PERMISSION_MS + GRAIN_MS)
      const { ink } = await board.look()
      expect(strokeCount(ink)).toBe(strokes.length)
      expect(inkError(ink, strokesOf(...strokes))).toBeLessThanOrEqual(2 * STEP)
    } finally {
      await host.kill('SIGKILL')
      await board.kill('SIGKILL')
    }
  })
})

describe('a disk that answers late', () => {
  it('pauses the plot with the pen up, and the plot is complete after a resume', async () => {
    const disk = new MemoryDisk()
    const spool = await spoolOn(disk)
    await spool.submit([{ task: 'svg', params: {}, plot: { plotter: 'axi', copies: 1 } }])
    const rendering = await spool.claim({ stage: 'render', holder: 'test' })
    if (rendering) await spool.complete(rendering, RESULT)
    const claim = await spool.claim({ stage: 'plot', holder: 'axi', plotters: ['axi'] })
    if (!claim) throw new Error('nothing to plot')
    const { session, board, clock, states } = await sessionBench()
    await session.ready()
    const plan = planOf(drawingOf(strokesOf([10, 10, 30, 10], [10, 20, 30, 20], [10, 30, 30, 30]), 200, 150), axidraw)
    let isLate = false
    const lateWrites: Promise<void>[] = []
    disk.faults.late = async () => {
      if (!isLate) return
      const answer = wait(PERMISSION_MS + 100)
      lateWrites.push(answer)
      await answer
    }
    const late: PlotJobParts['session'] = {
      state: session.state,
      mayBegin: () => true,
      pause: async () => {},
      plot: (_, drawn, from, announced) =>
        session.plot('job', drawn, from, {
          ...announced,
          begin: (stroke) => {
            isLate ||= stroke === 1 && !states.some(({ is }) => is === 'paused')
            return announced?.begin?.(stroke) ?? Promise.reject(new Error('nobody permits it'))
          },
        }),
    }
    const done = plotJob({
      ...{ spool, claim, session: late, memory: shortMemory() },
      start: { plan, from: 0, copiesDone: 0, plotter: 'axi' },
      ...{ resumes: false, isPaused: () => false, onMove: () => {}, nextSheet: async () => 'stopped' },
    })
    await expect.poll(() => session.state.is).toBe('paused')
    // The second stroke had its permission before the disk became late.
    expect([board.isPenDown, strokeCount(board.ink.strokes())]).toEqual([false, 2])
    isLate = false
    // The disk answers in real time. An hour of virtual time can pass sooner, and `until` would give up.
    await Promise.all(lateWrites)
    await session.resume()
    await until(clock, () => board.ink.strokeCount === 3)
    await done
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(STEP)
    await session.close()
    await spool.close()
  })
})
