import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { prepareJob, render, tasks } from '../../src/tasks/index.ts'
import { templates } from '../../src/tasks/postcard/index.ts'
import { inkOf } from './support/ink.ts'

const names = Object.keys(templates)
const LONG = 'We walked along the harbour until the lamps were lit, and spoke of engines. '.repeat(14)

const MESSAGES: readonly (readonly [string, string])[] = [
  ['none at all', ''],
  ['a word', 'Soon.'],
  ['a long letter', LONG],
  ['accents', 'Čeština, français, łódź, ñandú, ångström, İstanbul — „schön“, Grüße!'],
  ['emoji', 'Hooray 🎉 for you 🎂 and 👩‍👩‍👧!'],
  ['one endless word', 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(5)],
  ['many short lines', Array.from({ length: 14 }, (_, i) => `line ${i}`).join('\n')],
]
const SIZES = { '210x148': [210, 148], a6: [148, 105], '4x6in': [152.4, 101.6] } as const

/** Whether the words fit on the card. The card may refuse them only for their length. */
function fitsAt(params: object): boolean {
  try {
    prepareJob('postcard', params)
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_PARAMS', message: expect.stringContaining('do not fit into') })
    return false
  }
}

describe.each(names)('the postcard %s', (template) => {
  it.each(MESSAGES)('keeps its ink 8 mm from the edge, with %s for a message', async (_, message) => {
    const small = message.length % 2 === 0 ? 'a6' : '4x6in'
    for (const size of ['210x148', small] as const) {
      const [width, height] = SIZES[size]
      const params = { recipient: 'Ada', template, size, message, from: 'Charles' }
      if (size !== '210x148' && !fitsAt(params)) continue
      const { bounds } = inkOf((await render('postcard', params)).svg)
      expect(Math.min(bounds.minX, bounds.minY), size).toBeGreaterThanOrEqual(8 - 0.001)
      expect(bounds.maxX, size).toBeLessThanOrEqual(width - 8 + 0.001)
      expect(bounds.maxY, size).toBeLessThanOrEqual(height - 8 + 0.001)
    }
  })

  it('keeps the ink of a portrait card 8 mm from the edge, with a short and a long message', async () => {
    for (const message of ['Soon.', LONG.slice(0, 300)]) {
      const { svg } = await render('postcard', {
        recipient: 'Ada',
        template,
        orientation: 'portrait',
        message,
        from: 'Charles',
      })
      expect(svg).toContain('width="148mm" height="210mm"')
      const { bounds } = inkOf(svg)
      expect(Math.min(bounds.minX, bounds.minY)).toBeGreaterThanOrEqual(8 - 0.001)
      expect(bounds.maxX).toBeLessThanOrEqual(140.001)
      expect(bounds.maxY).toBeLessThanOrEqual(202.001)
      expect(bounds.maxY, 'the ink reaches the lower third of the card').toBeGreaterThan(140)
    }
  })

  it('is the same card for the same seed, and another card for another seed', async () => {
    const card = (seed?: number) => render('postcard', { recipient: 'Ada', template, seed })
    const [first, again, other] = await Promise.all([card(3), card(3), card(4)])
    expect(again.svg).toBe(first.svg)
    expect(other.svg).not.toBe(first.svg)
  })

  it('differs between recipients without a seed', async () => {
    const drawing = async (recipient: string) =>
      (await render('postcard', { recipient, template, greeting: 'Hello', message: 'x' })).svg
    expect(await drawing('Ada')).toBe(await drawing('Ada'))
    expect(await drawing('Ada')).not.toBe(await drawing('Bob'))
  })

  it('keeps a long name inside the margin', async () => {
    const recipient = 'Her Excellency Augusta Ada King-Noel, Countess of Lovelace, and the whole Analytical Society'
    const { bounds } = inkOf((await render('postcard', { recipient, template, message: 'Dear all' })).svg)
    expect(Math.min(bounds.minX, bounds.minY)).toBeGreaterThanOrEqual(8 - 0.001)
    expect(bounds.maxX).toBeLessThanOrEqual(202.001)
    expect(bounds.maxY).toBeLessThanOrEqual(140.001)
  })
})

