import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../src/threads.ts'
import { type Source, sources } from './support/sources.ts'

/** Licences that a development tool may have. */
const LICENCES = new Set([
  ...['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'MPL-2.0', 'Unlicense'],
  ...['CC0-1.0', 'CC-BY-4.0', 'Python-2.0', 'BSL-1.0', 'MIT-0'],
])
/** Those of `LICENCES` that only a development tool may have. `UNCHANGED` lists the exceptions. */
const FOR_TOOLS_ONLY = new Set(['MPL-2.0', 'CC-BY-4.0', 'Python-2.0'])
/** Packages that plotd uses unchanged, so that their licence does not apply to plotd's own code. */
const UNCHANGED: Readonly<Record<string, string>> = { 'node_modules/@resvg/resvg-wasm': 'MPL-2.0' }
/**
 * Packages that may run a program when they are installed. `allowScripts` of package.json refuses the program of
 * `bufferutil`, but a version of npm without `allowScripts` runs it. That program only compiles the package.
 */
const INSTALL_SCRIPTS = new Set(['@serialport/bindings-cpp', 'bufferutil'])

interface Entry {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
}

const lock = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Entry>>
}
const packages = Object.entries(lock.packages).filter(([path]) => path !== '')

/** Reads the licence from the package itself, if the package is installed: the lock file has only a copy. */
function licenceOf(path: string, { license }: Entry): string {
  const file = join(packageRoot, path, 'package.json')
  if (!existsSync(file)) return license ?? 'none'
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { license?: string | { type?: string } }
  return (typeof manifest.license === 'object' ? manifest.license.type : manifest.license) ?? license ?? 'none'
}

/** 'MIT OR Apache-2.0' may be taken as MIT, '(MIT AND Zlib)' only as both. Refuses other brackets. */
function allows(licence: string, isTool: boolean): boolean {
  const choices = licence.replace(/^\((.*)\)$/, '$1')
  const isAllowed = (each: string) => LICENCES.has(each) && (isTool || !FOR_TOOLS_ONLY.has(each))
  return !/[()]/.test(choices) && choices.split(' OR ').some((choice) => choice.split(' AND ').every(isAllowed))
}

const refused = (entries: readonly (readonly [string, Entry])[]) =>
  entries
    .map(([path, entry]) => ({ path, licence: licenceOf(path, entry), isTool: entry.dev === true }))
    .filter(({ path, licence, isTool }) => UNCHANGED[path] !== licence && !allows(licence, isTool))
    .map(({ path, licence }) => `${path}: ${licence}`)

const scripts = (entries: readonly (readonly [string, Entry])[]) =>
  entries
    .filter(([, entry]) => entry.hasInstallScript === true)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
    .filter((name) => !INSTALL_SCRIPTS.has(name))

/** Packages that a file loads when it runs. Imports of types do not count. */
const packagesOf = ({ text }: Source): string[] =>
  [...text.matchAll(/^(?:im|ex)port (?!type )[^']*? from '([@a-z][^']*)'|import\('([@a-z][^']*)'\)/gm)]
    .map(([, eager, lazy]) => eager ?? lazy ?? '')
    .filter((name) => !name.startsWith('node:') && !name.startsWith('plotd'))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))

describe('the installation of plotd', () => {
  it('has only listed licences', () => {
    expect(packages.length).toBeGreaterThan(100)
    expect(refused(packages)).toEqual([])
  })

  it('lets only the listed packages run a program', () => {
    expect(scripts(packages)).toEqual([])
  })

  it('has a WebSocket library with the fix of CVE-2024-37890', () => {
    const [major = 0, minor = 0] = (lock.packages['node_modules/ws']?.version ?? '').split('.').map(Number)
    expect(major > 8 || (major === 8 && minor >= 18)).toBe(true)
  })

  it('has every package that plotd needs at run time', () => {
    const folders = ['src', 'clients/cli', 'clients/node', 'clients/notify', 'clients/printer']
    const parts = folders.flatMap((folder) => sources(folder))
    const needed = new Set(parts.flatMap(packagesOf))
    const { dependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>
    }
    expect(needed.size).toBeGreaterThan(15)
    expect([...needed].filter((name) => !Object.hasOwn(dependencies, name))).toEqual([])
    expect([...needed].filter((name) => lock.packages[`node_modules/${name}`]?.dev === true)).toEqual([])
  })

  it('fails the checks of licences and install scripts when a package breaks them', () => {
    const build = (entry: Entry) => [['node_modules/made-up', entry]] as const
    expect(refused(build({ license: 'GPL-3.0-or-later' }))).toHaveLength(1)
    expect(refused(build({ license: 'MIT AND GPL-2.0-only' }))).toHaveLength(1)
    expect(refused(build({ license: 'MPL-2.0' }))).toHaveLength(1)
    expect(refused(build({ license: 'MPL-2.0', dev: true }))).toEqual([])
    expect(refused(build({ license: '(MIT OR GPL-3.0)' }))).toEqual([])
    for (const license of ['(MIT OR CC0-1.0) AND GPL-3.0-only', '(GPL-3.0 OR MIT OR ISC) AND GPL-3.0'])
      expect(refused(build({ license }))).toHaveLength(1)
    expect(refused(build({}))).toHaveLength(1)
    expect(scripts(build({ hasInstallScript: true }))).toEqual(['made-up'])
  })
})
