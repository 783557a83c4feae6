import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildIfOlder } from './support/build.ts'
import { tempFolder } from './support/temp-folder.ts'

/** A program that appends to a file, prints a compiler's message and exits with a code. */
const compiler = (exitCode: number) => [
  'sh',
  '-c',
  `printf . >> runs; echo 'a.ts(1,7): error TS1005'; exit ${exitCode}`,
]

it('a build that fails ends the run with the message of the compiler, and the next run builds again', () => {
  const folder = tempFolder()
  mkdirSync(join(folder, 'dist'))
  writeFileSync(join(folder, 'a.ts'), 'const = 1')
  const build = (...exitCodes: number[]) => buildIfOlder(folder, ['a.ts'], exitCodes.map(compiler))
  const runs = () => (existsSync(join(folder, 'runs')) ? statSync(join(folder, 'runs')).size : 0)
  expect(() => build(2, 0)).toThrow('a.ts(1,7): error TS1005')
  expect(() => build(0, 1)).toThrow('a.ts(1,7): error TS1005')
  expect(runs()).toBe(3)
  build(0)
  build(0)
  expect(runs()).toBe(4)
  utimesSync(join(folder, 'a.ts'), new Date(), new Date(Date.now() + 60_000))
  expect(() => build(2)).toThrow('a.ts(1,7): error TS1005')
  utimesSync(join(folder, 'a.ts'), 0, 0)
  build(0)
  expect(runs()).toBe(6)
})
