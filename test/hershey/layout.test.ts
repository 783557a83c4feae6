import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../src/geometry/drawing.ts'
import { layoutText } from '../../src/hershey/index.ts'

describe('text', () => {
  it('stands on a first baseline at y = 0, starts at x = 0 and has capitals of the size asked', () => {
    const { bounds, ascent } = layoutText('HEH', { size: 7 })
    expect(bounds.minY).toBeCloseTo(-7)
    expect(bounds.maxY).toBeCloseTo(0)
    expect(bounds.minX).toBeGreaterThanOrEqual(0)
    expect(ascent).toBeCloseTo(7)
  })

  it('is as wide as the sum of its advances', () => {
    const width = (text: string) => layoutText(text, { size: 21 }).width
    expect(width('A')).toBeCloseTo(18)
    expect(width('AVA')).toBeCloseTo(width('A') + width('V') + width('A'))
  })

  it('reports what nothing can draw, with counts, and draws nothing for it', () => {
    const layout = layoutText('a🦄b🦄 漢', { size: 5 })
    expect(layout.missing).toEqual([
      { char: '🦄', codePoint: 0x1f984, count: 2 },
      { char: '漢', codePoint: 0x6f22, count: 1 },
    ])
    expect(strokeCount(layout.strokes)).toBe(strokeCount(layoutText('ab').strokes))
  })
})
