import fc from 'fast-check'
import { addressFormats } from 'i18n-postal-address'
import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { stroke, strokeCount } from '../../src/geometry/drawing.ts'
import { addressOf } from '../../src/tasks/envelope/address.ts'
import { POSTS, type PostName } from '../../src/tasks/envelope/posts.ts'
import { type EnvelopeParams, envelopeSchema } from '../../src/tasks/envelope/schema.ts'
import { SIZES } from '../../src/tasks/envelope/sizes.ts'
import { prepareJob, render } from '../../src/tasks/index.ts'
import { runs } from '../support/fuzz.ts'
import { inkOf } from './support/ink.ts'

type Given = Partial<EnvelopeParams>
const linesOf = (params: Given) => addressOf(envelopeSchema.parse(params)).lines
const warningsOf = (params: Given) => prepareJob('envelope', params).warnings.map(({ message }) => message)
const drawn = async (params: Given) => {
  const { drawing } = await render('envelope', params)
  if (!drawing) throw new Error('the task gives no drawing')
  return drawing
}

const ADA = {
  recipient: 'Ada Lovelace',
  street: '1 Main Street',
  street2: 'Flat 4',
  postcode: '12345',
  town: 'Somewhere',
}
const SENDER = 'Charles Babbage\n1 Dorset Street\nLondon W1U 4EF'

const BY_COUNTRY: readonly (readonly [Given, readonly string[]])[] = [
  [
    {
      honorific: 'Frau',
      recipient: 'Ada Müller',
      street: 'Hauptstr. 5',
      postcode: '10115',
      town: 'Berlin',
      country: 'DE',
    },
    ['Frau Ada Müller', 'Hauptstr. 5', '10115 Berlin', 'GERMANY'],
  ],
  [
    {
      recipient: 'Grace Hopper',
      street: '1 Navy Yard',
      street2: 'Apt 4',
      postcode: '20374',
      town: 'Washington',
      region: 'DC',
      country: 'USA',
      sentFrom: 'US',
    },
    ['Grace Hopper', '1 Navy Yard', 'Apt 4', 'WASHINGTON DC 20374'],
  ],
  [
    {
      recipient: 'Ada Lovelace',
      street: '12 St James’s Square',
      postcode: 'SW1Y 4LB',
      town: 'London',
      country: 'United Kingdom',
    },
    ['Ada Lovelace', '12 St James’s Square', 'LONDON', 'SW1Y 4LB', 'UNITED KINGDOM'],
  ],
  [
    {
      recipient: 'Marie Curie',
      street: '1 rue Pierre',
      postcode: '75005',
      town: 'Paris',
      country: 'Frankreich',
      language: 'de',
    },
    ['Marie Curie', '1 rue Pierre', '75005 PARIS', 'FRANKREICH'],
  ],
  [
    {
      recipient: 'Jan de Vries',
      company: 'Bloemen BV',
      street: 'Kerkstraat 1',
      postcode: '1012 AB',
      town: 'Amsterdam',
      country: 'NL',
      sentFrom: 'Nederland',
    },
    ['Bloemen BV', 'Jan de Vries', 'Kerkstraat 1', '1012 AB AMSTERDAM'],
  ],
  [
    { recipient: 'Astrid Svensson', street: 'Gatan 1', postcode: '111 22', town: 'Stockholm', country: 'Sverige' },
    ['Astrid Svensson', 'Gatan 1', '111 22 STOCKHOLM', 'SWEDEN'],
  ],
  [
    { recipient: 'Ada Rossi', street: 'Via Roma 1', postcode: '00118', town: 'Roma', region: 'RM', country: 'IT' },
    ['Ada Rossi', 'Via Roma 1', '00118 ROMA RM', 'ITALY'],
  ],
  [
    {
      recipient: 'João Silva',
      street: 'Rua Um 1',
      street2: 'apto 3',
      postcode: '01000-000',
      town: 'São Paulo',
      region: 'SP',
      country: 'Brasil',
    },
    ['João Silva', 'Rua Um 1', 'apto 3', 'São Paulo - SP', '01000-000', 'BRAZIL'],
  ],
  [
    { recipient: 'Nagy Béla', street: 'Fő utca 1', postcode: '1011', town: 'Budapest', country: 'HU' },
    ['Nagy Béla', 'BUDAPEST', 'Fő utca 1', '1011', 'HUNGARY'],
  ],
  [
    {
      recipient: 'Taro Yamada',
      street: '1-2-3 Ginza',
      postcode: '104-0061',
      town: 'Chuo-ku',
      region: 'Tokyo',
      country: 'Japan',
    },
    ['Taro Yamada', '1-2-3 Ginza', '104-0061 Tokyo Chuo-ku', 'JAPAN'],
  ],
  [
    {
      recipient: 'Ann Lee',
      street: '1 Main St',
      street2: 'Unit 2',
      postcode: 'K1A 0B1',
      town: 'Ottawa',
      region: 'ON',
      country: 'CA',
    },
    ['Ann Lee', '1 Main St', 'Unit 2', 'OTTAWA ON K1A 0B1', 'CANADA'],
  ],
  [
    { recipient: 'Ann Lee', street: '1 Main St', postcode: '2000', town: 'Sydney', region: 'NSW', country: 'AU' },
    ['Ann Lee', '1 Main St', 'SYDNEY NSW 2000', 'AUSTRALIA'],
  ],
]

