import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { packageRoot } from '../../src/threads.ts'

export interface Source {
  /** Path below the root folder of the search, with forward slashes. */
  readonly path: string
  readonly text: string
}

/**
 * Every TypeScript file below a folder of the project, outside `node_modules`. Throws when there is none, because a
 * check of no files would always pass.
 */
export function sources(root: string): Source[] {
  const base = join(packageRoot, root)
  const match = readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.includes('node_modules'))
    .map((path) => ({ path: path.split(sep).join('/'), text: readFileSync(join(base, path), 'utf8') }))
  if (match.length === 0) throw new Error(`no sources below ${base}`)
  return match
}

/** Relative imports of a source, as paths below the root of `sources`, such as 'spool/job.ts'. */
export function importsOf({ path, text }: Source): string[] {
  const specs = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, spec]) => spec ?? '')
  return specs.map((spec) => join(path, '..', spec).split(sep).join('/'))
}

/** The relative imports of values that a module loads at its start: no types, and no `import()`. */
export function valueImportsOf({ path, text }: Source): string[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:([^;'"()]*?)\s*from\s+)?'(\.{1,2}\/[^']+)'/gm)
  return [...statements]
    .filter(([, type, names = '']) => type === undefined && !isListOfTypes(names))
    .map(([, , , spec = '']) => join(path, '..', spec).split(sep).join('/'))
}

function isListOfTypes(names: string): boolean {
  const [, list] = /^\{([^}]*)\}$/.exec(names.trim()) ?? []
  const parts = list?.split(',').map((name) => name.trim()) ?? []
  return parts.some(Boolean) && parts.every((name) => name === '' || name.startsWith('type '))
}
