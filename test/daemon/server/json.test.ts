import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../../src/daemon/server/json.ts'
import { runs } from '../../support/fuzz.ts'

const FREE = { depth: 1000, entries: 10_000_000, values: 10_000_000 }
/** With these limits, a list or object of more than 33,333 characters is read in pieces. */
const IN_PIECES = { ...FREE, entries: 100_000 }

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

/** Texts with brackets, quotes and backslashes. */
const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '[', ']', '{', '}', ',', 'ü') })
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'large' }, text, fc.integer(), fc.constant(null), tie('list'), tie('record')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  record: fc.dictionary(text, tie('any'), { maxKeys: 3 }),
})).any

const LIMIT = expect.objectContaining({ code: 'ERR_LIMIT' })

describe('the limits on a message', () => {
  it('allow nesting as deep as the limit, and no deeper, whatever the texts contain', () => {
    fc.assert(
      fc.property(value, (message) => {
        const [json, depth] = [JSON.stringify(message), depthOf(message)]
        expect(parseJson(json, { ...FREE, entries: 100, depth })).toEqual(message)
        if (depth === 0) return
        expect(() => parseJson(json, { ...FREE, entries: 100, depth: depth - 1 })).toThrow(LIMIT)
      }),
      runs(500),
    )
  })

  it.each([
    ['lists', '['.repeat(9) + ']'.repeat(9)],
    ['objects', `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`],
    ['both', `${'{"a":['.repeat(4)}[]${']}'.repeat(4)}`],
  ])('count the nesting of %s', (_, json) => {
    expect(() => parseJson(json, { ...FREE, depth: 9 })).not.toThrow()
    expect(() => parseJson(json, { ...FREE, depth: 8 })).toThrow(LIMIT)
  })

  it.each([
    ['a list', `[${Array(101).fill(1).join()}]`],
    ['a nested list', `{"a":[[${Array(101).fill('{}').join()}]]}`],
  ])('count the entries of %s', (_, json) => {
    expect(() => parseJson(json, { ...FREE, entries: 101 })).not.toThrow()
    expect(() => parseJson(json, { ...FREE, entries: 100 })).toThrow(LIMIT)
  })

  it('allow an object at most a tenth of the entries that a list may have', () => {
    const json = JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [i, 1])))
    expect(() => parseJson(json, { ...FREE, entries: 1010 })).not.toThrow()
    expect(() => parseJson(json, { ...FREE, entries: 1009 })).toThrow(LIMIT)
  })

  it('count all values together', async () => {
    const rows = Array.from({ length: 100 }, () => `[${Array(1000).fill(1).join()}]`)
    const json = `[${rows.join()}]`
    const parse = async (values: number) => parseJson(json, { ...FREE, values })
    await expect(parse(50_000)).rejects.toEqual(LIMIT)
    expect(await parse(200_000)).toHaveLength(100)
  })

  it('do not count commas in texts', () => {
    const json = JSON.stringify([','.repeat(500)])
    expect(parseJson(json, { ...FREE, entries: 100 })).toHaveLength(1)
  })
})

describe('a text too long to be parsed at once', () => {
  /** Values of all types. Some lists and objects are far longer than a piece. */
  const long = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 4 }, tie('small'), tie('list'), tie('record')),
    small: fc.oneof(text, fc.double({ noDefaultInfinity: true, noNaN: true }), fc.boolean(), fc.constant(null)),
    list: fc.oneof(
      fc.array(tie('any'), { maxLength: 4 }),
      fc.tuple(tie('small'), fc.integer({ min: 1, max: 20_000 })).map(([item, n]) => Array(n).fill(item)),
    ),
    record: fc.oneof(
      fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('any'), { maxKeys: 4, noNullPrototype: true }),
      fc
        .integer({ min: 1, max: 9000 })
        .map((n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, i]))),
    ),
  })).any
  const json = fc
    .tuple(fc.array(long, { minLength: 1, maxLength: 5 }), fc.constantFrom(0, 1))
    .map(([values, indent]) => JSON.stringify([...values, 'x'.repeat(40_000)], undefined, indent))

  it('gives the same value as JSON.parse', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (message) => {
        expect(JSON.stringify(await parseJson(message, IN_PIECES))).toBe(JSON.stringify(JSON.parse(message)))
      }),
      runs(60),
    )
  })

  it('with one character changed, left out or added is refused exactly when JSON.parse refuses it', async () => {
    const marks = fc.constantFrom('', ',', '[', ']', '{', '}', '"', ':', '1', '-', ' ', '\\')
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat({ max: 1 }),
        marks,
        async (whole, where, cut, mark) => {
          const at = Math.floor(where * whole.length)
          const message = whole.slice(0, at) + mark + whole.slice(at + cut)
          let expected: unknown
          try {
            expected = JSON.stringify(JSON.parse(message))
          } catch {
            expected = 'refused'
          }
          const outcome = await Promise.resolve()
            .then(() => parseJson(message, IN_PIECES))
            .then(JSON.stringify, ({ code }: { code: string }) => code && 'refused')
          expect(outcome).toBe(expected)
        },
      ),
      runs(300),
    )
  })

  it.each([
    ['nothing after a comma', (big: string) => `[${big},]`],
    ['nothing between commas', (big: string) => `[${big},,1]`],
    ['no comma', (big: string) => `[${big} 1]`],
    ['no key', (big: string) => `{${big}}`],
    ['a sign before a list', (big: string) => `{"a":-${big}}`],
    ['a value after its end', (big: string) => `${big}[1]`],
    ['a long value after its end', (big: string) => `${big}${big}`],
    ['no end', (big: string) => `[${big}`],
    ['the wrong bracket', (big: string) => `{"a":${big}]`],
    ['a no-break space', (big: string) => `[${big}\u00a0]`],
  ])('is refused when it has %s', async (_, around) => {
    const big = `[${Array(20_000).fill(11).join()}]`
    await expect(Promise.resolve().then(() => parseJson(around(big), IN_PIECES))).rejects.toMatchObject({
      code: 'ERR_PROTOCOL',
    })
  })

  it('lets other work come between its pieces', async () => {
    let turns = 0
    const count = setInterval(() => turns++, 0)
    await parseJson(`[${Array(100_000).fill('[[[[[]]]]]').join()}]`, IN_PIECES)
    clearInterval(count)
    expect(turns).toBeGreaterThan(3)
  })

  it('keeps __proto__ as an ordinary key', async () => {
    const message = `{"a":${JSON.stringify('x'.repeat(50_000))},"__proto__":${JSON.stringify(Array(30_000).fill(1))}}`
    const value = (await parseJson(message, IN_PIECES)) as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value)).toEqual(['a', '__proto__'])
  })
})
