import { describe, expect, it } from 'vitest'
import { drawn } from '../support.ts'

/** The strokes of `decorated` that `plain` lacks: the lines along the text. */
function added(plain: string, decorated: string): number[][] {
  const without = new Set(drawn(plain).map(String))
  return drawn(decorated).filter((stroke) => !without.has(String(stroke)))
}

const TEXT = '<text x="10" y="50" font-size="10">Ab c</text>'
const along = (decoration: string): number[][] => added(TEXT, TEXT.replace('<text', `<text ${decoration}`))
const UNDER = 'text-decoration="underline"'

describe('lines along text', () => {
  it('are one stroke each, under, over and through the text', () => {
    const [under = []] = along(UNDER)
    const [start, , end = 0] = under
    expect(start).toBe(10)
    expect(end).toBeGreaterThan(25)
    expect(under).toEqual([10, 51, end, 51])
    expect(along('text-decoration="overline"')).toEqual([[10, 41, end, 41]])
    expect(along('text-decoration="line-through"')).toEqual([[10, 47, end, 47]])
    expect(along('style="text-decoration: underline dotted red"')).toEqual([under])
    expect(along('style="text-decoration-line: overline underline"')).toHaveLength(2)
  })

  it('are absent for `none` and for unknown values', () => {
    for (const value of ['none', 'underline,overline', 'underlineoverline', 'underline __proto__'])
      expect(along(`text-decoration="${value}"`)).toEqual([])
  })

  it('begin at the element that declares them', () => {
    const text = '<text y="50" font-size="10">a<tspan>b</tspan>c</text>'
    const lines = added(text, text.replace('<tspan', `<tspan ${UNDER}`))
    expect(lines).toHaveLength(1)
    expect(lines[0]?.[0]).toBeGreaterThan(4)
  })

  it('are inherited from a group', () => {
    expect(added(TEXT, `<g ${UNDER}>${TEXT}</g>`)).toHaveLength(1)
  })

  it('stay straight under letters that are raised, smaller, or from right to left', () => {
    for (const inside of ['', 'direction="rtl" unicode-bidi="bidi-override"']) {
      const text = `<text x="50" y="50" font-size="10" ${inside}>a<tspan baseline-shift="super" font-size="5">b</tspan>c</text>`
      const lines = added(text, text.replace('<text', `<text ${UNDER}`))
      expect(lines).toEqual([[expect.any(Number), 51, expect.any(Number), 51]])
    }
  })

  it('are one stroke for each letter when letters are rotated or follow a curve', () => {
    const turned = '<text y="50" rotate="0 30" font-size="10">abc</text>'
    expect(added(turned, turned.replace('<text', `<text ${UNDER}`))).toHaveLength(3)
    const path = '<defs><path id="p" d="M10 50 Q 50 0 90 50"/></defs><text><textPath href="#p">abc</textPath></text>'
    expect(added(path, path.replace('<text>', `<text ${UNDER}>`))).toHaveLength(3)
  })

  it('are absent under hidden letters', () => {
    expect(drawn(`<text y="50" visibility="hidden" ${UNDER}>ab</text>`)).toEqual([])
    const text = '<text y="50">a<tspan opacity="0">b</tspan>c</text>'
    expect(added(text, text.replace('<text', `<text ${UNDER}`))).toHaveLength(2)
  })
})
