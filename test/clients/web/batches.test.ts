import { describe, expect, it } from 'vitest'
import { type FileKind, fileKind } from '../../../clients/web/src/compose/file-kind.ts'
import { firstMap, rowsWords, sampleRows, totalWords } from '../../../clients/web/src/compose/merge-plan.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const kindOf = (text: string, name: string): FileKind => fileKind(bytes(text), name)

describe('a file that the user drops on the page', () => {
  it.each([
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'a.svg', 'svg'],
    ['\u00ef\u00bb\u00bf<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg>', 'a.svg', 'svg'],
    [`<?xml version="1.0"?><!--${' long '.repeat(2000)}--><svg>`, 'a.svg', 'svg'],
    ['\u001f\u008b\u0008', 'a.svgz', 'svg'],
    ['\u0089PNG\r\n', 'renamed.svg', 'photo'],
    ['\u00ff\u00d8\u00ff\u00e0', 'a.jpg', 'photo'],
    ['Name,Message\nAda,Hello', 'guests.CSV', 'table'],
    ['%PDF-1.7', 'drawing.svg', 'document'],
    ['  0\r\nSECTION\r\n  2\r\nHEADER', 'a.dxf', 'document'],
    ['IN;SP1;PU0,0;PD10,10;', 'a.plt', 'document'],
    ['Dear Ada, hello', 'a.txt', 'document'],
  ])('is accepted when plotd draws it: %j', (text, name, is) => {
    expect(kindOf(text, name).is).toBe(is)
  })

  it.each([
    ['GIF89a', 'a.gif', /a GIF picture\. Save it as PNG/],
    ['RIFF\u0001\u0002\u0003\u0004WEBPVP8', 'a.webp', /a WebP picture/],
    ['\u0000\u0000\u0000\u0018ftypheic', 'IMG_1.HEIC', /a HEIC picture/],
    ['PK\u0003\u0004', 'letter.docx', /a ZIP archive or an office document/],
    ['<!doctype html><html>', 'a.html', /an HTML page/],
    ['', 'a.svg', /an empty file/],
  ])('is named when plotd does not draw it: %j', (text, name, words) => {
    const kind = kindOf(text, name)
    expect(kind.is === 'other' && kind.words).toMatch(words)
  })
})

describe('a mail merge on the page', () => {
  const params = ['recipient', 'message', 'address', 'greetingFont']

  it('maps each column to the parameter of its name, and usual names to the parameters that they mean', () => {
    expect(firstMap(['Name', 'Text', 'Greeting font', 'Street', ''], params)).toEqual({
      Name: 'recipient',
      Text: 'message',
      'Greeting font': 'greetingFont',
      Street: '',
    })
  })

  it('leaves a usual name unused when another column has the exact name', () => {
    expect(firstMap(['name', 'recipient'], params)).toEqual({ name: '', recipient: 'recipient' })
    expect(firstMap(['name', 'to'], params)).toEqual({ name: 'recipient', to: '' })
  })

  it('previews the first, the last, and some cards between them', () => {
    expect(sampleRows([2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual([2, 4, 6, 8, 10])
    expect(sampleRows([2, 3])).toEqual([2, 3])
    expect(sampleRows([7])).toEqual([7])
    expect(sampleRows([])).toEqual([])
  })

  it('gives the time of all cards, as an estimate when not all were rendered', () => {
    expect(totalWords(2, [240, 300], 1)).toBe('2 cards, 9 minutes of drawing')
    expect(totalWords(194, [240, 300], 2)).toBe('194 cards, about 29 h 6 min of drawing')
    expect(totalWords(1, [], 1)).toBe('1 card')
  })

  it('names few rows, and counts many', () => {
    expect(rowsWords([2, 5])).toBe('row 2, 5')
    expect(rowsWords([3, 4, 5, 6, 7])).toBe('5 rows, from row 3')
  })
})
