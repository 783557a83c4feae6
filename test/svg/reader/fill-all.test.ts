import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { type ReadOptions, readingWarnings, readSvg } from '../../../src/svg/index.ts'

const read = (content: string, options: ReadOptions) =>
  readSvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 40 40">${content}</svg>`,
    options,
  )

const HATCH: ReadOptions = { fill: { mode: 'hatch', spacing: 2, angle: 0 } }
const EMPTY = '<path d="M5 5H35V35H5Z" fill="none" stroke="black"/>'

describe('the SVG reader', () => {
  it('leaves a closed shape without a fill empty, and warns about the shape', () => {
    const reading = read(EMPTY, HATCH)
    expect(strokeCount(reading.drawing)).toBe(1)
    expect(readingWarnings(reading)).toEqual([
      { code: 'not-filled', count: 1, message: expect.stringContaining('--fill-all fills it') },
    ])
  })

  it('hatches a closed shape without a fill when fillAll is set', () => {
    const reading = read(EMPTY, { ...HATCH, fillAll: true })
    expect(strokeCount(reading.drawing)).toBe(1 + 15)
    expect(readingWarnings(reading)).toEqual([])
  })

  it('hatches a closed shape with a non-scaling stroke when fillAll is set', () => {
    const fixed = EMPTY.replace('/>', ' vector-effect="non-scaling-stroke"/>')
    expect(strokeCount(read(fixed, { ...HATCH, fillAll: true }).drawing)).toBe(1 + 15)
  })

  it.each([
    ['open lines', '<path d="M5 5H35V35" fill="none" stroke="black"/>', HATCH],
    ['filled shapes', EMPTY.replace('none', 'black'), HATCH],
    ['closed shapes when it hatches nothing', EMPTY, {}],
  ])('does not warn about %s', (_, content, options) => {
    expect(readingWarnings(read(content, options))).toEqual([])
  })
})
