import { writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ended, type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** A task that misbehaves in the way that its parameters name. */
const NASTY = `
const wrong = { loop() { for (;;) {} }, block() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) }, exit() { process.exit(0) }, throw() { throw new Error('on purpose') }, huge: () => '<svg>' + ' '.repeat(65 << 20), long: () => 'x'.repeat(9e6), number: () => 7, complain() { throw new Error('so: ' + 'x'.repeat(2e7)) } }
const may = (where, usual) => ({ at, how }) => (at === where ? wrong[how]() : usual)
export default ({ z, SvgBuilder }) => ({
  name: 'nasty',
  schema: z.strictObject({ at: z.string().default('nowhere'), how: z.string().default('') }).refine(({ how }) => how !== 'refused', { path: ['how'], error: 'expected something else' }),
  title: may('title', 'A nasty one'),
  outputName: may('outputName', 'nasty/one.svg'),
  texts: may('texts', [{ field: 'at', text: '\u{1F600}', font: 'scripts' }]),
  check: may('check', [{ code: 'told', message: 'by check' }]),
  render: may('render', new SvgBuilder(30, 30).line(5, 5, 20, 20).toString()),
})`

/** A task that gives as many warnings as its parameters say. */
const CHATTY = `
export default ({ z, SvgBuilder }) => ({
  name: 'chatty',
  schema: z.strictObject({ warnings: z.int() }),
  render({ warnings }, { warn }) {
    for (let i = 0; i < warnings; i++) warn({ code: 'chat', message: 'a line of about sixty characters, as a task may say: ' + i })
    return new SvgBuilder(30, 30).line(5, 5, 20, 20).toString()
  },
})`

/** An importer that reads any file as a line, with a warning. */
const DOTS = `
export default ({ defineImporter }) => defineImporter({
  name: 'dots', title: 'dots', extensions: ['dots'], sniff: () => true,
  read: () => ({
    svg: '<svg xmlns="http://www.w3.org/2000/svg" width="9mm" height="9mm"><path d="M1 1h7" stroke="red"/></svg>',
    notes: [{ code: 'not-drawn', message: 'two dots' }],
  }),
})`

let plotd: StartedDaemon
let tasks: string
beforeAll(async () => {
  tasks = tempFolder()
  await writeFile(join(tasks, 'a-exits.mjs'), 'process.exit(1)')
  await writeFile(join(tasks, 'chatty.mjs'), CHATTY)
  await writeFile(join(tasks, 'dots.mjs'), DOTS)
  await writeFile(join(tasks, 'nasty.mjs'), NASTY)
  plotd = await startedDaemon({ tasks, render: { workers: 1, timeout: 600_000 } })
})
afterAll(() => plotd.close())

const submit = (params: object) => plotd.client.submit({ task: 'nasty', params })

describe('a custom task', () => {
  it('is listed with its schema, and used like any other task', async () => {
    const { tasks } = await plotd.client.call('task.list', {})
    expect(tasks.at(-1)).toMatchObject({ name: 'nasty', schema: { properties: { at: { default: 'nowhere' } } } })
    const job = await submit({})
    expect(job).toMatchObject({ title: 'A nasty one', notes: [{ code: 'substituted-glyph', kind: 'loss' }] })
    const done = await ended(plotd.client, job.id)
    expect(done).toMatchObject({ status: 'finished', result: { path: 'nasty/one.svg', strokes: 1 } })
    expect(await plotd.client.call('job.get', { id: job.id })).toMatchObject({ params: { at: 'nowhere', how: '' } })
  })

  it('has its parameters checked by its own schema, at submit', async () => {
    await expect(submit({ att: 'x' })).rejects.toMatchObject({
      code: 'ERR_PARAMS',
      message: expect.stringMatching(/did you mean at/),
    })
    await expect(submit({ how: 'refused' })).rejects.toMatchObject({ message: expect.stringMatching(/something else/) })
    await expect(plotd.client.submit({ task: 'nasti' })).rejects.toMatchObject({
      message: expect.stringMatching(/did you mean nasty/),
    })
  })

  it('of an importer is drawn in a check, so that the answer has the losses', async () => {
    const { sha256: upload } = await plotd.client.upload(Buffer.from('..'))
    const job = { task: 'dots', params: { upload, name: 'a.dots' } }
    const warnings = [{ code: 'not-drawn', message: 'two dots', kind: 'loss' }]
    expect(await plotd.client.call('job.check', { jobs: [job] })).toMatchObject([{ warnings }])
  })

  it('does not change the order of the jobs of a submit', async () => {
    const jobs = [{ task: 'text', params: { text: 'a' } }, { task: 'nasty' }, { task: 'text', params: { text: 'b' } }]
    const queued = await plotd.client.call('job.submitAll', { jobs: jobs.map((job) => ({ ...job, hold: true })) })
    expect(queued.map(({ task, title }) => [task, title])).toMatchObject([
      ['text', 'Text “a”'],
      ['nasty', 'A nasty one'],
      ['text', 'Text “b”'],
    ])
  })

  it('refuses a submit of several jobs with an error that names its job', async () => {
    const jobs = [
      { task: 'text', params: { text: 'a' } },
      { task: 'nasty', title: 'Mine', params: { how: 'refused' } },
    ]
    await expect(plotd.client.call('job.submitAll', { jobs })).rejects.toMatchObject({
      code: 'ERR_PARAMS',
      message: expect.stringMatching(/^job 2 of 2 \(Mine\): .*something else/),
      detail: { index: 1 },
    })
  })

  const AT_SUBMIT = [
    ['title', 'throw', 'ERR_TASK_FAILED'],
    ['outputName', 'long', 'ERR_TASK_FAILED'],
    ['title', 'number', 'ERR_TASK_FAILED'],
    ['outputName', 'exit', 'ERR_TASK_FAILED'],
    ['texts', 'number', 'ERR_TASK_FAILED'],
    ['texts', 'exit', 'ERR_TASK_FAILED'],
  ] as const
  it.each(AT_SUBMIT)('whose %s goes wrong (%s) at submit fails only that submit', async (at, how, code) => {
    await expect(submit({ at, how })).rejects.toMatchObject({ code })
    expect(await submit({})).toMatchObject({ title: 'A nasty one' })
  })

  it('has its title shortened to the limit', async () => {
    expect((await submit({ at: 'title', how: 'long' })).title).toBe('x'.repeat(200))
  })

  it('that blocks its thread at submit is ended, and the daemon answers meanwhile', async () => {
    const impatient = await startedDaemon({ tasks, render: { timeout: 2000, workers: 1 } })
    const stuck = ['title', 'texts'].map((at) =>
      impatient.client.submit({ task: 'nasty', params: { at, how: 'block' } }),
    )
    const ended = Promise.all(stuck.map((each) => expect(each).rejects.toMatchObject({ code: 'ERR_TASK_TIMEOUT' })))
    expect((await impatient.client.call('job.list', {})).total).toBe(0)
    await ended
    await impatient.close()
  })

  const IN_RENDERING = [
    ['loop', 'ERR_TASK_TIMEOUT'],
    ['exit', 'ERR_TASK_FAILED'],
    ['number', 'ERR_TASK_FAILED'],
    ['huge', 'ERR_SVG_LIMIT'],
  ] as const
  it.each(IN_RENDERING)(
    'whose rendering goes wrong (%s) fails its job, and the next job finishes',
    async (how, code) => {
      const timeout = how === 'loop' ? { timeoutMs: 500 } : {}
      const { id } = await plotd.client.submit({ task: 'nasty', params: { at: 'render', how }, ...timeout })
      expect(await ended(plotd.client, id)).toMatchObject({ status: 'failed', error: { code } })
      expect(await ended(plotd.client, (await submit({})).id)).toMatchObject({ status: 'finished' })
    },
  )

  it('whose error is very long fails its job with the start of the error, and `job.list` still answers', async () => {
    const { id } = await submit({ at: 'render', how: 'complain' })
    const { error } = await ended(plotd.client, id)
    expect(error).toMatchObject({ code: 'ERR_TASK_FAILED', message: expect.stringMatching(/^so: x{1000}/) })
    expect(error?.message.length).toBeLessThan(20_000)
    expect((await plotd.client.call('job.list', {})).jobs.map((job) => job.id)).toContain(id)
  })

  it('that gives 300,000 warnings has fewer than 1,000 in its result, and the last of these says how many were left out', async () => {
    const { id } = await plotd.client.submit({ task: 'chatty', params: { warnings: 300_000 } })
    const { result } = await ended(plotd.client, id)
    expect(result?.warnings.length).toBeLessThan(1000)
    expect(result?.warnings.at(-1)).toMatchObject({ kind: 'loss', message: expect.stringMatching(/^29\d{4} further/) })
    expect((await plotd.client.call('job.list', {})).jobs.map((job) => job.id)).toContain(id)
  })

  it('has its check run by job.check, which reports the warnings or the error', async () => {
    const [good, stuck] = await plotd.client.call('job.check', {
      jobs: [{ task: 'nasty' }, { task: 'nasty', params: { at: 'check', how: 'throw' } }],
    })
    expect(good?.warnings.map(({ code }) => code)).toContain('told')
    expect(stuck).toMatchObject({ error: { code: 'ERR_TASK_FAILED' } })
  })

  it('whose module cannot be used is refused with the problem of the module', async () => {
    const why = {
      code: 'ERR_TASK_UNKNOWN',
      message: expect.stringMatching(/"exits".*a-exits\.mjs: it ends its thread/),
    }
    await expect(plotd.client.submit({ task: 'exits' })).rejects.toMatchObject(why)
    expect(await plotd.client.call('job.check', { jobs: [{ task: 'exits' }] })).toMatchObject([{ error: why }])
  })

  it('whose module can no longer be used fails the job with an error that names the module’s problem', async () => {
    const { id } = await plotd.client.submit({ task: 'nasty', params: {}, hold: true })
    await plotd.restart(() => writeFileSync(join(tasks, 'nasty.mjs'), `${NASTY}}`))
    await plotd.client.call('job.release', { id })
    expect(await ended(plotd.client, id)).toMatchObject({
      status: 'failed',
      error: { code: 'ERR_TASK_UNKNOWN', message: expect.stringMatching(/"nasty".*nasty\.mjs: Unexpected token/) },
    })
  })
})
