import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundsOf, isEmpty } from '../../src/geometry/bounds.ts'
import { readSvg } from '../../src/svg/index.ts'
import { render } from '../../src/tasks/index.ts'
import { templates } from '../../src/tasks/postcard/index.ts'
import { anyText } from '../support/any-text.ts'
import { runs, trials } from '../support/fuzz.ts'

/** Anything that a user may paste: all of Unicode, words, line ends, and letters with several marks. */
const text = fc
  .array(
    fc.oneof(
      anyText({ maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.stringMatching(/^[a-zA-ZÉgjyQŽÅ]{1,24}$/),
      fc.constantFrom(
        '\n',
        '\t',
        '\u00A0',
        '\u00AD',
        '\u200B',
        '\u202E',
        '👩‍👩‍👧‍👦',
        'e\u0301\u0302\u0328',
        'שלום',
        'Ж',
      ),
    ),
    { minLength: 1, maxLength: 30 },
  )
  .map((parts) => parts.join(' '))
const font = fc.constantFrom('rowmans', 'EMSAllure', 'scripts', 'timesi', 'gothiceng', 'cursive')

/** The bounds of the ink; undefined when the text was refused with a reason. A text has no other outcome. */
async function ink(task: string, params: object) {
  try {
    return boundsOf(readSvg((await render(task, params)).svg).drawing)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_PARAMS' })
    return undefined
  }
}

function expectWithin(box: ReturnType<typeof boundsOf> | undefined, margin: number, width: number, height: number) {
  if (box === undefined || isEmpty(box)) return
  expect(Math.min(box.minX, box.minY)).toBeGreaterThanOrEqual(margin - 0.01)
  expect(box.maxX).toBeLessThanOrEqual(width - margin + 0.01)
  expect(box.maxY).toBeLessThanOrEqual(height - margin + 0.01)
}

describe('text of any kind', () => {
  it('never leaves its sheet: fitted or not, turned, slanted, along a line, by hand', async () => {
    const options = fc.record({
      font,
      align: fc.constantFrom('left', 'center', 'right', 'justify'),
      slant: fc.constantFrom(0, 20, -20),
      rotation: fc.constantFrom(0, 0, 90, 33),
      path: fc.constantFrom(undefined, undefined, 'arc', 'spiral', 'wave'),
      hand: fc.constantFrom(0, 1, 2),
      smooth: fc.boolean(),
      fit: fc.boolean(),
      breakWords: fc.boolean(),
    })
    const side = fc.integer({ min: 40, max: 250 })
    let drawn = 0
    await fc.assert(
      fc.asyncProperty(text, options, side, side, async (words, style, width, height) => {
        const box = await ink('text', { text: words, ...style, width, height, margin: 5 })
        expectWithin(box, 5, width, height)
        if (box) drawn++
      }),
      runs(120),
    )
    expect(drawn).toBeGreaterThan(trials(60)) // most are not refused
  })

  it('never leaves a postcard, on either side, for any recipient', async () => {
    const card = fc.record({
      recipient: text.map((words) => `A${words}`.slice(0, 60)),
      message: text,
      from: text.map((words) => words.slice(0, 40)),
      address: text.map((words) => words.slice(0, 80)),
      template: fc.constantFrom(...Object.keys(templates)),
      greetingFont: font,
      hand: fc.constantFrom(0, 1, 2),
      side: fc.constantFrom('front', 'back'),
    })
    let drawn = 0
    await fc.assert(
      fc.asyncProperty(card, async (params) => {
        const box = await ink('postcard', params)
        expectWithin(box, 8, 210, 148)
        if (box) drawn++
      }),
      runs(60),
    )
    expect(drawn).toBeGreaterThanOrEqual(trials(40))
  })
})
