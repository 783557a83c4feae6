import { readdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeOutput } from '../../../src/spool/output/output.ts'
import { replaceFunctions } from '../../support/replace-functions.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const meanwhile = { act: (_path: string) => {} }
replaceFunctions('node:fs', (real) => {
  const lstatSync = (path: string) => {
    const match = real.lstatSync(path)
    meanwhile.act(path)
    return match
  }
  return { lstatSync: lstatSync as typeof real.lstatSync }
})

it('a write does not leave the output folder through a folder that becomes a link after the check', () => {
  const [folder, elsewhere] = [tempFolder(), tempFolder()]
  expect(writeOutput(folder, 'cards/a.svg', 'x')).toBe('cards/a.svg')
  const cards = join(folder, 'cards')
  meanwhile.act = (path) => {
    if (path !== cards) return
    renameSync(cards, `${cards}-moved`)
    symlinkSync(elsewhere, cards)
  }
  expect(() => writeOutput(folder, 'cards/b.svg', 'x')).toThrow(expect.objectContaining({ code: 'ERR_OUTPUT_PATH' }))
  expect(readdirSync(elsewhere)).toEqual([])
})
