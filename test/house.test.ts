import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERRORS } from '../src/errors.ts'
import { packageRoot } from '../src/threads.ts'
import { sources } from './support/sources.ts'

const MAX_LINES = 400
/** Matches a file whose first comment describes its room. */
const ROOM_HEAD = /^(\/\/\/ .*\n)*\/\*[^/]*The room `/
/** Folders that are no rooms, because they hold rooms and a few files. */
const WITHOUT_HEAD = ['src', 'clients/cli', 'clients/web', 'clients/web/src']

const lineCount = (text: string): number => text.trimEnd().split('\n').length

describe('the repository', () => {
  it('documents every error code with its sentence, and no other codes', () => {
    const text = readFileSync(join(packageRoot, 'docs/errors.md'), 'utf8')
    const documented = [...text.matchAll(/^## (ERR_\w+)\n\n([\s\S]*?)\n\n/gm)]
    const sentence = (summary: string) => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`
    expect(Object.fromEntries(documented.map(([, code, first = '']) => [code, first.replaceAll('\n', ' ')]))).toEqual(
      Object.fromEntries(Object.entries(ERRORS).map(([code, summary]) => [code, sentence(summary)])),
    )
  })

  it('has each folder of tests in a project of vitest.config.ts', () => {
    const config = readFileSync('vitest.config.ts', 'utf8')
    const included = [...config.matchAll(/'test\/\{([\w,]+)\}\/\*\*\/\*\.test\.ts'/g)].flatMap(([, folders = '']) =>
      folders.split(','),
    )
    const folders = sources('test').flatMap(({ path }) => /^([^/]+)\/.*\.test\.tsx?$/.exec(path)?.[1] ?? [])
    expect([...new Set(folders)].sort()).toEqual([...new Set(included)].sort())
  })

  it('has no TypeScript file of more than 400 lines in `src`, `clients`, `test` and `bench`', () => {
    const large = ['src', 'clients', 'test', 'bench']
      .flatMap((root) => sources(root).map(({ path, text }) => ({ path: `${root}/${path}`, lines: lineCount(text) })))
      .filter(({ lines }) => lines > MAX_LINES)
    expect(large).toEqual([])
  })

  it('keeps most files of `src` within 150 lines', () => {
    const lengths = sources('src').map(({ text }) => lineCount(text))
    expect(lengths.filter((lines) => lines > 150).length / lengths.length).toBeLessThan(0.4)
  })

  it('describes each room in the first comment of one of its files', () => {
    const files = ['src', 'clients'].flatMap((root) =>
      sources(root).map(({ path, text }) => ({ folder: dirname(`${root}/${path}`), text })),
    )
    const rooms = new Set(files.map(({ folder }) => folder))
    const described = new Set(files.filter(({ text }) => ROOM_HEAD.test(text)).map(({ folder }) => folder))
    expect([...rooms].filter((room) => !described.has(room))).toEqual(WITHOUT_HEAD)
  })

  it('has no TODO, no `any` and no ignored type error outside the tests', () => {
    const marks = ['src', 'clients', 'bench', 'examples'].flatMap((root) =>
      sources(root).filter(({ text }) => /\b(TODO|FIXME|XXX)\b|: any\b|as any\b|@ts-ignore/.test(text)),
    )
    expect(marks.map(({ path }) => path)).toEqual([])
  })

  it('keeps `itLong` out of files whose other tests depend on `PLOTD_FUZZ`', () => {
    const mixed = sources('test').filter(
      ({ path, text }) =>
        path.endsWith('.test.ts') && /\bitLong\(/.test(text) && /\b(runs|trials|sample|isLong)\b/.test(text),
    )
    expect(mixed.map(({ path }) => path)).toEqual([])
  })

  it('gives `toMatchObject` no bare regular expression, which every text would match', () => {
    const bare = /toMatchObject\((?:[^()]|\([^()]*\))*?[:,[]\s*\/[^/*\s]/
    expect("toMatchObject({ code: 'ERR', message: /gone/ })").toMatch(bare)
    expect('toMatchObject({ message: expect.stringMatching(/gone/) })').not.toMatch(bare)
    const wrong = sources('test').filter(({ path, text }) => path !== 'house.test.ts' && bare.test(text))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('names no registry host in the lock file', () => {
    expect(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"/)
  })
})
