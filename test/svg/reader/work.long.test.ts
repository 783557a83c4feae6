import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlotdError } from '../../../src/errors.ts'
import { readSvg } from '../../../src/svg/index.ts'
import { DEFAULT_LIMITS } from '../../../src/svg/reader/reading/options.ts'
import { runs, sample, trials } from '../../support/fuzz.ts'
import { HOSTILE, type Hostile } from './hostile/index.ts'
import { page } from './support.ts'

/** The size of the files as a share of 4 MB. */
const SHARE = trials(100) / 100
/** Steps of work that a file may take: a twentieth of the usual budget, times `SHARE`. */
const WORK = (SHARE * DEFAULT_LIMITS.work) / 20
/** Time limit, ms: far above what the budget takes on a busy machine. A loop that is not counted runs for hours. */
const STUCK = 120_000
const ENDS = /^(?:drawn|ERR_SVG_LIMIT|ERR_SVG_INVALID)$/

function outcome({ svg, options }: Hostile, strength: number): string {
  try {
    const reading = readSvg(svg(strength), { ...options, limits: { elements: 1e7, useExpansions: 1e7, work: WORK } })
    return reading.work <= WORK ? 'drawn' : `drawn with ${reading.work} steps`
  } catch (thrown) {
    return thrown instanceof PlotdError ? thrown.code : String(thrown)
  }
}

describe('a hostile SVG of up to 4 MB', () => {
  it.each(sample(HOSTILE, 30, 30))('is drawn or refused within the budget: $name', { timeout: STUCK }, (hostile) => {
    expect(outcome(hostile, SHARE)).toMatch(ENDS)
  })

  it('is drawn or refused within the budget at any size up to 400 kB', { timeout: STUCK }, () => {
    fc.assert(
      fc.property(fc.constantFrom(...HOSTILE), fc.double({ min: 0, max: 0.1, noNaN: true }), (hostile, strength) =>
        ENDS.test(outcome(hostile, strength)),
      ),
      runs(200),
    )
  })

  it('is refused for half a million characters of text', () => {
    const long = page(`<text font-size="1">${'hello '.repeat(90_000)}</text>`)
    expect(() => readSvg(long)).toThrow(expect.objectContaining({ code: 'ERR_SVG_LIMIT' }))
  })
})

it('an SVG takes the same number of steps at each reading', () => {
  const svg = page('<clipPath id="c"><circle r="9"/></clipPath><rect width="9" height="9" clip-path="url(#c)"/>')
  expect(readSvg(svg, { hide: true }).work).toBe(readSvg(svg, { hide: true }).work)
})

describe('a refusal for too much work, depth or memory', () => {
  const refusal = (inside: string, work: number) => {
    try {
      return readSvg(`<svg xmlns="http://www.w3.org/2000/svg">\n\n${inside}</svg>`, { limits: { work } }).work
    } catch (thrown) {
      return thrown
    }
  }

  it('names the element, the limit and the remedy', () => {
    const refused = refusal(`<g>\n<path id="far" d="M0 0${'h1'.repeat(1000)}"/></g>`, 1000)
    expect(refused).toMatchObject({
      code: 'ERR_SVG_LIMIT',
      message: expect.stringMatching(/more than 1000 steps of work at <path id="far"> in line 4: .*svg\.work/),
      detail: { limit: 'work', most: 1000, element: { name: 'path', id: 'far', line: 4 } },
    })
  })

  const CHAINS = [
    [
      'clipPaths',
      (i: number) => `<clipPath id="c${i}" clip-path="url(#c${i + 1})"><rect width="9" height="9"/></clipPath>`,
      'clip-path',
    ],
    [
      'clipped shapes in clipPaths',
      (i: number) => `<clipPath id="c${i}"><rect width="9" height="9" clip-path="url(#c${i + 1})"/></clipPath>`,
      'clip-path',
    ],
    [
      'masks',
      (i: number) => `<mask id="c${i}"><rect fill="#fff" width="9" height="9" mask="url(#c${i + 1})"/></mask>`,
      'mask',
    ],
    [
      'markers',
      (i: number) => `<marker id="c${i}"><path d="M0 0h1" stroke="red" marker-end="url(#c${i + 1})"/></marker>`,
      'marker-end',
    ],
  ] as const
  it.each(CHAINS)('names an element, and the depth as the limit, for a chain of 2000 %s', (_name, link, property) => {
    const chain = Array.from({ length: 2000 }, (_, i) => link(i)).join('')
    const refused = refusal(`${chain}<path stroke="red" d="M0 0h9v9z" ${property}="url(#c0)"/>`, DEFAULT_LIMITS.work)
    expect(refused).toMatchObject({
      code: 'ERR_SVG_LIMIT',
      detail: { limit: 'depth', element: { name: expect.stringMatching(/./) } },
    })
  })

  it('names the memory as the limit when the stack overflows under a raised limit on the depth', () => {
    const inside = `${'<g>'.repeat(50_000)}<rect/>${'</g>'.repeat(50_000)}`
    const read = () => readSvg(page(inside), { limits: { depth: 1e6 } })
    expect(read).toThrowError(
      expect.objectContaining({ code: 'ERR_SVG_LIMIT', detail: expect.objectContaining({ limit: 'memory' }) }),
    )
  })
})