describe('a postcard', () => {
  it('is 210 × 148 mm and blank by default, and is named after recipient and template', () => {
    const job = prepareJob('postcard', { recipient: 'Ada', message: 'Hello' })
    expect(job.params).toMatchObject({ size: '210x148', template: 'blank', side: 'front' })
    expect(job).toMatchObject({ title: 'Blank for Ada', output: 'postcards/postcard_Ada_blank.svg' })
  })

  it('has its address turned on a portrait card, as the post reads it', async () => {
    const params = {
      recipient: 'Ada',
      size: 'a6',
      side: 'back',
      address: 'Ada Lovelace\n12 St James’s Square\nLondon',
    } as const
    const { bounds: lying } = inkOf((await render('postcard', params)).svg)
    const { bounds: standing } = inkOf((await render('postcard', { ...params, orientation: 'portrait' })).svg)
    expect(standing.minY).toBeCloseTo(lying.minX, 2)
    expect(standing.maxY).toBeCloseTo(lying.maxX, 2)
    expect(standing.minX).toBeCloseTo(105 - lying.maxY, 2)
  })

  it('has a safe file name for a recipient whose name is a path', () => {
    expect(tasks['postcard']?.outputName({ recipient: '../Zoë/..', template: 'birthday', side: 'front' })).toBe(
      'postcards/postcard_Zoë_birthday.svg',
    )
  })

  it('reports at submit which characters no font has', () => {
    const { warnings } = prepareJob('postcard', { recipient: 'Ada', message: 'Hooray 🎉 — “yes” 🎉' })
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'missing-glyph', count: 2 }))
    expect(warnings.find(({ code }) => code === 'missing-glyph')?.message).toBe(
      'message: no font here has “🎉” (U+1F389, character 8, 2 times); it is left out',
    )
  })

  it('reports a character in its number that no font has', () => {
    expect(prepareJob('postcard', { recipient: 'Ada', number: '7🎉' }).warnings).toMatchObject([
      { code: 'missing-glyph', message: 'number: no font here has “🎉” (U+1F389, character 2); it is left out' },
    ])
  })

  it('writes a number with line breaks on one line', async () => {
    const card = async (number: string) => (await render('postcard', { recipient: 'Ada', number })).svg
    expect(await card('1\n2\n3\n4\n5')).toBe(await card('1 2 3 4 5'))
  })

  it('turns the number on the back of a portrait card like the address, outside the zone below the address', async () => {
    const boxOf = async (more: object) => {
      const { drawing } = await render('postcard', { recipient: 'Ada', size: 'a6', number: '1', ...more })
      const { points = [], starts = [] } = drawing ?? {}
      return boundsOf({ points: Float64Array.from(points.slice(2 * (starts.at(-2) ?? 0))) })
    }
    // The address side of a portrait card has its lower left corner at the upper left corner of the sheet.
    const box = await boxOf({ orientation: 'portrait', side: 'back' })
    expect([box.minX, box.maxX]).toEqual([5, 7.2])
    expect(box.maxY).toBeLessThan(8)
    const front = await boxOf({ orientation: 'portrait', side: 'front' })
    expect([front.minY, front.maxY]).toEqual([expect.closeTo(140.8), expect.closeTo(143)])
  })

  it('warns once for a whole alphabet', () => {
    const { warnings } = prepareJob('postcard', { recipient: 'Иван', greeting: '' })
    expect(warnings).toEqual([
      {
        code: 'lent-glyph',
        message: expect.stringMatching(/^recipient: “И” \(U\+0418, character 1\), .* are drawn in the font cyril/),
        count: 4,
      },
    ])
  })

  it('warns of each of the first 8 substituted characters, and of the rest in one warning', () => {
    const message = Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => `${letter}\u0336`).join('')
    const { warnings } = prepareJob('postcard', { recipient: 'Ada', message })
    expect(warnings.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 18])
    expect(warnings.at(-1)?.message).toMatch(/, 10 more are drawn as similar characters, too$/)
  })

  it('gives the same warnings at submit and when it is rendered', async () => {
    const params = { recipient: 'Ada', message: 'Hooray 🎉', address: 'Somewhere' }
    const { warnings } = await render('postcard', params)
    expect(new Set(warnings.map((warning) => warning.message))).toEqual(
      new Set(prepareJob('postcard', params).warnings.map((warning) => warning.message)),
    )
  })

  it('accepts a long name in a font with swashes, without a warning', () => {
    const recipient = 'Her Excellency Augusta Ada King-Noel, Countess of Lovelace'
    expect(prepareJob('postcard', { recipient, template: 'birthday' }).warnings).toEqual([])
  })

  it('warns when a message is set small', () => {
    const { warnings } = prepareJob('postcard', { recipient: 'Ada', template: 'birthday', message: LONG })
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'text-fit' }))
  })

  it('refuses a message that does not fit, before it is queued', () => {
    const job = () => prepareJob('postcard', { recipient: 'Ada', size: 'a6', message: 'word '.repeat(590) })
    expect(job).toThrow(
      expect.objectContaining({ code: 'ERR_PARAMS', message: expect.stringMatching(/message: .*do not fit into/) }),
    )
  })

  it.each([
    ['no recipient', {}, /recipient: expected a string, which must be given/],
    ['an empty recipient', { recipient: ' ' }, /recipient is " ".*expected a name/],
    ['an unknown template', { recipient: 'A', template: 'bithday' }, /template is "bithday".*did you mean birthday/],
    ['an unknown size', { recipient: 'A', size: 'a7' }, /size is "a7", expected one of 210x148, a5, a6/],
    ['an unknown font', { recipient: 'A', font: 'rowman' }, /font is "rowman".*did you mean rowman/],
    [
      'the field `templateName`, which only the functions of the client have',
      { recipient: 'A', templateName: 'birthday' },
      /templateName: .*template/,
    ],
  ])('refuses %s', (_, params, message) => {
    expect(() => prepareJob('postcard', params)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message) }),
    )
  })

  it('has the address on its back, at least 9 mm above the lower edge', async () => {
    const address = 'Ada Lovelace\n12 St James’s Square\nLondon'
    const back = inkOf((await render('postcard', { recipient: 'Ada', side: 'back', address })).svg)
    const bare = inkOf((await render('postcard', { recipient: 'Ada', side: 'back' })).svg)
    expect(back.strokes).toBeGreaterThan(bare.strokes + 20)
    expect(back.bounds.maxY).toBeLessThanOrEqual(148 - 9)
  })

  it('warns that an address is not drawn on the front', () => {
    expect(prepareJob('postcard', { recipient: 'Ada', address: 'London' }).warnings).toContainEqual({
      code: 'not-drawn',
      message: 'address is only on the back: choose side "back" or "both"',
    })
  })

  it('has both sides as two layers, the second after a pause to turn the card', async () => {
    const { svg } = await render('postcard', { recipient: 'Ada', side: 'both', address: 'London' })
    expect([...svg.matchAll(/inkscape:label="([^"]+)"/g)].map(([, label]) => label)).toEqual([
      expect.stringMatching(/^1 front$/),
      expect.stringMatching(/^!.* back$/),
    ])
  })
})
