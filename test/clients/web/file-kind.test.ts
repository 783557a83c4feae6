import { describe, expect, it } from 'vitest'
import { type FileKind, fileKind } from '../../../clients/web/src/compose/file-kind.ts'

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
