import { describe, expect, it, vi } from 'vitest'
import type { PlotStart } from '../../../src/daemon/plotting/checkpoints.ts'
import { type PlotJobParts, plotJob } from '../../../src/daemon/plotting/plot-job.ts'
import { memoryFrom, type PlotterMemory, shortMemory } from '../../../src/plotter/session/memory.ts'
import { paceFactor } from '../../../src/plotter/session/pace.ts'
import type { PlotEvents } from '../../../src/plotter/session/run.ts'
import type { PlotOutcome, PlotterState } from '../../../src/plotter/session/state.ts'
import type { Claim, Spool } from '../../../src/spool/spool.ts'
import { claimed, plan, start } from '../../support/claimed-plot.ts'
import { until } from '../../support/until.ts'

type AllEvents = Required<PlotEvents>
/** Stands for the drawing of one sheet from stroke `from` on. */
type SheetScript = (events: AllEvents, from: number) => PlotOutcome | Promise<PlotOutcome>

interface Scripted {
  readonly sheets: SheetScript[]
  readonly nextSheet: PlotJobParts['nextSheet']
}

/** A plotter that follows the test's scripts, sheet after sheet. */
const scripted = (...sheets: SheetScript[]): Scripted => ({ sheets, nextSheet: async () => 'ready' })

/** Plots a claimed job on a scripted plotter. */
function plotted(
  spool: Spool,
  claim: Claim,
  { sheets, nextSheet }: Scripted,
  from: PlotStart,
  more: Partial<PlotJobParts> = {},
) {
  const session: PlotJobParts['session'] = {
    state: { is: 'idle', ready: true },
    mayBegin: () => true,
    plot: async (_id, _plan, how, events) =>
      sheets.shift()?.(events as AllEvents, how?.from ?? 0) ?? { is: 'finished', seconds: 1 },
    pause: async () => {},
  }
  return plotJob({
    ...{ spool, claim, session, nextSheet, start: from, memory: shortMemory(), resumes: false },
    ...{ isPaused: () => false, onMove: () => {}, ...more },
  })
}

const finished: PlotOutcome = { is: 'finished', seconds: 1 }

/** Like `claimed`, with all progress of the job that reached the disk. */
async function written() {
  const { spool, claim } = await claimed()
  const disk: { done: number; begun?: number }[] = []
  const progress = spool.progress.bind(spool)
  vi.spyOn(spool, 'progress').mockImplementation(async (target, update, durable) => {
    await progress(target, update, durable)
    if (durable) disk.push(update)
  })
  return { spool, claim, disk }
}

