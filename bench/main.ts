import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * `npm run bench [NAME] [-- OPTIONS]`: runs one benchmark, or every one in turn. A benchmark is a file beside this one that
 * exports `run(args)`; it is seeded, prints a table with ratios, and needs no further setup.
 */
const names = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .map((file) => /^([a-z-]+)\.js$/.exec(file)?.[1])
  .filter((name): name is string => name !== undefined && name !== 'main')

const [wanted, ...args] = process.argv.slice(2)
if (wanted !== undefined && !names.includes(wanted)) {
  console.error(`no benchmark ${wanted}; there are: ${names.join(', ')}`)
  process.exit(2)
}
for (const name of wanted === undefined ? names : [wanted]) {
  const { run } = (await import(`./${name}.js`)) as { run: (args: readonly string[]) => Promise<void> }
  console.log(`\n# ${name}\n`)
  await run(args)
}