describe('an address', () => {
  it.each(BY_COUNTRY)('has the lines that the post of the country asks for: %j', (params, lines) => {
    expect(linesOf(params)).toEqual(lines)
  })

  it('keeps every word in every country, or warns about it', () => {
    for (const country of Object.keys(addressFormats)) {
      const params = { ...ADA, honorific: 'Dr', company: 'Engines', careOf: 'Byron', region: 'Northland', country }
      const lines = linesOf(params).join('\n').toUpperCase()
      const lost = warningsOf(params).join('\n')
      for (const [name, word] of Object.entries({ ...params, country: '' })) {
        const times = lines.split(word.toUpperCase()).length - 1
        if (word !== '')
          expect(times === 1 || (times === 0 && lost.includes(`${name}: `)), `${country} ${name}`).toBe(true)
      }
    }
  })

  it('begins with the name or the company in every country, also when the name is a part of the town', () => {
    for (const country of Object.keys(addressFormats)) {
      const [first = '', ...others] = linesOf({ ...ADA, honorific: 'Dr', company: 'Engines', country })
      expect(first, country).toMatch(/ada lovelace|engines|^dr$/i)
      const same = linesOf({ ...ADA, recipient: 'Some', honorific: 'Dr', company: 'Engines', country })
      expect(same, country).toEqual([first, ...others].map((line) => line.replace(/Ada Lovelace/i, 'Some')))
    }
  })

  it('has no comma at the end of a line in any country', () => {
    for (const country of Object.keys(addressFormats))
      for (const region of ['', 'Region'])
        expect(linesOf({ ...ADA, region, country }).filter((line) => line.endsWith(','))).toEqual([])
  })

  it('keeps the region when the town has the same name', () => {
    const madrid = { recipient: 'Ana Ruiz', street: 'Calle Mayor 1', postcode: '28013', town: 'Madrid' }
    expect(
      linesOf({ ...madrid, region: 'Madrid', country: 'ES' })
        .join(' ')
        .match(/madrid/gi),
    ).toHaveLength(2)
  })

  it('keeps the lines that it is given, without blanks around them', () => {
    expect(linesOf({ ...ADA, address: 'Ada\n1 Main Street\n 12345 Somewhere \n' })).toEqual([
      'Ada',
      '1 Main Street',
      '12345 Somewhere',
    ])
  })

  it.each(['\r', '\r\n', '\v', '\u2028', '\u0085'])('has the lines that the newline %j divides', (newline) => {
    const address = ['Ada', '1 Main Street', '12345 Somewhere'].join(newline)
    expect(linesOf({ address })).toEqual(['Ada', '1 Main Street', '12345 Somewhere'])
    expect(warningsOf({ address })).toEqual([])
    expect(prepareJob('envelope', { address }).title).toBe('Envelope for Ada')
    expect(prepareJob('postcard', { recipient: 'Ada', side: 'back', address }).warnings).toEqual([])
  })

  it('in France warns about more than six lines, not counting the line of the country', () => {
    const address = (count: number) => Array.from({ length: count }, (_, i) => `Line ${i}`).join('\n')
    const warned = (count: number, sentFrom: string) =>
      warningsOf({ address: address(count), country: 'FR', sentFrom }).some((message) => message.includes('La Poste'))
    for (const sentFrom of ['FR', 'DE']) expect([warned(6, sentFrom), warned(7, sentFrom)]).toEqual([false, true])
  })

  it('refuses an unknown country, and an empty address', () => {
    expect(() => linesOf({ ...ADA, country: 'Germny' })).toThrow(/did you mean GERMANY/)
    expect(() => linesOf({ sender: SENDER })).toThrow(/address: it is empty/)
  })
})