describe('plotting a job', () => {
  it('announces which plan it draws before the pen moves, then each stroke on the paper, then that it is finished', async () => {
    const { spool, claim, announced, job } = await claimed()
    let before: unknown
    const sheet = scripted(async (events) => {
      before = (await job())?.progress
      for (let i = 1; i <= 4; i++) events.executed(i)
      return finished
    })
    await plotted(spool, claim, sheet, start)
    expect(before).toMatchObject({ phase: 'plot', done: 0, of: 4, planHash: plan.hash, plotter: 'axi', copiesDone: 0 })
    expect(announced).toEqual(['0:0/4', '0:1/4', '0:2/4', '0:3/4', '0:4/4', '0:4/4', 'finished'])
  })

  it('multiplies the time left by the plotter’s pace', async () => {
    const { spool, claim, job } = await claimed()
    let left: number | undefined
    const sheet = scripted(async () => {
      left = (await job())?.progress?.secondsLeft
      return finished
    })
    await plotted(spool, claim, sheet, { ...start, pace: 10 })
    expect(left).toBe(Math.round(10 * plan.estimate.seconds))
  })

  it('reports a pause only after the strokes that were drawn before it', async () => {
    const { spool, claim, announced } = await claimed()
    const sheet = scripted((events) => {
      events.executed(2)
      events.paused('pen-change', 'red pen', 2)
      events.resumed()
      return finished
    })
    await plotted(spool, claim, sheet, start)
    expect(announced).toEqual(['0:0/4', '0:2/4', '0:2/4', 'paused', 'plotting', '0:4/4', 'finished'])
  })

  it('draws nothing of a job that is canceled while the pen book records its sheet', async () => {
    const { spool, claim, job } = await claimed()
    const drawn = vi.fn(() => finished)
    const ended: PlotOutcome[] = []
    const pens = {
      begin: async () => void (await spool.cancel(claim.job.id)),
      request: () => undefined,
      nameIn: () => undefined,
      park: () => undefined,
      end: async (outcome: PlotOutcome) => void ended.push(outcome),
    }
    await plotted(spool, claim, scripted(drawn), start, { pens })
    expect(drawn).not.toHaveBeenCalled()
    expect(ended).toEqual([{ is: 'canceled', executed: 0, begun: 0 }])
    expect(await job()).toMatchObject({ status: 'canceled', progress: { done: 0, begun: 0 } })
  })

  it('keeps the number of executed strokes of a cut plot, for a later resume', async () => {
    const { spool, claim, job } = await claimed()
    const cut: PlotOutcome = { is: 'interrupted', why: 'connection-lost', executed: 3, begun: 4, message: 'unplugged' }
    await plotted(
      spool,
      claim,
      scripted(() => cut),
      start,
    )
    expect(await job()).toMatchObject({
      status: 'interrupted',
      reason: { code: 'connection-lost' },
      progress: { done: 3, begun: 4, of: 4, planHash: plan.hash },
    })
  })

  it('writes the permission of a stroke before the stroke begins, and counts no stroke before it is drawn', async () => {
    const { spool, claim, disk } = await written()
    const sheet = scripted(async (events) => {
      for (let i = 0; i < 4; i++) {
        await events.begin(i)
        expect(disk.at(-1)?.begun).toBeGreaterThan(i)
        expect(disk.at(-1)?.done).toBeLessThanOrEqual(i)
        events.executed(i + 1)
      }
      return finished
    })
    await plotted(spool, claim, sheet, start)
    expect(disk.at(-1)).toMatchObject({ done: 4, begun: 4 })
  })

  it('does not begin a stroke whose permission is not on the disk', async () => {
    const { spool, claim } = await claimed()
    let full = false
    const progress = spool.progress.bind(spool)
    vi.spyOn(spool, 'progress').mockImplementation((...args) =>
      full ? Promise.reject(new Error('the disk is full')) : progress(...args),
    )
    const sheet = scripted(async (events) => {
      await events.begin(0)
      full = true
      await expect(events.begin(3)).rejects.toThrow('the disk is full')
      full = false
      await events.begin(3)
      return finished
    })
    await plotted(spool, claim, sheet, start)
  })

  it('fails when the device refuses', async () => {
    const { spool, claim, job } = await claimed()
    const refused: PlotOutcome = { is: 'failed', code: 'ERR_DEVICE', message: 'refused', executed: 1, begun: 2 }
    await plotted(
      spool,
      claim,
      scripted(() => refused),
      start,
    )
    expect(await job()).toMatchObject({ status: 'failed', error: { code: 'ERR_DEVICE', message: 'refused' } })
  })

  it('waits for a fresh sheet before each further copy, and draws each from its first stroke', async () => {
    const { spool, claim, announced } = await claimed(2)
    const begun: number[] = []
    const copy = (_: AllEvents, from: number) => {
      begun.push(from)
      return finished
    }
    await plotted(spool, claim, scripted(copy, copy), { ...start, from: 2 })
    expect(begun).toEqual([2, 0])
    expect(announced).toEqual(['0:2/4', '0:4/4', 'paused', 'plotting', '1:0/4', '1:4/4', 'finished'])
  })

  it('announces nothing more after the job is canceled between two sheets', async () => {
    const { spool, claim, announced, job } = await claimed(2)
    const sheet: Scripted = {
      sheets: [],
      nextSheet: async () => {
        await spool.cancel(claim.job.id)
        return 'ready'
      },
    }
    await plotted(spool, claim, sheet, start)
    expect((await job())?.status).toBe('canceled')
    expect(announced.at(-1)).toBe('canceled')
  })

  it('is interrupted, with all strokes of its sheet done, when the daemon stops between two sheets', async () => {
    const { spool, claim, job } = await claimed(2)
    await plotted(spool, claim, { sheets: [], nextSheet: async () => 'stopped' }, start)
    expect(await job()).toMatchObject({ status: 'interrupted', progress: { done: 4, of: 4, copiesDone: 0 } })
  })

  it('waits for a fresh sheet when it is resumed after a complete sheet', async () => {
    const { spool, claim, announced } = await claimed(2)
    await plotted(spool, claim, scripted(), { ...start, copiesDone: 1, needsSheet: true }, { resumes: true })
    expect(announced).toEqual(['paused', 'plotting', '1:0/4', '1:4/4', 'finished'])
  })

  it('draws nothing for a holder that lost its claim, and throws ERR_CLAIM_LOST', async () => {
    const { spool, claim } = await claimed()
    await spool.cancel(claim.job.id)
    let inked = false
    const sheet = scripted(() => {
      inked = true
      return finished
    })
    await expect(plotted(spool, claim, sheet, start)).rejects.toMatchObject({ code: 'ERR_CLAIM_LOST' })
    expect(inked).toBe(false)
  })
})

