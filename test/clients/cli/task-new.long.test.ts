import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { removeFolder } from '../../support/remove-folder.ts'
import { plotd } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'plotd-new-'))
afterAll(() => removeFolder(folder))

it('the test of a new task passes unchanged, and `task new` refuses an existing file and an invalid name', async () => {
  const words = ['task', 'new', 'my-star', '--folder', folder]
  const { code, out } = await plotd([...words, '--json'])
  expect(code).toBe(0)
  const { test } = JSON.parse(out) as { test: string }
  const ran = spawnSync(process.execPath, ['--test', test], { encoding: 'utf8' })
  expect(ran.stdout).toMatch(/# pass \d+\n# fail 0/)
  expect(ran.status).toBe(0)
  const { code: second, err } = await plotd(words)
  expect([second, err.split('\n').slice(1, 3)]).toEqual([
    1,
    [`  ${join(folder, 'my-star.mjs')} exists already.`, '  → Choose another name, or remove this file.'],
  ])
  await rm(join(folder, 'my-star.mjs'))
  expect((await plotd([...words, '--json'])).err).toContain('my-star.test.mjs')
  await rm(test)
  expect((await plotd(words)).code).toBe(0)
  expect((await plotd(['task', 'new', '../Star', '--folder', folder])).err).toContain('expected lower-case letters')
})
