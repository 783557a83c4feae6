import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageRoot } from '../../src/threads.ts'

/**
 * The content of a golden file below test/golden. UPDATE_GOLDEN=1 first writes `actual` into the file: check the
 * difference before you commit it. Throws if the file does not exist: no test writes one by itself.
 */
export function golden(path: string, actual: string): string {
  const file = join(packageRoot, 'test', 'golden', path)
  if (process.env['UPDATE_GOLDEN'] !== undefined) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, actual)
  }
  if (!existsSync(file)) throw new Error(`no golden file ${path}; UPDATE_GOLDEN=1 writes it`)
  return readFileSync(file, 'utf8')
}
