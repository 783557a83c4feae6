import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * `npm run bench [NAME [-- OPTIONS]]`: runs one benchmark, or all in turn. A benchmark is a file beside this one that
 * exports `run(args)`. `run` prints the figures.
 */
const names = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .map((file) => /^([a-z-]+)\.js$/.exec(file)?.[1])
  .filter((name): name is string => name !== undefined && name !== 'main')

const [benchName, ...args] = process.argv.slice(2)
if (benchName !== undefined && !names.includes(benchName)) {
  console.error(`no benchmark ${benchName}; there are: ${names.join(', ')}`)
  process.exit(2)
}
for (const name of benchName === undefined ? names : [benchName]) {
  const { run } = (await import(`./${name}.js`)) as { run: (args: readonly string[]) => Promise<void> }
  console.log(`\n# ${name}\n`)
  await run(args)
}
