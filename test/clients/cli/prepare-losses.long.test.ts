import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type PrepareArgs, prepareFile } from '../../../clients/cli/flags/prepare-flags.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const svg = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="40mm" viewBox="0 0 60 40" fill="none" stroke="black">${inside}</svg>`
const LINE = '<path d="M5 5h20"/>'

async function prepared(name: string, content: string, flags: object = {}) {
  const file = join(tempFolder(), name)
  writeFileSync(file, content)
  return prepareFile(file, flags as PrepareArgs)
}

it.each([
  ['an image', 'a.svg', svg(`${LINE}<image href="x.png" width="5" height="5"/>`), {}, [/^1 image/]],
  [
    'ink outside the page',
    'a.svg',
    svg('<path d="M50 30H90"/>'),
    {},
    [/^30 mm of ink outside the page or its margins/],
  ],
  [
    'a character that no font has',
    'a.svg',
    svg(`${LINE}<text x="5" y="20" fill="black">A ☃</text>`),
    {},
    [/☃.*1 time: no installed font has it/],
  ],
  [
    'strokes shorter than --drop-shorter',
    'a.svg',
    svg(`${LINE}<path d="M9 9h.2"/>`),
    { 'drop-shorter': 1 },
    [/^1 stroke shorter than --drop-shorter/],
  ],
  [
    'everything',
    'a.svg',
    svg('<path d="M99 99h9"/>'),
    {},
    [/outside the page/, /^everything: no stroke is left to draw/],
  ],
  ['what an importer does not draw', 'a.md', '# A\n\n![a picture](x.png) and **words**\n', {}, [/picture/]],
] as const)(
  'a file is read with the loss of %s, and refused with --strict',
  async (_, name, content, flags, losses) => {
    const { losses: lost } = await prepared(name, content, flags)
    expect(lost).toEqual(losses.map((loss) => expect.stringMatching(loss)))
    await expect(prepared(name, content, { ...flags, strict: true })).rejects.toMatchObject({ code: 'ERR_STRICT' })
  },
)

it('a file without a loss is accepted with --strict', async () => {
  expect((await prepared('a.svg', svg(LINE), { strict: true })).losses).toEqual([])
})

it('a file has a note when its page is turned to lie within reach', async () => {
  const turned = 'the page is turned to 297 × 210 mm, because axidraw-v3 cannot reach the whole page otherwise'
  expect((await prepared('a.svg', svg(LINE), { page: 'a4', fit: true })).notes).toEqual([turned])
  expect((await prepared('a.svg', svg(LINE), { page: 'a5', fit: true })).notes).toEqual([])
  expect((await prepared('a.svg', svg(LINE), { page: 'a4', fit: true, landscape: true })).notes).toEqual([])
})
