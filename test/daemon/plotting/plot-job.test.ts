import { describe, expect, it, vi } from 'vitest'
import { PERMISSION_MS, Teller } from '../../../src/daemon/plotting/checkpoints.ts'
import { plotJob, type Sheet, type SheetEvents } from '../../../src/daemon/plotting/plot-job.ts'
import { drawingOf, strokesOf } from '../../../src/geometry/drawing.ts'
import { Permission } from '../../../src/plotter/link/permission.ts'
import { makePlan } from '../../../src/plotter/plan/make-plan.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../../src/plotter/profiles/index.ts'
import type { PlotOutcome } from '../../../src/plotter/session/state.ts'
import { memorySpool, type SpoolEvent } from '../../../src/spool/index.ts'
import { until } from '../../support/desk.ts'
import { RESULT } from '../../support/job-result.ts'

const drawing = drawingOf(strokesOf([10, 10, 20, 10], [10, 20, 20, 20], [10, 30, 20, 30], [10, 40, 20, 40]), 100, 100)
const { plan } = makePlan(drawing, { keepOrder: true }, profileNamed(DEFAULT_PROFILE))

/** A claimed job, and everything that the spool announces of it from then on. */
async function claimed(copies = 1) {
  const spool = memorySpool()
  const [job] = await spool.submit([{ task: 'svg', params: {}, plot: { plotter: 'axi', copies } }])
  const rendering = await spool.claim({ stage: 'render', holder: 'test' })
  if (rendering) await spool.complete(rendering, RESULT)
  const claim = await spool.claim({ stage: 'plot', holder: 'axi', plotters: ['axi'] })
  if (!job || !claim) throw new Error('no job to plot')
  const told: string[] = []
  await spool.subscribe((event) => told.push(sentence(event)))
  return { spool, claim, told, job: () => spool.get(job.id) }
}

function sentence(event: SpoolEvent): string {
  if (event.type === 'progress') return `${event.progress.copiesDone}:${event.progress.done}/${event.progress.of}`
  return event.type === 'changed' ? event.job.status : event.type
}

/** A plotter that does what the test says, sheet after sheet. */
function scripted(...sheets: ((told: SheetEvents, from: number) => PlotOutcome | Promise<PlotOutcome>)[]): Sheet {
  return {
    plot: async (_, { from = 0 }, told) => sheets.shift()?.(told, from) ?? { is: 'finished', seconds: 1 },
    nextSheet: async () => 'ready',
  }
}
const start = { plan, from: 0, copiesDone: 0, plotter: 'axi' }
const finished: PlotOutcome = { is: 'finished', seconds: 1 }

/** As `claimed`, and all that came to be on the disk of the job's progress. */
async function written() {
  const { spool, claim } = await claimed()
  const disk: { done: number; begun?: number }[] = []
  const progress = spool.progress.bind(spool)
  vi.spyOn(spool, 'progress').mockImplementation(async (held, made, durable) => {
    await progress(held, made, durable)
    if (durable) disk.push(made)
  })
  return { spool, claim, disk }
}

