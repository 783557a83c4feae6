import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readSvg } from '../../src/svg/index.ts'
import { describeDocument, loadCustomTasks, prepareJob, render, taskList, tasks } from '../../src/tasks/index.ts'
import { packageRoot } from '../../src/threads.ts'
import { removeFolder } from '../support/remove-folder.ts'

const STAR = `export default ({ z, defineTask, SvgBuilder }) => defineTask({
  name: 'star',
  summary: 'a star',
  schema: z.strictObject({ points: z.int().min(2).max(50).default(5) }),
  title: ({ points }) => \`Star of \${points}\`,
  outputName: ({ points }) => \`stars/\${points}.svg\`,
  render: ({ points }) => new SvgBuilder(50, 50).circle(25, 25, points).toString(),
})`

describe('custom tasks', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plotd-tasks-'))
  })
  afterEach(() => removeFolder(folder))
  const add = (file: string, text: string) => writeFile(join(folder, file), text)

  it('come from a folder, stand beside the built-in ones, and are used like them', async () => {
    await add('star.mjs', STAR)
    const loaded = await loadCustomTasks(folder)
    expect(loaded).toMatchObject({ names: ['star'], problems: [] })
    expect(Object.keys(loaded.tasks)).toEqual([...Object.keys(tasks), 'star'])
    expect(taskList(loaded.tasks).at(-1)).toMatchObject({
      name: 'star',
      schema: { properties: { points: { default: 5 } } },
    })
    expect(prepareJob('star', {}, loaded.tasks)).toMatchObject({ title: 'Star of 5', output: 'stars/5.svg' })
    expect((await render('star', { points: 9 }, { tasks: loaded.tasks })).svg).toMatch(/<circle[^>]+r="9"/)
  })

  it('have their parameters checked like built-in tasks', async () => {
    await add('star.mjs', STAR)
    const { tasks: registry } = await loadCustomTasks(folder)
    expect(() => prepareJob('star', { pionts: 3 }, registry)).toThrow(/did you mean points/)
  })

  it('may leave out title, summary and file name', async () => {
    await add(
      'dot.mjs',
      `export default ({ z }) => ({ name: 'dot', schema: z.object({ at: z.number() }), render: () => '<svg/>' })`,
    )
    const loaded = await loadCustomTasks(folder)
    expect(prepareJob('dot', { at: 4 }, loaded.tasks)).toMatchObject({ title: 'dot', output: 'dot/dot_4.svg' })
  })

  it('may be importers, which become tasks that take an upload', async () => {
    await add(
      'dots.mjs',
      `export default ({ defineImporter }) => defineImporter({
        name: 'dots',
        title: 'a list of dots',
        extensions: ['dots'],
        sniff: (bytes) => new TextDecoder().decode(bytes.subarray(0, 5)) === 'DOTS\\n',
        read: (bytes) => {
          const lines = new TextDecoder().decode(bytes).trim().split('\\n').slice(1)
          const circles = lines.map((line) => '<circle cx="' + line + '" cy="5" r="1" stroke="black"/>').join('')
          const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="10mm" viewBox="0 0 50 10" fill="none">'
          return { svg: svg + circles + '</svg>', notes: [{ code: 'import', message: lines.length + ' dots' }] }
        },
      })`,
    )
    const { tasks: registry, names, problems } = await loadCustomTasks(folder)
    expect({ names, problems }).toEqual({ names: ['dots'], problems: [] })
    expect(taskList(registry).at(-1)).toMatchObject({ name: 'dots', extensions: ['dots'] })
    const bytes = new TextEncoder().encode('DOTS\n10\n20\n')
    expect(await describeDocument(bytes, {}, Object.values(registry))).toEqual({
      format: 'dots',
      task: 'dots',
      pages: 1,
    })
    const upload = 'a'.repeat(64)
    const rendered = await render(
      'dots',
      { upload, name: 'two.dots' },
      { tasks: registry, readUpload: async () => bytes },
    )
    expect(readSvg(rendered.svg).drawing.starts.length - 1).toBe(2)
    expect(rendered.warnings).toContainEqual({ code: 'import', message: '2 dots' })
    expect(rendered.output).toBe('dots/two.dots.svg')
  })

  it('get no SVG, even when they recognize every file', async () => {
    await add(
      'all.mjs',
      `export default () => ({ name: 'all', sniff: () => true, read: () => ({ svg: '', notes: [] }) })`,
    )
    const { tasks: registry } = await loadCustomTasks(folder)
    const formatOf = async (text: string) =>
      (await describeDocument(new TextEncoder().encode(text), {}, Object.values(registry))).format
    expect(await formatOf('<svg xmlns="http://www.w3.org/2000/svg"/>')).toBe('svg')
    expect(await formatOf('anything')).toBe('all')
  })

  it('may be made by an asynchronous function', async () => {
    await add('two.mjs', `export default async ({ z }) => ({ name: 'one', schema: z.object({}), render: () => '' })`)
    expect((await loadCustomTasks(folder)).names).toEqual(['one'])
  })

  it.each([
    ['does not parse', 'export default {', /./],
    ['throws', 'throw new Error("no luck")', /no luck/],
    ['throws a string', 'throw "a word"', /a word/],
    ['exports nothing', 'export const x = 1', /exports no task/],
    ['exports no task', 'export default 5', /name is undefined/],
    [
      'has a bad name',
      `export default ({ z }) => ({ name: '../x', schema: z.object({}), render: () => '' })`,
      /name is "..\/x"/,
    ],
    ['has no schema', `export default { name: 'x', render: () => '' }`, /x: expected a zod schema/],
    [
      'has no render',
      `export default ({ z }) => ({ name: 'x', schema: z.object({}) })`,
      /x: expected a function render/,
    ],
    [
      'has the name of a task of plotd',
      STAR.replace("'star'", "'pattern'"),
      /the name pattern belongs to a task of plotd/,
    ],
  ])('of other modules are loaded, and the fault is reported, when a module %s', async (_, text, message) => {
    await add('bad.mjs', text)
    await add('star.mjs', STAR)
    const loaded = await loadCustomTasks(folder)
    expect(loaded.names).toEqual(['star'])
    expect(loaded.problems).toEqual([{ file: 'bad.mjs', message: expect.stringMatching(message) }])
  })

  it('may not share a name: the task of the first file in alphabetical order keeps the name', async () => {
    await add('a.mjs', STAR)
    await add('b.mjs', STAR.replace('a star', 'another'))
    const loaded = await loadCustomTasks(folder)
    expect(loaded.tasks['star']?.summary).toBe('a star')
    expect(loaded.problems).toEqual([{ file: 'b.mjs', message: 'the name star is taken by another custom task' }])
  })

  it('may be exported twice by one module', async () => {
    await add(
      'twice.mjs',
      `import { z } from ${JSON.stringify(import.meta.resolve('zod'))}
       export const star = { name: 'star', schema: z.object({}), render: () => '' }
       export default star`,
    )
    expect(await loadCustomTasks(folder)).toMatchObject({ names: ['star'], problems: [] })
  })

  it('are reported when the function of a module does not end', async () => {
    await add('slow.mjs', 'export default () => new Promise(() => process.emit("slow module"))')
    const called = once(process, 'slow module')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const loading = loadCustomTasks(folder)
      await called
      vi.advanceTimersByTime(30_000)
      expect(await loading).toMatchObject({ problems: [{ file: 'slow.mjs', message: 'still loading after 30 s' }] })
    } finally {
      vi.useRealTimers()
    }
  })

  it('cause no failure when their folder is missing', async () => {
    const loaded = await loadCustomTasks(join(folder, 'nowhere'))
    expect(loaded.names).toEqual([])
    expect(loaded.problems).toEqual([expect.objectContaining({ message: expect.stringMatching(/cannot be read/) })])
  })

  it('make their job fail when they throw or return no SVG', async () => {
    await add(
      'bad.mjs',
      `export default ({ z }) => ({ name: 'bad', schema: z.object({ how: z.string() }), render: ({ how }) => { if (how === 'throw') throw new Error('broken'); return 7 } })`,
    )
    const { tasks: registry } = await loadCustomTasks(folder)
    const failing = (how: string) => render('bad', { how }, { tasks: registry })
    await expect(failing('throw')).rejects.toMatchObject({ code: 'ERR_TASK_FAILED', message: 'broken' })
    await expect(failing('give')).rejects.toMatchObject({
      code: 'ERR_TASK_FAILED',
      message: expect.stringMatching(/gave number/),
    })
  })

  it.each(['title: fail', 'outputName: fail', 'texts: fail', 'schema: z.object({}).refine(fail)'])(
    'make their job fail when their function throws: %s',
    async (part) => {
      const task = `{ name: 'bad', schema: z.object({}), render: () => '<svg/>', ${part} }`
      await add(
        'bad.mjs',
        `export default ({ z }) => { const fail = () => { throw new Error('broken') }; return ${task} }`,
      )
      const { tasks: registry } = await loadCustomTasks(folder)
      const failed = { code: 'ERR_TASK_FAILED', message: 'broken' }
      await expect(render('bad', {}, { tasks: registry })).rejects.toMatchObject(failed)
      expect(() => prepareJob('bad', {}, registry)).toThrow(expect.objectContaining(failed))
    },
  )

  it('keep 200 warnings of a rendering, those about its texts included, and 2000 characters of each part', async () => {
    await add(
      'loud.mjs',
      `export default ({ z }) => ({
        name: 'loud',
        schema: z.object({}),
        texts: () => Array.from({ length: 150 }, (_, i) => ({ field: 'f' + i, text: 'я', font: 'rowmans' })),
        render: (_, { warn }) => {
          for (let i = 0; i < 100; i++) warn({ code: 'x'.repeat(3000), message: { toString: () => 'y'.repeat(3000) }, more: 1 })
          return '<svg/>'
        },
      })`,
    )
    const { tasks: registry } = await loadCustomTasks(folder)
    const { warnings } = await render('loud', {}, { tasks: registry })
    expect(warnings).toHaveLength(201)
    expect(warnings.at(-2)).toEqual({ code: 'x'.repeat(2000), message: 'y'.repeat(2000) })
    expect(warnings.at(-1)).toEqual({ code: 'more', message: '50 further warnings are left out', count: 50 })
  })

  it('work as docs/tasks.md shows', async () => {
    const [, example = ''] = /```js\n(.*?)```/s.exec(await readFile(join(packageRoot, 'docs/tasks.md'), 'utf8')) ?? []
    await add('star.mjs', example)
    const { tasks: registry, problems } = await loadCustomTasks(folder)
    expect(problems).toEqual([])
    expect((await render('star', { points: 5 }, { tasks: registry })).svg).toContain('<polygon')
  })

  it('do not come from tests, data, or files whose names begin with . or _', async () => {
    await Promise.all(
      ['.star.mjs', '_draft.js', 'star.test.mjs', 'notes.txt'].map((file) => add(file, 'throw new Error()')),
    )
    expect(await loadCustomTasks(folder)).toMatchObject({ names: [], problems: [] })
  })
})
