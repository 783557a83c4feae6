import { drawingOf, strokesOf } from '../../src/geometry/drawing.ts'
import { makePlan } from '../../src/plotter/plan/make-plan.ts'
import { DEFAULT_PROFILE, profileNamed } from '../../src/plotter/profiles/index.ts'
import type { SpoolEvent } from '../../src/spool/index.ts'
import { memorySpool } from '../../src/spool/memory.ts'
import { renderedJob } from './rendered-job.ts'

const drawing = drawingOf(strokesOf([10, 10, 20, 10], [10, 20, 20, 20], [10, 30, 20, 30], [10, 40, 20, 40]), 100, 100)
export const { plan } = makePlan(drawing, { keepOrder: true }, profileNamed(DEFAULT_PROFILE))

/** A claimed job, and everything that the spool announces about it from then on. */
export async function claimed(copies = 1) {
  const spool = memorySpool()
  const job = await renderedJob(spool, { task: 'svg', plot: { plotter: 'axi', copies } })
  const claim = await spool.claim({ stage: 'plot', holder: 'axi', plotters: ['axi'] })
  if (!claim) throw new Error('no job to plot')
  const announced: string[] = []
  await spool.subscribe((event) => announced.push(inShort(event)))
  return { spool, claim, announced, job: () => spool.get(job.id) }
}

export const start = { plan, from: 0, copiesDone: 0, plotter: 'axi' }

function inShort(event: SpoolEvent): string {
  if (event.type === 'progress') return `${event.progress.copiesDone}:${event.progress.done}/${event.progress.of}`
  return event.type === 'changed' ? event.job.status : event.type
}