describe('plotting a job', () => {
  it('says which plan it draws before the pen moves, then each stroke on the paper, then that it is finished', async () => {
    const { spool, claim, told, job } = await claimed()
    let before: unknown
    const sheet = scripted(async (events) => {
      before = (await job())?.progress
      for (let i = 1; i <= 4; i++) events.executed(i)
      return finished
    })
    await plotJob(spool, claim, sheet, start)
    expect(before).toMatchObject({ phase: 'plot', done: 0, of: 4, planHash: plan.hash, plotter: 'axi', copiesDone: 0 })
    expect(told).toEqual(['0:0/4', '0:1/4', '0:2/4', '0:3/4', '0:4/4', '0:4/4', 'finished'])
  })

  it('counts the time that is left by what the plotter’s past plots took', async () => {
    const { spool, claim, job } = await claimed()
    let left: number | undefined
    const sheet = scripted(async () => {
      left = (await job())?.progress?.secondsLeft
      return finished
    })
    await plotJob(spool, claim, sheet, { ...start, pace: 10 })
    expect(left).toBe(Math.round(10 * plan.estimate.seconds))
  })

  it('tells a pause only after the strokes that were drawn before it', async () => {
    const { spool, claim, told } = await claimed()
    const sheet = scripted((events) => {
      events.executed(2)
      events.paused('pen-change', 'red pen', 2)
      events.resumed()
      return finished
    })
    await plotJob(spool, claim, sheet, start)
    expect(told).toEqual(['0:0/4', '0:2/4', '0:2/4', 'paused', 'plotting', '0:4/4', 'finished'])
  })

  it('keeps the number of executed strokes of a cut plot, for whoever resumes it', async () => {
    const { spool, claim, job } = await claimed()
    const cut: PlotOutcome = { is: 'interrupted', why: 'connection-lost', executed: 3, begun: 4, message: 'unplugged' }
    await plotJob(
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

  it('has on the disk which strokes may be begun before they are, and what was drawn only after it was', async () => {
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
    await plotJob(spool, claim, sheet, start)
    expect(disk.at(-1)).toMatchObject({ done: 4, begun: 4 })
  })

  it('does not begin a stroke of which the disk does not know', async () => {
    const { spool, claim } = await claimed()
    let full = false
    const progress = spool.progress.bind(spool)
    vi.spyOn(spool, 'progress').mockImplementation((...told) =>
      full ? Promise.reject(new Error('the disk is full')) : progress(...told),
    )
    const sheet = scripted(async (events) => {
      await events.begin(0)
      full = true
      await expect(events.begin(3)).rejects.toThrow('the disk is full')
      full = false
      await events.begin(3)
      return finished
    })
    await plotJob(spool, claim, sheet, start)
  })

  it('fails when the device refuses', async () => {
    const { spool, claim, job } = await claimed()
    const refused: PlotOutcome = { is: 'failed', code: 'ERR_DEVICE', message: 'refused', executed: 1, begun: 2 }
    await plotJob(
      spool,
      claim,
      scripted(() => refused),
      start,
    )
    expect(await job()).toMatchObject({ status: 'failed', error: { code: 'ERR_DEVICE', message: 'refused' } })
  })

  it('waits for a fresh sheet before each further copy, and draws each from its first stroke', async () => {
    const { spool, claim, told } = await claimed(2)
    const begun: number[] = []
    const copy = (_: SheetEvents, from: number) => {
      begun.push(from)
      return finished
    }
    await plotJob(spool, claim, scripted(copy, copy), { ...start, from: 2 })
    expect(begun).toEqual([2, 0])
    expect(told).toEqual(['0:2/4', '0:4/4', 'paused', 'plotting', '1:0/4', '1:4/4', 'finished'])
  })

  it('draws nothing more once it is canceled, be it between two sheets', async () => {
    const { spool, claim, told, job } = await claimed(2)
    const sheet: Sheet = {
      plot: async () => finished,
      nextSheet: async () => {
        await spool.cancel(claim.job.id)
        return 'ready'
      },
    }
    await plotJob(spool, claim, sheet, start)
    expect((await job())?.status).toBe('canceled')
    expect(told.at(-1)).toBe('canceled')
  })

  it('is interrupted, with the sheet counted, when the daemon stops between two sheets', async () => {
    const { spool, claim, job } = await claimed(2)
    await plotJob(spool, claim, { plot: async () => finished, nextSheet: async () => 'stopped' }, start)
    expect(await job()).toMatchObject({ status: 'interrupted', progress: { done: 4, of: 4, copiesDone: 0 } })
  })

  it('lets nobody plot who lost the claim', async () => {
    const { spool, claim } = await claimed()
    await spool.cancel(claim.job.id)
    let inked = false
    const sheet = scripted(() => {
      inked = true
      return finished
    })
    await expect(plotJob(spool, claim, sheet, start)).rejects.toMatchObject({ code: 'ERR_CLAIM_LOST' })
    expect(inked).toBe(false)
  })
})

describe('at a pause', () => {
  /** Drawn in less than is allowed ahead at a time. */
  const quick = { ...plan, estimate: { ...plan.estimate, seconds: 0.6 } }

  it('no stroke is in doubt that was only allowed, should the computer go meanwhile', async () => {
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
    await plotJob(spool, claim, sheet, { ...start, plan: quick })
  })

  it('a stroke that was cut stays in doubt', async () => {
    const { spool, claim, disk } = await written()
    const sheet = scripted(async (events) => {
      await events.begin(0)
      events.paused('operator', undefined, 1)
      await until(async () => (await spool.get(claim.job.id))?.status === 'paused')
      expect(disk.at(-1)).toMatchObject({ done: 0, begun: 1 })
      events.resumed()
      return finished
    })
    await plotJob(spool, claim, sheet, { ...start, plan: quick })
  })

  it.each([
    ['were allowed', quick],
    ['are just being allowed', plan],
  ])('strokes that %s are allowed anew before they are begun', async (_, drawn) => {
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
    await plotJob(spool, claim, sheet, { ...start, plan: drawn })
  })
})

describe('a permission whose answer comes late', () => {
  /** Clocks that the test turns, and a disk that takes as long over each durable write as the test says. */
  async function slowDisk(delays: readonly number[]) {
    const { spool, claim } = await claimed()
    let now = 0
    let sent: number[] = []
    const progress = spool.progress.bind(spool)
    vi.spyOn(spool, 'progress').mockImplementation(async (held, made, durable) => {
      if (durable) sent.push(now)
      await progress(held, made, durable)
      if (durable) now += delays[sent.length - 1] ?? 0
    })
    const clocks = () => ({ monotonic: now, uptime: now, wall: now })
    const teller = new Teller(spool, claim, start, () => new Permission(PERMISSION_MS, clocks))
    await teller.start()
    sent = []
    return { teller, sent, pass: (ms: number) => (now += ms), at: () => now }
  }

  it('is asked for again: a stroke is never begun by one whose write was sent too long ago', async () => {
    const { teller, sent, at } = await slowDisk([PERMISSION_MS, 20 * PERMISSION_MS, 5])
    const permission = await teller.begin(0)
    expect(permission.isValid).toBe(true)
    expect(at() - (sent[2] ?? 0)).toBeLessThan(PERMISSION_MS)
  })

  it('is asked for again when the pen comes to a stroke long after it was allowed ahead', async () => {
    const { teller, sent, pass } = await slowDisk([])
    await teller.begin(0)
    await teller.settled()
    const before = sent.length
    pass(PERMISSION_MS)
    expect((await teller.begin(1)).isValid).toBe(true)
    expect(sent.length).toBeGreaterThan(before)
  })

  it('is not waited for without end: after three late answers the plot is told, and may ask again', async () => {
    const { teller, sent } = await slowDisk([1, 1, 1, 1].map(() => PERMISSION_MS))
    await expect(teller.begin(0)).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
    expect(sent).toHaveLength(3)
    expect((await teller.begin(0)).isValid).toBe(true)
  })

  it('is measured from the sending of the write, also where it had to wait for its turn', async () => {
    const { spool, claim } = await claimed()
    let now = 0
    const progress = spool.progress.bind(spool)
    const clocks = () => ({ monotonic: now, uptime: now, wall: now })
    const teller = new Teller(spool, claim, start, () => new Permission(PERMISSION_MS, clocks))
    await teller.start()
    let made = 0
    vi.spyOn(spool, 'progress').mockImplementation(async (held, told, durable) => {
      await progress(held, told, durable)
      if (++made === 1) now += 10 * PERMISSION_MS // the checkpoint before it hangs
    })
    teller.executed(1)
    expect((await teller.begin(1)).isValid).toBe(true)
    expect(made).toBe(2)
  })
})