describe('a pause', () => {
  /** A plot with strokes so short that one write permits several. */
  const quick = { ...plan, estimate: { ...plan.estimate, seconds: 0.6 } }

  it('withdraws on the disk the permission of each stroke that has not begun', async () => {
    const { spool, claim, disk } = await written()
    const sheet = scripted(async (events) => {
      await events.begin(0)
      expect(disk.at(-1)?.begun).toBeGreaterThan(1)
      events.executed(1)
      events.paused('operator', undefined, 1)
      await until(async () => (await spool.get(claim.job.id))?.status === 'paused')
      expect(disk.at(-1)).toMatchObject({ done: 1, begun: 1 })
      events.resumed()
      return finished
    })
    await plotted(spool, claim, sheet, { ...start, plan: quick })
  })

  it('leaves a cut stroke in doubt', async () => {
    const { spool, claim, disk } = await written()
    const sheet = scripted(async (events) => {
      await events.begin(0)
      events.paused('operator', undefined, 1)
      await until(async () => (await spool.get(claim.job.id))?.status === 'paused')
      expect(disk.at(-1)).toMatchObject({ done: 0, begun: 1 })
      events.resumed()
      return finished
    })
    await plotted(spool, claim, sheet, { ...start, plan: quick })
  })

  it.each([
    ['were permitted before the pause', quick],
    ['are being permitted as the pause begins', plan],
  ])('lets no later stroke begin without a new permission, also when later strokes %s', async (_, drawn) => {
    const { spool, claim, disk } = await written()
    const sheet = scripted(async (events) => {
      await events.begin(0)
      events.executed(1)
      events.paused('operator', undefined, 1)
      await until(async () => (await spool.get(claim.job.id))?.status === 'paused')
      events.resumed()
      for (let i = 1; i < 4; i++) {
        await events.begin(i)
        expect(disk.at(-1)?.begun).toBeGreaterThan(i)
        events.executed(i + 1)
      }
      return finished
    })
    await plotted(spool, claim, sheet, { ...start, plan: drawn })
  })
})