const CODES: Partial<Record<PostName, string>> = {
  postnl: 'AB1CD2EF3',
  'deutsche-post': 'A7K2P9XQ',
  postnord: 'ABCD1234EF0O',
}

describe('handwritten postage', () => {
  it.each([
    ['postnl', 'AB1CD2EF0', 'none of them 0'],
    ['postnl', 'AB1CD2EF', '9 letters'],
    ['usps', 'AB1CD2EF3', 'no handwritten code'],
    ['postnord', 'AB1CD2EF3', '12 letters'],
  ] as const)('of %s is refused for the code %s', (post, postage, says) => {
    expect(() => prepareJob('envelope', { ...ADA, post, postage })).toThrow(says)
  })

  it('is refused or marked for letters abroad, by the rules of the post', async () => {
    expect(() => prepareJob('envelope', { ...ADA, country: 'FR', post: 'deutsche-post', postage: 'A7K2P9XQ' })).toThrow(
      'abroad',
    )
    const strokes = async (country: string) =>
      strokeCount(await drawn({ ...ADA, country, sentFrom: country, post: 'postnl', postage: 'AB1CD2EF3' }))
    expect(await strokes('FR')).toBeGreaterThan(await strokes('NL'))
  })

  it('causes a warning that says how long the code is valid', () => {
    expect(warningsOf({ ...ADA, post: 'postnl', postage: 'AB1 CD2 EF3' })).toEqual([expect.stringContaining('5 days')])
  })

  it('stays apart from other ink on every envelope, or is refused', async () => {
    const shapes = fc.record({
      post: fc.constantFrom('postnl', 'deutsche-post', 'postnord'),
      width: fc.integer({ min: 90, max: 330 }),
      height: fc.integer({ min: 60, max: 230 }),
      lines: fc.integer({ min: 2, max: 7 }),
      sender: fc.constantFrom('', SENDER),
    })
    let refused = 0
    const check = async ({
      post,
      lines,
      ...rest
    }: {
      post: string
      width: number
      height: number
      lines: number
      sender: string
    }) => {
      const address = Array.from({ length: lines }, (_, i) => `Line ${i} of an address`).join('\n')
      const params = { ...rest, post: post as PostName, address, number: '9', numberOn: 'front' as const }
      try {
        const all = await drawn({ ...params, postage: CODES[params.post] ?? '' })
        const without = await drawn(params)
        // The postage is drawn first, so the other strokes are the last.
        const count = strokeCount(all) - strokeCount(without)
        const boxes = Array.from({ length: strokeCount(all) }, (_, i) => boundsOf({ points: stroke(all, i) }))
        const zone = boxes.slice(0, count)
        const [minX, maxY] = [Math.min(...zone.map((box) => box.minX)), Math.max(...zone.map((box) => box.maxY))]
        expect(Math.max(...zone.map((box) => box.maxX))).toBeLessThanOrEqual(rest.width - 5)
        expect(Math.min(...zone.map((box) => box.minY))).toBeGreaterThanOrEqual(5)
        expect(maxY).toBeLessThanOrEqual(rest.height - POSTS[params.post].strip.height)
        for (const box of boxes.slice(count)) expect(box.maxX < minX || box.minY > maxY).toBe(true)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error
        expect(error).toMatchObject({ code: 'ERR_PARAMS' })
        refused++
      }
    }
    const { numRuns = 1 } = runs(300, 30)
    await fc.assert(fc.asyncProperty(shapes, check), runs(300, 30))
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThan(numRuns)
  })
})

