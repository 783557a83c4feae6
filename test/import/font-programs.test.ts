import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { codesOf, glyphCharacters } from '../../src/import/pdf/font-programs.ts'

/** A TrueType font whose only table is a `cmap` of format 4: from U+0041 on, glyphs 3, 4, 5. */
function fontProgram(): Buffer {
  const cmap = Buffer.alloc(12 + 14 + 2 * 8 + 2)
  cmap.writeUInt16BE(1, 2)
  cmap.writeUInt16BE(3, 4)
  cmap.writeUInt16BE(1, 6)
  cmap.writeUInt32BE(12, 8)
  const offset = 12
  cmap.writeUInt16BE(4, offset)
  cmap.writeUInt16BE(4, offset + 6)
  const [ends, starts, deltas] = [offset + 14, offset + 16 + 4, offset + 16 + 8]
  cmap.writeUInt16BE(0x43, ends)
  cmap.writeUInt16BE(0xffff, ends + 2)
  cmap.writeUInt16BE(0x41, starts)
  cmap.writeUInt16BE(0xffff, starts + 2)
  cmap.writeInt16BE(3 - 0x41, deltas)
  const head = Buffer.alloc(28)
  head.writeUInt16BE(1, 4)
  head.write('cmap', 12, 'latin1')
  head.writeUInt32BE(28, 20)
  return Buffer.concat([head, cmap])
}

const font = (more = '') =>
  `<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Plain /Encoding /Identity-H ${more} /DescendantFonts [2 0 R] >>`

function file(fontObject: string, program = fontProgram()): Uint8Array {
  const packed = deflateSync(program)
  const objects = [
    `1 0 obj ${fontObject} endobj`,
    '2 0 obj << /Subtype /CIDFontType2 /FontDescriptor 3 0 R >> endobj',
    '3 0 obj << /FontFile2 4 0 R >> endobj',
    '5 0 obj 999999 endobj',
    `4 0 obj << /Length 5 0 R /Filter /FlateDecode >>\nstream\n${packed.toString('latin1')}\nendstream endobj`,
  ]
  return new Uint8Array(Buffer.from(`%PDF-1.4\n${objects.join('\n')}\n`, 'latin1'))
}

/** A font program whose table `cmap` of format 12 has many groups, each of all code points. */
function hugeProgram(groups = 1000): Buffer {
  const program = Buffer.alloc(28 + 12 + 16 + 12 * groups)
  fontProgram().copy(program, 0, 0, 40)
  program.writeUInt16BE(12, 40)
  program.writeUInt32BE(groups, 40 + 12)
  for (let i = 0; i < groups; i++) program.writeUInt32BE(0x10ffff, 40 + 16 + 12 * i + 4)
  return program
}

describe('the characters of fonts whose codes are glyph numbers', () => {
  it('come from the font program, which maps characters to glyphs', () => {
    expect([...glyphCharacters(fontProgram())]).toEqual([
      [3, 'A'],
      [4, 'B'],
      [5, 'C'],
    ])
    expect([...(codesOf(file(font())).get('Plain') ?? [])]).toEqual([
      [3, 'A'],
      [4, 'B'],
      [5, 'C'],
    ])
  })

  it('are not read from the font program when the file names them', () => {
    expect(codesOf(file(font('/ToUnicode 9 0 R'))).size).toBe(0)
  })

  it.each([
    ['a cut program', fontProgram().subarray(0, 50)],
    ['no program', Buffer.alloc(0)],
    ['more than 4 million codes', hugeProgram()],
    ['noise', Buffer.from(Array.from({ length: 400 }, (_, i) => (i * 7919) % 256))],
  ])('are unknown with %s', (_, program) => {
    expect(codesOf(file(font(), program)).size).toBe(0)
  })
})
