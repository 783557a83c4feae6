import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { parseHand } from '../../../src/hershey/fonts/hand-font.ts'
import { resolve } from '../../../src/hershey/glyphs/resolve.ts'
import { coverage, loadFont } from '../../../src/hershey/index.ts'

const LATIN = Array.from({ length: 0x180 - 0xa1 }, (_, i) => String.fromCodePoint(0xa1 + i)).filter(
  (c) => c !== '\u00AD',
)
const ASCII = Array.from({ length: 0x7f - 0x21 }, (_, i) => String.fromCodePoint(0x21 + i))

describe.each(['linnet', 'heron', 'wren'])('the hand %s', (name) => {
  const font = loadFont(name)

  it('draws all visible characters of ASCII, Latin-1 and Latin Extended-A itself', () => {
    const notDrawn = [...ASCII, ...LATIN].filter((char) => {
      const resolved = resolve(font, char, false)
      return resolved.how === 'missing' || resolved.how === 'substituted' || strokeCount(resolved.glyph.strokes) === 0
    })
    expect(notDrawn).toEqual([])
  })

  it('draws Greek and Cyrillic itself', () => {
    const text = 'Ξεσκεπάζω την ψυχοφθόρα βδελυγμία ΔΘΛΣΨΩ. Съешь ещё этих мягких французских булок, чаю; їжак є ґ'
    expect(coverage(text, font).complete).toBe(true)
  })

  it('has five faces of the same metrics, with another form of a letter in each', () => {
    expect(font.faces).toHaveLength(5)
    for (const face of font.faces ?? []) expect(face.metrics).toBe(font.metrics)
    for (const char of ['a', 'E', 'é', 'Ž', '7', '.']) {
      const forms = font.faces?.map((face) => {
        const resolved = resolve(face, char, false)
        return resolved.how === 'missing' ? '' : resolved.glyph.strokes.points.join()
      })
      expect(new Set(forms).size, char).toBe(5)
    }
  })

  it('is loaded with the same faces each time', () => {
    expect(loadFont(name).faces?.[3]?.glyphs.get(97)).toBe(font.faces?.[3]?.glyphs.get(97))
  })
})

describe('a hand in a file', () => {
  const info = loadFont('linnet').info
  it('is refused with an error that names the line when a point is wrong', () => {
    expect(() => parseHand('@ bearing 5\n@ space 20\na - 1,2 x,4', info, () => '')).toThrow(
      expect.objectContaining({
        code: 'ERR_FONT_INVALID',
        message: expect.stringMatching(/line 3: expected points x,y/),
      }),
    )
  })

  it('has no glyph of a character that equals an undrawn one', () => {
    const { glyphs } = parseHand('@ bearing 5\n@ space 20\na - 1,2 3,4\nб = b\nа = a', info, () => '')
    expect([...glyphs.keys()].map((code) => String.fromCodePoint(code))).toEqual(['a', 'а', ' '])
  })
})
