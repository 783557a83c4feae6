import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { layoutText, notesOn } from '../../../src/hershey/index.ts'

const SIZE = 21
const draw = (text: string, font: string) => layoutText(text, { font, size: SIZE }).strokes
/** The strokes that `text` draws after those of `base`. */
function added(text: string, base: string, font: string) {
  const [whole, bare] = [draw(text, font), strokeCount(draw(base, font))]
  return strokesOf(...Array.from({ length: strokeCount(whole) - bare }, (_, i) => [...stroke(whole, bare + i)]))
}

describe.each(['rowmans', 'rowmant', 'timesi', 'scripts', 'gothiceng'])('accents in %s', (font) => {
  it.each(Array.from('éèêëẽēĕėěẻ'))(
    'put the mark of %s above its letter without touching it, centred along the slant of the font',
    (letter) => {
      const mark = boundsOf(added(letter, 'e', font))
      const base = boundsOf(draw('e', font))
      expect(mark.maxY).toBeLessThan(base.minY)
      expect(mark.maxY).toBeGreaterThan(base.minY - 5)
      const lean = /timesi|scripts/.test(font) ? 0.3 * (base.maxY - base.minY) : 0
      const off = (mark.minX + mark.maxX) / 2 - (base.minX + base.maxX) / 2
      expect(Math.abs(off - lean)).toBeLessThan(2)
    },
  )

  it.each(Array.from('ạç'))('hang the mark of %s below its letter', (letter) => {
    const base = letter === 'ạ' ? 'a' : 'c'
    expect(boundsOf(added(letter, base, font)).minY).toBeGreaterThanOrEqual(boundsOf(draw(base, font)).maxY - 0.5)
  })

  it('do not change the advance of the letter', () => {
    const width = (text: string) => layoutText(text, { font }).width
    for (const [letter = '', base = ''] of ['ée', 'ñn']) expect(width(letter)).toBeCloseTo(width(base))
  })
})

describe('composed letters', () => {
  it('have no dot on an i that carries an accent', () => {
    expect(strokeCount(draw('í', 'rowmans'))).toBe(strokeCount(draw('i', 'rowmans')))
    expect(strokeCount(draw('ï', 'rowmans'))).toBe(strokeCount(draw('i', 'rowmans')) + 1)
  })

  it('stack marks', () => {
    const one = boundsOf(draw('ê', 'rowmans'))
    const two = boundsOf(draw('ế', 'rowmans'))
    expect(two.minY).toBeLessThan(one.minY - 4)
  })

  it('are the same for a precomposed character and for a letter with a combining mark', () => {
    expect(draw('e\u0301', 'rowmans')).toEqual(draw('é', 'rowmans'))
  })

  it('use the glyph of the font where there is one', () => {
    expect(notesOn('é', 'EMSTech')).toEqual([])
    expect(notesOn('é', 'rowmans')).toMatchObject([{ how: 'composed' }])
  })

  it('have the caron of a d at its right', () => {
    const mark = boundsOf(added('ď', 'd', 'rowmans'))
    expect(mark.minX).toBeGreaterThan(boundsOf(draw('d', 'rowmans')).maxX)
  })

  it('have the mark of their language: a Latvian ģ has it above, and Turkish ş differs from Romanian ș', () => {
    expect(strokeCount(draw('ņ', 'rowmans'))).toBe(strokeCount(draw('n', 'rowmans')) + 1)
    expect(boundsOf(draw('ģ', 'rowmans')).minY).toBeLessThan(boundsOf(draw('g', 'rowmans')).minY)
    expect(draw('ş', 'rowmans')).not.toEqual(draw('ș', 'rowmans'))
  })

  it('are made for whole alphabets: no letter of these is missing, and only Þ may be replaced', () => {
    const alphabets = [
      'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ',
      'ĄĆĘŁŃÓŚŹŻąćęłńóśźż ČĎĚŇŘŠŤŮŽčďěňřšťůž ĐŽđž ŐŰőű ĂÂÎȘȚăâîșț ĞİıŞğş ĀĒĢĪĶĻŅŪāēģīķļņū',
      'ĂÂĐÊÔƠƯăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ ĦħĊċĠġŻż Œœ',
    ]
    for (const font of ['rowmans', 'timesr', 'EMSReadability']) {
      for (const text of alphabets) {
        const layout = layoutText(text, { font })
        expect(layout.missing, font).toEqual([])
        expect(
          layout.substituted.filter(({ char }) => char !== 'Þ'),
          font,
        ).toEqual([])
      }
    }
  })
})

describe('punctuation', () => {
  it('has a full stop on the baseline in four fonts for text', () => {
    for (const font of ['futural', 'cursive', 'timesr', 'rowmans']) {
      expect(boundsOf(draw('.', font)).maxY, font).toBeCloseTo(0)
    }
  })

  it('has a hyphen shorter than the en dash, and an en dash shorter than the em dash', () => {
    const length = (text: string) => {
      const { minX, maxX } = boundsOf(draw(text, 'rowmans'))
      return maxX - minX
    }
    expect(length('-')).toBeLessThan(0.7 * length('–'))
    expect(length('–')).toBeLessThan(length('—'))
    expect(length('−')).toBe(length('–'))
  })

  it('has quotes that open and close', () => {
    expect(draw('“', 'timesr')).not.toEqual(draw('”', 'timesr'))
    const [open, close] = [boundsOf(draw('“', 'timesr')), boundsOf(draw('”', 'timesr'))]
    expect(open.maxY).toBeLessThan(-10)
    expect(open.minY).toBeCloseTo(close.minY)
    expect(boundsOf(draw('„', 'timesr')).maxY).toBeGreaterThan(0)
  })
})
