import { createRequire, syncBuiltinESMExports } from 'node:module'
import { beforeAll } from 'vitest'

const require = createRequire(import.meta.url)

interface Modules {
  readonly 'node:crypto': typeof import('node:crypto')
  readonly 'node:fs': typeof import('node:fs')
  readonly 'node:fs/promises': typeof import('node:fs/promises')
  readonly 'node:timers/promises': typeof import('node:timers/promises')
}

/**
 * Replaces functions of a module of Node in all code of this process while the tests of a file run. `vi.mock` would
 * need a process of its own, which loads all code again.
 *
 * @param make  gets a copy of the module with the real functions
 */
export function replaceFunctions<Name extends keyof Modules>(
  name: Name,
  make: (real: Modules[Name]) => Partial<Modules[Name]>,
): void {
  // Vitest calls no hook of a file when it leaves out all tests of the file, so nothing may be replaced earlier.
  beforeAll(() => {
    const module = require(name) as Modules[Name]
    const real = { ...module }
    const replaced = make(real)
    Object.assign(module, replaced)
    syncBuiltinESMExports()
    return () => {
      for (const key of Object.keys(replaced) as (keyof Modules[Name])[]) module[key] = real[key]
      syncBuiltinESMExports()
    }
  })
}
