import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadModules } from '../../../src/daemon/custom-tasks/load-modules.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

afterEach(() => void vi.useRealTimers())

const task = (name: string) =>
  `export default ({ z }) => ({ name: '${name}', schema: z.object({ n: z.int().default(3) }), render: () => '<svg/>' })`

/** The time limit of a module. Correct modules load in this time on any machine. */
const HANG_MS = 300_000

async function loaded(modules: Readonly<Record<string, string>>) {
  const folder = tempFolder()
  await Promise.all(Object.entries(modules).map(([file, text]) => writeFile(join(folder, file), text)))
  const { custom, problems } = await loadModules(folder, 64, HANG_MS)
  return { folder, custom, names: custom.map(({ name }) => name), problems: problems.map(({ message }) => message) }
}

describe('the modules of a folder', () => {
  it('are described by name, schema and file without being loaded in this thread', async () => {
    const { folder, custom, problems } = await loaded({ 'one.mjs': `globalThis.loadedHere = true\n${task('one')}` })
    expect(problems).toEqual([])
    expect(custom).toMatchObject([
      { name: 'one', module: join(folder, 'one.mjs'), schema: { properties: { n: { default: 3 } } } },
    ])
    expect(globalThis).not.toHaveProperty('loadedHere')
  })

  const BAD: readonly (readonly [how: string, text: string, problem: RegExp | undefined])[] = [
    ['throws', 'throw new Error("no luck")', /^bad.mjs: no luck$/],
    ['exits', 'process.exit(0)', /^bad.mjs: it ends its thread \(exit 0\)$/],
    [
      'uses too much memory',
      'const all = []; for (;;) all.push(new Array(1000).fill(all.length))',
      /more than 64 MB to load$/,
    ],
    ['throws later', 'setTimeout(() => { throw new Error("later") }); await new Promise(() => {})', /bad.mjs: later$/],
    [
      'throws null later',
      'setTimeout(() => { throw null }); await new Promise((done) => setTimeout(done, 60_000))',
      /bad.mjs: null$/,
    ],
    [
      'posts a message and throws a text',
      `(await import('node:worker_threads')).parentPort.postMessage(null); throw 'x'`,
      /bad.mjs: x$/,
    ],
    [
      'has a description that is too long',
      `export default ({ z }) => ({ name: 'b', schema: z.object({ x: z.string().describe('x'.repeat(2e6)) }), render() {} })`,
      /the description of its tasks has 2\d+ characters/,
    ],
    [
      'has a task with the name of a task of plotd',
      task('text'),
      /^bad.mjs: the name text belongs to a task of plotd$/,
    ],
    ['has a task with the name of an earlier module’s task', task('after'), undefined],
  ]
  it.each(BAD.map(([how, text, problem]) => ({ how, text, problem })))(
    'are loaded without a module that $how; a problem names that module',
    async ({ text, problem }) => {
      const modules = { 'a.mjs': task('before'), 'bad.mjs': text, 'c.mjs': task('after') }
      const { names, problems } = await loaded(modules)
      expect(names).toEqual(['before', 'after'])
      const expected = problem ?? /^c.mjs: the name after is taken by another custom task$/
      expect(problems).toEqual([expect.stringMatching(expected)])
    },
  )

  it.each([
    ['blocks its thread', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
    ['waits for ever', 'setInterval(() => {}, 1000); await new Promise(() => {})'],
  ])('are loaded without a module that %s, after the time limit', async (_, text) => {
    const begun = join(tempFolder(), 'begun')
    const bad = `(await import('node:fs')).appendFileSync(${JSON.stringify(begun)}, '.'); ${text}`
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const loading = loaded({ 'a.mjs': task('before'), 'bad.mjs': bad, 'c.mjs': task('after') })
    // In the first thread, an earlier module may be the cause. So a second thread begins with `bad.mjs`.
    for (const threads of ['.', '..']) {
      await until(() => existsSync(begun) && readFileSync(begun, 'utf8') === threads)
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate) // for the messages of the thread
      vi.advanceTimersByTime(HANG_MS)
    }
    const { names, problems } = await loading
    expect(names).toEqual(['before', 'after'])
    expect(problems).toEqual(['bad.mjs: still loading after 300 s'])
  })

  it('are all loaded, even if the code of an earlier module ends the thread during the load of a later one', async () => {
    const source = `globalThis.leaveLater = () => process.exit(1)\n${task('late')}`
    const slow = `if (globalThis.leaveLater) await new Promise(() => setTimeout(leaveLater))\n${task('slow')}`
    expect(await loaded({ 'a.mjs': source, 'b.mjs': slow })).toMatchObject({ names: ['late', 'slow'], problems: [] })
  })

  it('are reported as problems when their thread does not start in time', async () => {
    // The time is over at once: with a real timer, the thread could start before the time is over.
    const atOnce = (end: (why: string) => void, _: number, why: string): void => queueMicrotask(() => end(why))
    const timer = vi.spyOn(globalThis, 'setTimeout').mockImplementation(atOnce as never)
    const { names, problems } = await loaded({ 'a.mjs': task('a') })
    timer.mockRestore()
    expect({ names, problems }).toEqual({
      names: [],
      problems: ['a.mjs: its thread has not started after 300 s'],
    })
  })

  it('are none when the configuration names no folder', async () => {
    expect(await loadModules(undefined, 64)).toEqual({ custom: [], problems: [] })
  })

  it('are none when the folder does not exist, and the missing folder is reported as a problem', async () => {
    const { custom, problems } = await loadModules(join(tempFolder(), 'nowhere'), 64)
    expect(custom).toEqual([])
    expect(problems).toMatchObject([{ code: 'ERR_TASK_MODULE', message: expect.stringContaining('cannot be read') }])
  })
})
