import { expect, it } from 'vitest'
import { configSchema } from '../../../src/daemon/config/schema.ts'
import { type SubmitParts, submitJobs } from '../../../src/daemon/methods/submit.ts'
import type { JobRequest } from '../../../src/daemon/render/accept-jobs.ts'
import { PlotdError } from '../../../src/errors.ts'
import { loadFont } from '../../../src/hershey/index.ts'
import type { Job } from '../../../src/spool/job.ts'
import type { NewJob } from '../../../src/spool/spool.ts'
import { tasks } from '../../../src/tasks/index.ts'

// `submit` needs a thread for a text in a font that is not loaded. The daemon loads its usual fonts at its start.
loadFont('scripts')

/**
 * The daemon accepts 250 jobs in three slices. A third of the jobs belong to a custom task. The others are texts, half
 * of them in an uploaded font.
 */
const COUNT = 250
const FONT = 'a'.repeat(64)
const custom = { name: 'custom', summary: '', schema: {}, module: '/tasks/custom.js' }

const request = Array.from({ length: COUNT }, (_, i) => {
  if (i % 3 === 0) return { task: 'custom', params: { i }, ...(i % 2 === 0 && { title: `job ${i}` }) }
  const font = i % 3 === 1 ? 'scripts' : FONT
  return { task: 'text', params: { text: `words ${i}`, font }, ...(i % 2 === 0 && { title: `job ${i}` }) }
})

function submitWith(
  changed: Partial<SubmitParts['threads']> = {},
  refresh: SubmitParts['uploads']['refresh'] = async () => {},
) {
  const accepted: NewJob[] = []
  const parts: SubmitParts = {
    spool: {
      submit: async (jobs) => {
        accepted.push(...jobs)
        return jobs.map((job, i) => ({ ...job, id: `${i}`, createdAt: Date.now() }) as unknown as Job)
      },
    },
    catalog: { tasks: { ...tasks, custom }, unusable: [] },
    control: { checkPlot: () => {} },
    uploads: { refresh },
    config: configSchema.parse({ state: '/state', output: '/output', render: { timeout: 1000 } }),
    threads: {
      accept: async (jobs) => jobs.map(({ params }) => ({ params, title: 'own', output: own(params), notes: [] })),
      admit: async (jobs) => jobs.map(({ params }) => [{ code: 'looked', message: (params as { text: string }).text }]),
      ...changed,
    },
  }
  return { submit: (jobs: Parameters<typeof submitJobs>[1]) => submitJobs(parts, jobs, 'ada'), accepted }
}

const own = (params: unknown) => `custom/${(params as { i: number }).i}.svg`
const textOf = ({ params }: Pick<JobRequest, 'params'>) => (params as { text: string }).text

it('a submit queues jobs in the order of the request, with or without a check by a thread', async () => {
  const { submit, accepted } = submitWith()
  await submit(request)
  expect(accepted.map(({ task }) => task)).toEqual(request.map(({ task }) => task))
  for (const [i, job] of accepted.entries()) {
    const title = i % 2 === 0 ? `job ${i}` : 'own'
    if (job.task === 'custom') expect(job).toMatchObject({ params: { i }, title, output: `custom/${i}.svg` })
    else expect(textOf(job)).toBe(`words ${i}`)
  }
})

it('a submit gives each job the notes of its own check', async () => {
  const { submit } = submitWith()
  const answers = await submit(request)
  for (const [i, { notes }] of answers.entries()) {
    expect(notes).toEqual(i % 3 === 2 ? [{ code: 'looked', kind: 'loss', message: `words ${i}` }] : [])
  }
})

it('a submit gives a job its defaults: a title, a path and a time limit', async () => {
  const { submit, accepted } = submitWith()
  await submit([
    { task: 'text', params: { text: 'one' } },
    { task: 'text', params: { text: 'two' }, title: 'its own', output: 'its/own.svg', timeoutMs: 7, hold: true },
  ])
  expect(accepted).toMatchObject([
    { title: expect.stringContaining('one'), output: 'texts/text_one.svg', timeoutMs: 1000 },
    { title: 'its own', output: 'its/own.svg', timeoutMs: 7, hold: true },
  ])
  expect(Object.keys(accepted[0] ?? {}).sort()).toEqual(['output', 'owner', 'params', 'task', 'timeoutMs', 'title'])
})

it('a submit refreshes the uploads that a job names, also a job of a custom task', async () => {
  const refreshed: string[] = []
  const { submit } = submitWith({}, async (sha256) => void refreshed.push(sha256))
  const upload = 'b'.repeat(64)
  await submit([
    { task: 'custom', params: { i: 1, upload } },
    { task: 'text', params: { text: 'words', font: FONT } },
  ])
  expect(refreshed.sort()).toEqual([FONT, upload])
})

it('a submit passes on the options of the queue and of the plotter', async () => {
  const { submit, accepted } = submitWith()
  const job = {
    task: 'text',
    title: 'all',
    output: 'all.svg',
    timeoutMs: 5,
    tags: ['a'],
    priority: 60,
    plot: { plotter: 'any', copies: 2 },
    hold: false,
    runAt: 12,
    dependsOn: ['x'],
    retries: { max: 1, backoffMs: 2 },
    idempotencyKey: 'k',
  }
  await submit([{ ...job, params: { text: 'words' } }])
  expect(accepted).toMatchObject([job])
})

it.each([
  ['has wrong parameters', 'ERR_PARAMS', () => ({ task: 'text', params: {} })],
  ['has a task that does not exist', 'ERR_TASK_UNKNOWN', () => ({ task: 'nothing' })],
])('a submit of many jobs names the job that %s, and queues none', async (_, code, wrong) => {
  const { submit, accepted } = submitWith()
  await expect(submit(request.with(220, wrong() as never))).rejects.toMatchObject({
    code,
    message: expect.stringMatching(/^job 221 of 250/),
    detail: { index: 220 },
  })
  expect(accepted).toEqual([])
})

it.each([
  ['checks the parameters', 'accept', 213],
  ['checks the drawing', 'admit', 212],
] as const)('a submit of many jobs names the job that a thread refuses when the thread %s', async (_, ask, index) => {
  const refuse = async (jobs: readonly JobRequest[]) => {
    const at = jobs.findIndex(
      ({ params }) => params === request[index]?.params || textOf({ params }) === `words ${index}`,
    )
    if (at === -1)
      return jobs.map(({ params }) => (ask === 'admit' ? [] : { params, title: '', output: 'o', notes: [] }))
    throw new PlotdError('ERR_PARAMS', 'no', { index: at })
  }
  const { submit } = submitWith({ [ask]: refuse })
  await expect(submit(request)).rejects.toMatchObject({
    message: expect.stringContaining(`job ${index + 1} of 250`),
    detail: { index },
  })
})
