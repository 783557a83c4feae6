/**
 * Removes the type declarations that no entry point of the package reaches. Nobody can import them. `npm pack` runs
 * this script.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const reached = new Set()
const waiting = Object.values(exports).flatMap((entry) => (entry.types ? [resolve(entry.types)] : []))
for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
  if (reached.has(file)) continue
  reached.add(file)
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g))
    waiting.push(resolve(dirname(file), path.replace(/\.[jt]s$/, '.d.ts')))
}
for (const name of readdirSync('dist', { recursive: true })) {
  const file = resolve(join('dist', name))
  if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file)
}