describe('an envelope', () => {
  it.each(Object.entries(SIZES))(
    'of the size %s keeps the strip of the post and the sides clear',
    async (size, [width, height]) => {
      const { bounds } = inkOf((await render('envelope', { ...ADA, sender: SENDER, size })).svg)
      expect(bounds.minX).toBeGreaterThanOrEqual(5)
      expect(bounds.maxX).toBeLessThanOrEqual(width - 15)
      expect(bounds.maxY).toBeLessThanOrEqual(height - 15)
    },
  )

  it('keeps the return address apart from an address of many lines, or refuses the return address', async () => {
    const linesFor = (count: number) =>
      Array.from({ length: count }, (_, i) => `Line ${i} of a rather long address`).join('\n')
    const wide = (count: number) => Array.from({ length: count }, () => 'm'.repeat(40)).join('\n')
    const job = { address: linesFor(12), post: 'usps', size: '10' } as const
    const first = strokeCount(await drawn(job))
    const all = await drawn({ ...job, sender: wide(5) })
    const boxes = Array.from({ length: strokeCount(all) }, (_, i) => boundsOf({ points: stroke(all, i) }))
    const address = boxes.slice(0, first)
    const sender = boxes.slice(first)
    const isAbove = Math.max(...sender.map(({ maxY }) => maxY)) < Math.min(...address.map(({ minY }) => minY))
    const isBeside = Math.max(...sender.map(({ maxX }) => maxX)) < Math.min(...address.map(({ minX }) => minX))
    expect([isAbove, isBeside]).toContain(true)
    expect(() => prepareJob('envelope', { ...job, sender: wide(7) })).toThrow('sender')
  })

  it('refuses an address that does not fit, and a width without a height', () => {
    expect(() => prepareJob('envelope', { address: 'A very long line of an address '.repeat(9), size: 'c6' })).toThrow(
      'do not fit',
    )
    expect(() => prepareJob('envelope', { ...ADA, width: 200 })).toThrow('height: it is absent')
  })

  it('warns about a character in its number that no font has, and is refused with strict', () => {
    const job = { ...ADA, sender: SENDER, number: '7🎉' }
    expect(warningsOf(job)).toEqual(['number: no font here has “🎉” (U+1F389, character 2); it is left out'])
    expect(() => prepareJob('envelope', { ...job, strict: true })).toThrow(
      expect.objectContaining({ code: 'ERR_PARAMS' }),
    )
  })

  it.each(['flap', 'front'] as const)('writes a number with line breaks on one line, on the %s', async (numberOn) => {
    const strokesWith = async (number: string) => (await drawn({ ...ADA, number, numberOn })).points
    expect(await strokesWith('1\n2\r\n3\u00854')).toEqual(await strokesWith('1 2 3 4'))
  })

  it('is refused with a number on its front that would meet the address', () => {
    const address = 'Ada Lovelace\nc/o Charles Babbage and Company\nFlat 4\n1 Main Street\nLondon'
    const job = { address, number: '123456789012', numberOn: 'front', width: 90, height: 60 }
    expect(() => prepareJob('envelope', job)).toThrow(
      'number is "123456789012", expected a shorter number, or one on the flap: here it would meet the address',
    )
    expect(prepareJob('envelope', { ...job, number: '12' }).warnings).toEqual([])
    expect(prepareJob('envelope', { ...job, numberOn: 'flap' }).warnings).toEqual([])
  })

  it('is refused with a flap that is too low for the number', () => {
    expect(() => prepareJob('envelope', { ...ADA, number: '17', flap: 5 })).toThrow(
      /^flap is 5 mm, expected 0, or at least/,
    )
  })

  it('has the number of its card on the flap: an open flap lies above, a closed flap follows after a pause', async () => {
    const open = await drawn({ ...ADA, number: '17', flap: 40 })
    expect(open).toMatchObject({ height: 150, layers: [{ name: 'envelope' }] })
    const closed = await drawn({ ...ADA, number: '17' })
    expect(closed).toMatchObject({
      height: 110,
      layers: [{ options: {} }, { name: 'flap', options: { pauseBefore: true } }],
    })
    expect((await drawn({ ...ADA, number: '17', numberOn: 'front' })).layers).toHaveLength(1)
  })
})
