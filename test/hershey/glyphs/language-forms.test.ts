import { describe, expect, it } from 'vitest'
import { layoutText } from '../../../src/hershey/index.ts'
import { drawingToSvg, readSvg } from '../../../src/svg/index.ts'

const drawn = (text: string, font: string, language?: string) =>
  Array.from(layoutText(text, { font, ...(language !== undefined && { language }) }).strokes.points, (value) =>
    Number(value.toFixed(6)),
  )
const differs = (text: string, font: string, language: string) =>
  drawn(text, font, language).join() !== drawn(text, font).join()

describe('the language of a text', () => {
  it.each([
    ['б', 'linnet', 'sr'],
    ['б', 'rowmans', 'mk'],
    ['гпт', 'wren', 'sr-Cyrl-RS'],
    ['гдпт', 'heron', 'sr'],
    ['дикпт', 'heron', 'bg'],
    ['ćńóśź', 'linnet', 'pl'],
    ['ÓŚ', 'rowmans', 'pl-PL'],
    ['l·l', 'rowmans', 'ca'],
    ['ş', 'linnet', 'ro'],
  ])('changes %s in %s for %s, and not for English', (text, font, language) => {
    const units = text.includes('·') ? [text] : Array.from(text)
    expect(units.filter((unit) => !differs(unit, font, language))).toEqual([])
    expect(differs(text, font, 'en')).toBe(false)
  })

  it('may give a letter the shape of another letter of the font', () => {
    expect(drawn('п', 'wren', 'sr').length).toBe(drawn('ū', 'wren').length)
    expect(drawn('и', 'linnet', 'bg')).toEqual(drawn('u', 'linnet'))
    expect(drawn('şţ', 'heron', 'ro')).toEqual(drawn('șț', 'heron'))
  })

  it('changes no digits, and no letters for which the language has no form of its own', () => {
    for (const font of ['linnet', 'wren', 'rowmans'])
      for (const language of ['sr', 'bg', 'pl', 'ro', 'ca', 'tr'])
        expect(differs('БГДПТ 123 abc é', font, language), `${font} ${language}`).toBe(false)
  })

  it('applies in an SVG too', () => {
    const svg = (lang: string) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="50mm" height="20mm"><text y="40" lang="${lang}">обгон</text></svg>`
    const svgIn = (lang: string, font: string) => drawingToSvg(readSvg(svg(lang), { font }).drawing)
    for (const font of ['rowmans', 'wren']) expect(svgIn('sr', font)).not.toBe(svgIn('ru', font))
  })

  it('is not needed for the dots and accents of Turkish and Dutch, in five fonts', () => {
    for (const font of ['linnet', 'heron', 'wren', 'rowmans', 'EMSTech']) {
      expect(drawn('ı', font).length, font).toBeLessThan(drawn('i', font).length)
      expect(drawn('İ', font).length, font).toBeGreaterThan(drawn('I', font).length)
      expect(layoutText('bíj́na ĳ Ĳ', { font }).missing).toEqual([])
    }
  })
})

describe('small Cyrillic letters of wren', () => {
  it('are joined', () => {
    const strokes = (text: string) => layoutText(text, { font: 'wren' }).strokes.starts.length - 1
    expect(strokes('лимон')).toBe(1)
    expect(strokes('машина')).toBe(1)
  })
})