describe('the sheets of a job', () => {
  /** The options of each `session.plot` call, and the job afterwards. @param session  overrides for an idle session */
  async function plotSheets(more: Partial<PlotJobParts>, session: Partial<PlotJobParts['session']> = {}, copies = 2) {
    const { spool, claim, job } = await claimed(copies)
    const calls: unknown[] = []
    const state: PlotterState = { is: 'idle', ready: true }
    const plot: PlotJobParts['session']['plot'] = async (_id, _plan, how) => {
      calls.push(how)
      return finished
    }
    const parts = { session: { state, mayBegin: () => true, plot, pause: async () => {}, ...session }, ...more }
    await plotted(spool, claim, scripted(), { ...start, from: 3 }, parts)
    return { calls, job: await job() }
  }

  it('are, after a resume, first the sheet that is down, and then fresh sheets', async () => {
    const { calls } = await plotSheets({ resumes: true })
    expect(calls).toMatchObject([
      { from: 3, continuesSheet: true },
      { from: 0, continuesSheet: false },
    ])
  })

  it('begin with a pause when a user paused the job before', async () => {
    expect((await plotSheets({ isPaused: () => true }, {}, 1)).calls).toMatchObject([{ startsPaused: true }])
  })

  it.each<[string, Partial<PlotJobParts['session']>, Partial<PlotJobParts>]>([
    ['was lost', { state: { is: 'offline', why: 'unplugged' } }, {}],
    ['was lost and is back', {}, { mayContinue: () => false }],
  ])('get no ink when the plotter %s before a resume; the cut stroke is in doubt', async (_, session, more) => {
    const half = { ...start, from: 3, fromMm: 2 }
    const { calls, job } = await plotSheets({ start: half, resumes: true, ...more }, session)
    expect(calls).toEqual([])
    const progress = { done: 3, begun: 4 }
    expect(job).toMatchObject({ status: 'interrupted', reason: { code: 'connection-lost' }, progress })
  })

  it('get no ink when the grant ends at the last moment: the job goes back to the queue', async () => {
    const { calls, job } = await plotSheets({ start }, { mayBegin: () => false }, 1)
    expect(calls).toEqual([])
    expect(job).toMatchObject({ status: 'rendered' })
    expect(job).not.toHaveProperty('progress')
  })

  it('wait for another grant when the grant of a further copy ends at the last moment', async () => {
    const { spool, claim, announced, job } = await claimed(2)
    // `plotJob` calls `mayBegin` twice before the first sheet: before and after `pens.begin`.
    const answers = [true, true, false, true]
    const session: PlotJobParts['session'] = {
      state: { is: 'idle', ready: true },
      mayBegin: () => answers.shift() ?? true,
      plot: async () => finished,
      pause: async () => {},
    }
    await plotted(spool, claim, scripted(), start, { session })
    expect(announced.filter((entry) => !entry.includes(':'))).toEqual([
      'paused',
      'plotting',
      'paused',
      'plotting',
      'finished',
    ])
    expect(await job()).toMatchObject({ progress: { copiesDone: 1, done: 4 } })
  })

  it('leave their drawn and begun strokes in the progress of the job when the job is canceled', async () => {
    const { spool, claim, job } = await claimed()
    const sheet = scripted(async (events) => {
      events.executed(1)
      await spool.cancel(claim.job.id)
      return { is: 'canceled', executed: 2, begun: 3 }
    })
    await plotted(spool, claim, sheet, start)
    expect(await job()).toMatchObject({ status: 'canceled', progress: { done: 2, begun: 3, of: 4 } })
  })
})

describe('a sheet', () => {
  const long = { ...plan, estimate: { ...plan.estimate, seconds: 1000 } }

  /** The factor of the plotter's pace after a sheet, as the next process reads it. */
  async function learned(
    outcome: PlotOutcome,
    more: Partial<PlotStart> = {},
    during: (events: AllEvents) => void = () => {},
  ) {
    let file: string | undefined
    const memory: PlotterMemory = memoryFrom(undefined, async (text) => {
      file = text
    })
    const { spool, claim } = await claimed()
    const sheet = scripted((events) => {
      during(events)
      return outcome
    })
    await plotted(spool, claim, sheet, { ...start, ...more, plan: long }, { memory })
    return paceFactor(memoryFrom(file, async () => {}).pace)
  }

  it('corrects its plotter’s pace when it is drawn without a break', async () => {
    expect(await learned({ is: 'finished', seconds: 1200 })).toBeCloseTo(1320 / 1120, 9)
  })

  it.each([
    [
      'paused',
      {},
      { is: 'finished', seconds: 1200 },
      (events: AllEvents) => {
        events.paused('operator', undefined, 1)
        events.resumed()
      },
    ],
    ['begun in the middle', { from: 1 }, { is: 'finished', seconds: 1200 }, undefined],
    ['resumed within a stroke', { fromMm: 3 }, { is: 'finished', seconds: 1200 }, undefined],
    ['cut', {}, { is: 'interrupted', why: 'device-fault', executed: 1, begun: 1, message: '' }, undefined],
  ] as const)('does not change its plotter’s pace when it was %s', async (_, from, outcome, during) => {
    expect(await learned(outcome, from, during)).toBe(1)
  })
})
