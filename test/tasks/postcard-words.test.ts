import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { inkLength } from '../../src/geometry/measure.ts'
import { randomFrom } from '../../src/tasks/draw/random.ts'
import { textIn } from '../../src/tasks/fit-text.ts'
import { type Card, type PostcardParams, postcardSchema, withOneFamily } from '../../src/tasks/postcard/card.ts'
import { templates } from '../../src/tasks/postcard/index.ts'
import { placeWords, setWords } from '../../src/tasks/postcard/words.ts'

const card: Card = { width: 210, height: 148, margin: 9, u: 1, left: 0, random: randomFrom(1) }
const params = (more: object): PostcardParams => postcardSchema.parse({ recipient: 'Ada', from: 'Charles', ...more })
const LETTER = 'When the weather turns we shall walk to the lighthouse and count the ships. '.repeat(4).slice(0, 300)
const MESSAGES = ['Soon!', 'See you on Friday.', LETTER.slice(0, 75), LETTER]

describe.each(Object.values(templates))('the words on a $name card', (template) => {
  const placed = (message: string) => placeWords(card, template, params({ message }))
  const sizeOf = (message: string): number => placed(message).find(({ field }) => field === 'message')?.text.size ?? 0

  it('are large when they are few, and legible when they are many', () => {
    const [word = 0, line = 0, sentence = 0, letter = 0] = MESSAGES.map(sizeOf)
    expect(word).toBeGreaterThan(6)
    expect(line).toBeGreaterThan(5)
    expect(sentence).toBeGreaterThan(3.8)
    expect(letter).toBeGreaterThan(2.5)
    expect([word, line, sentence, letter]).toEqual([word, line, sentence, letter].sort((a, b) => b - a))
  })

  it('have a headline that is larger than the message', () => {
    for (const message of MESSAGES) {
      const [headline] = placed(message)
      expect(headline?.text.size).toBeGreaterThan(sizeOf(message))
    }
  })

  it.each(MESSAGES)('stay in their place, one below the other, near its middle: %s', (message) => {
    const area = template.textBox(card)
    const blocks = placed(message)
    let y = area.y
    for (const { box, text } of blocks) {
      expect(box.y).toBeGreaterThanOrEqual(y - 1e-6)
      y = box.y + text.height
      const { minX, maxX } = boundsOf(textIn(box, text))
      expect(minX).toBeGreaterThanOrEqual(area.x - 1e-6)
      expect(maxX).toBeLessThanOrEqual(area.x + area.width + 1e-6)
    }
    expect(y).toBeLessThanOrEqual(area.y + area.height + 1e-6)
    const above = (blocks[0]?.box.y ?? 0) - area.y
    const below = area.y + area.height - y
    // The optical middle lies a little above the true one.
    expect(above).toBeLessThanOrEqual(below + 1e-6)
    expect(above).toBeGreaterThanOrEqual(0.6 * below)
  })
})

describe('the fonts of a card', () => {
  it('are of one family when two Greek or Cyrillic letters follow each other, except a font that the user chose', () => {
    const fonts = (more: object) => {
      const { font, greetingFont } = withOneFamily(params(more))
      return [font, greetingFont]
    }
    expect(fonts({ recipient: 'Ελένη' })).toEqual(['timesr', 'timesr'])
    expect(fonts({ message: 'Привет, Ada' })).toEqual(['timesr', 'timesr'])
    expect(fonts({ message: 'Pi is π' })).toEqual(['EMSReadability', 'EMSAllure'])
    expect(fonts({ message: 'Привет', greetingFont: 'scripts' })).toEqual(['timesr', 'scripts'])
  })
})

it('the downstrokes of the greeting are swelled only in a font that draws each stem once', () => {
  const share = (greetingFont: string): number => {
    const words = params({ greetingFont })
    const [greeting] = placeWords(card, templates.birthday, words)
    const [strokes] = setWords(card, templates.birthday, words).strokes
    return greeting && strokes ? inkLength(strokes) / inkLength(textIn(greeting.box, greeting.text)) : 0
  }
  expect(share('EMSAllure')).toBeGreaterThan(1.3)
  expect(share('timesr')).toBeCloseTo(1, 1)
})
