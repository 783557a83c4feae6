import { describe, expect, it } from 'vitest'
import { type FileKind, fileKind } from '../../../clients/web/src/compose/file-kind.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const kindOf = (text: string, name: string): FileKind => fileKind(bytes(text), name)

describe('a file that the user drops on the page', () => {
  it.each([
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'a.svg', 'svg'],
    [
      'an SVG after a byte order mark',
      '\u00ef\u00bb\u00bf<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg>',
      'a.svg',
      'svg',
    ],
    ['an SVG after a long comment', `<?xml version="1.0"?><!--${' long '.repeat(2000)}--><svg>`, 'a.svg', 'svg'],
    ['a compressed SVG', '\u001f\u008b\u0008', 'a.svgz', 'svg'],
    ['a PNG with the wrong ending', '\u0089PNG\r\n', 'renamed.svg', 'photo'],
    ['a JPEG', '\u00ff\u00d8\u00ff\u00e0', 'a.jpg', 'photo'],
    ['a table', 'Name,Message\nAda,Hello', 'guests.CSV', 'table'],
    ['a table that begins with BM', 'BMI,Name,Message\n21,Ada,Hello', 'patients.csv', 'table'],
    ['a text that begins with BM', 'BMW and more', 'cars.txt', 'document'],
    ['a PDF with the wrong ending', '%PDF-1.7', 'drawing.svg', 'document'],
    ['a DXF', '  0\r\nSECTION\r\n  2\r\nHEADER', 'a.dxf', 'document'],
    ['HP-GL', 'IN;SP1;PU0,0;PD10,10;', 'a.plt', 'document'],
    ['a text', 'Dear Ada, hello', 'a.txt', 'document'],
  ])('is accepted when plotd draws it: %s', (_, text, name, is) => {
    expect(kindOf(text, name).is).toBe(is)
  })

  it.each([
    ['a.gif', 'GIF89a', /a GIF picture\. Save it as PNG/],
    ['a.webp', 'RIFF\u0001\u0002\u0003\u0004WEBPVP8', /a WebP picture/],
    ['IMG_1.HEIC', '\u0000\u0000\u0000\u0018ftypheic', /a HEIC picture/],
    ['a.bmp', 'BM\u0036\u0010\u000e\u0000\u0000\u0000\u0000\u0000\u0036', /a BMP picture/],
    ['a.avif', '\u0000\u0000\u0000\u0018ftypavif', /an AVIF picture\. Save it as PNG/],
    ['a.mp4', '\u0000\u0000\u0000\u0018ftypisom', /a video/],
    ['letter.docx', 'PK\u0003\u0004', /a ZIP archive or an office document/],
    ['a.html', '<!doctype html><html>', /an HTML page/],
    ['b.html', '\n<html><body><svg viewBox="0 0 8 8"></svg></body></html>', /an HTML page/],
    ['empty.svg', '', /an empty file/],
  ])('gets a message that names its kind when plotd does not draw it: %s', (name, text, words) => {
    const kind = kindOf(text, name)
    expect(kind.is === 'other' && kind.words).toMatch(words)
  })
})
