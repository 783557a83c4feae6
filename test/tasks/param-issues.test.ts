import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { drawingOf, strokesOf } from '../../src/geometry/drawing.ts'
import { requirePage } from '../../src/import/index.ts'
import { readText } from '../../src/import/text/read-text.ts'
import { drawingToSvg } from '../../src/svg/index.ts'
import { render } from '../../src/tasks/index.ts'

const svg = Buffer.from(drawingToSvg(drawingOf(strokesOf([10, 10, 8990, 200]), 9000, 9000), {}))
const upload = createHash('sha256').update(svg).digest('hex')
const drawn = (task: string, params: object) => () => render(task, params, { readUpload: async () => svg })
const letters = new TextEncoder().encode('word '.repeat(9))
const text = (paper: string, more: object = {}) => {
  return async () => readText(letters, 1, { font: 'rowmans', paper, ...more })
}

it.each([
  ['a value out of range', drawn('pattern', { pattern: 'grid', cell: 900 })],
  ['an envelope without an address', drawn('envelope', {})],
  ['a country that does not exist', drawn('envelope', { address: 'Ada', country: 'Atlantis' })],
  ['an envelope without a height', drawn('envelope', { address: 'Ada', width: 200 })],
  ['an invalid postage code', drawn('envelope', { address: 'Ada', postage: '?', post: 'postnl' })],
  ['a text that is too long', drawn('postcard', { recipient: 'Ada', message: 'word '.repeat(700) })],
  ['a drawing that is too large for tiles', drawn('tile', { upload })],
  ['drawings that are too large for the sheet', drawn('n-up', { uploads: [upload] })],
  ['a margin that leaves no room', text('a6', { margin: 60 })],
  ['a paper that does not exist', text('a99')],
  ['a page that does not exist', async () => requirePage(3, 2)],
])('the issue of a refusal names a field, and what it expects begins with “expected” only once: %s', async (_, run) => {
  const error = await run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({
    code: 'ERR_PARAMS',
    detail: { issues: [{ field: expect.any(String), expected: expect.stringMatching(/^expected (?!expected)/) }] },
  })
})
