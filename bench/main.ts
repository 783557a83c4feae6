import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../src/threads.ts'

/**
 * `npm run bench [NAME [-- OPTIONS]]`: runs one benchmark, or all in turn. A benchmark is a file beside this one that
 * exports `run(args)`. `run` prints the figures. With `--help`, prints the comment of the benchmark's file instead.
 */
const names = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .map((file) => /^([a-z-]+)\.js$/.exec(file)?.[1])
  .filter((name): name is string => name !== undefined && name !== 'main')

const [benchName, ...args] = process.argv.slice(2)
if (benchName !== undefined && !names.includes(benchName)) {
  console.error(`no benchmark ${benchName}; there are: ${names.join(', ')}`)
  process.exit(2)
}
if (benchName !== undefined && args.includes('--help')) {
  const source = readFileSync(join(packageRoot, 'bench', `${benchName}.ts`), 'utf8')
  const comments = source.split(/^export async function run/m)[0]?.match(/\/\*\*?.*?\*\//gs) ?? []
  const usage = comments.find((comment) => comment.includes('npm run bench')) ?? comments.at(-1)
  console.log(usage?.replace(/^\/\*\*?| *\*\/$|^ \* ?/gm, '').trim())
  process.exit()
}
for (const name of benchName === undefined ? names : [benchName]) {
  const { run } = (await import(`./${name}.js`)) as { run: (args: readonly string[]) => Promise<void> }
  console.log(`\n# ${name}\n`)
  await run(args)
}
