import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'
import { packageRoot } from '../../../src/threads.ts'
import type { Io } from '../io/io.ts'

/**
 * Writes a first custom task: a module with a schema, and a test. Both run as they are.
 *
 * @throws PlotdError ERR_PARAMS for an invalid name, ERR_FILE when a file of that name exists or cannot be written
 */
export async function newTask(name: string, folder: string, io: Io): Promise<number> {
  if (!/^[a-z][a-z0-9-]{0,59}$/.test(name)) {
    throw new PlotdError(
      'ERR_PARAMS',
      `${name || 'a name'}: expected lower-case letters, digits and dashes, at most 60, and a letter first, ` +
        'as in plotd task new star',
    )
  }
  const module = join(folder, `${name}.mjs`)
  const test = join(folder, `${name}.test.mjs`)
  await create(module, moduleText(name))
  try {
    await create(test, testText(name))
  } catch (thrown) {
    await rm(module) // if the module stayed, a second try would fail
    throw thrown
  }
  const display = relative(process.cwd(), folder) || '.'
  io.answer({ module, test }, () => [
    `Wrote ${module} and ${test}.`,
    `  Try it:  node --test ${test}`,
    `  Use it:  plotd serve --tasks ${display}, then plotd submit ${name} --points 9`,
    '  Work on it: run the test after each change; a daemon loads modules when it starts.',
  ])
  return 0
}

/** Creates a file and its folder; never overwrites a file. @throws PlotdError ERR_FILE */
async function create(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
  } catch (thrown) {
    const exists = (thrown as NodeJS.ErrnoException).code === 'EEXIST'
    const [message, advice] = exists
      ? [`${path} exists already`, { remedy: 'Choose another name, or remove this file.' }]
      : [toPlotdError(thrown).message, {}]
    throw new PlotdError('ERR_FILE', message, { path, ...advice }, thrown)
  }
}

const moduleText = (name: string): string => `/** A custom task; docs/tasks.md explains each part. */
export default ({ z, defineTask, SvgBuilder, randomFrom }) =>
  defineTask({
    name: '${name}',
    summary: 'a slightly irregular star',
    schema: z.strictObject({
      points: z.int().min(3).max(99).default(7).describe('number of points'),
      size: z.number().min(10).max(300).default(80).describe('size of the sheet, mm'),
      seed: z.int().min(0).default(1).describe('the same seed gives the same drawing'),
    }),
    title: ({ points }) => \`${name} of \${points}\`,
    outputName: ({ points, seed }) => \`${name}/${name}_\${points}_\${seed}.svg\`,
    render({ points, size, seed }) {
      const random = randomFrom(seed) // not Math.random(): a task that runs again after a crash must draw the same
      const corners = Array.from({ length: 2 * points }, (_, i) => {
        const radius = size * (i % 2 === 0 ? 0.42 : 0.17) * random.between(0.9, 1)
        const angle = (Math.PI * i) / points
        return [size / 2 + radius * Math.sin(angle), size / 2 - radius * Math.cos(angle)]
      })
      return new SvgBuilder(size, size).polygon(corners).toString()
    },
  })
`

const testText = (name: string): string => `import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
// The plotd that created this file. When plotd is a dependency, import from 'plotd' instead.
import { loadCustomTasks, render } from '${pathToFileURL(join(packageRoot, 'dist/src/index.js')).href}'

const { tasks, problems } = await loadCustomTasks(dirname(fileURLToPath(import.meta.url)))

test('the module loads without a problem', () => assert.deepEqual(problems.filter(({ file }) => file === '${name}.mjs'), []))

test('draws the same for the same seed, and a different star for another seed', async () => {
  const draw = async (seed) => (await render('${name}', { seed }, { tasks })).svg
  assert.match(await draw(1), /<polygon|<path/)
  assert.equal(await draw(1), await draw(1))
  assert.notEqual(await draw(1), await draw(2))
})

test('refuses fewer than 3 points', () => assert.rejects(render('${name}', { points: 2 }, { tasks }), { code: 'ERR_PARAMS' }))
`
