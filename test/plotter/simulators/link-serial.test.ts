import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runSimulator } from '../../../src/plotter/simulators/run.ts'
import { tempFolder } from '../../support/temp-folder.ts'

it('a link to a simulator replaces no file', async () => {
  const link = join(tempFolder(), 'drawing.svg')
  writeFileSync(link, '<svg/>')
  await expect(runSimulator('ebb', { link })).rejects.toMatchObject({
    code: 'ERR_FILE',
    message: expect.stringContaining(`${link}: the link could not be made: EEXIST`),
  })
  expect(readFileSync(link, 'utf8')).toBe('<svg/>')
})

it('a simulator leaves the link of a later simulator in its place', async () => {
  const link = join(tempFolder(), 'axidraw')
  const first = await runSimulator('ebb', { link })
  const second = await runSimulator('ebb', { link })
  await first.close()
  expect(readlinkSync(link)).toMatch(/^\/dev\//)
  await second.close()
  expect(existsSync(link)).toBe(false)
})
