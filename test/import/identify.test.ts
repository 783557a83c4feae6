import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { PlotdError } from '../../src/errors.ts'
import { defineImporter, identify, importers, isCertain } from '../../src/import/index.ts'
import { describeDocument, importDocument } from '../../src/tasks/index.ts'

const text = (content: string): Uint8Array => new TextEncoder().encode(content)
const zip = (names: string): Uint8Array => text(`PK\u0003\u0004....${names}`)

describe('plotd, given a file,', () => {
  it.each([
    ['an SVG', text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['an SVG with a prefix', text('<svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>')],
    ['an SVG in UTF-16', new Uint8Array(Buffer.from('\ufeff<svg/>', 'utf16le'))],
    ['a packed SVG', new Uint8Array(gzipSync('<svg/>'))],
  ])('recognizes %s by its content', (_, bytes) => {
    expect(identify(bytes)).toMatchObject({ is: 'svg' })
  })

  it.each([
    ['pdf', text('%PDF-1.4\n')],
    ['pdf', text('\n\n<garbage>\n%PDF-1.7\n')],
    ['gcode', text('START_PRINT BED=0\nSET_SERVO SERVO=pen ANGLE=30\nG0 X1 Y1\nPEN_DOWN\nG1 X9\nPEN_UP\n')],
  ])('recognizes a document of the format %s by its content', (name, bytes) => {
    const kind = identify(bytes)
    expect(kind.is === 'document' && kind.importer.name).toBe(name)
  })

  it.each([
    [/a Word document/, zip('word/document.xml')],
    [/an Excel workbook/, zip('xl/workbook.xml')],
    [/a PowerPoint presentation/, zip('ppt/presentation.xml')],
    [/an OpenDocument text/, zip('mimetypeapplication/vnd.oasis.opendocument.text')],
    [/a ZIP archive/, zip('readme.txt')],
    [/an old office document/, Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1)],
    [/a HEIC picture/, text('\0\0\0\u0018ftypheic')],
    [/a GIF picture/, text('GIF89a')],
    [/a PostScript file/, text('%!PS-Adobe-3.0')],
    [/an HTML page/, text('<!DOCTYPE html><p>')],
    [/an HTML page/, text('<html><body><svg xmlns="http://www.w3.org/2000/svg"></svg><br></body></html>')],
    [/an empty file/, new Uint8Array()],
    [/a DM\/PL plotter file/, text(' ;:H A L0 EC1 U100,100 D200,200 300,300 U @\n')],
    [/a DWG drawing/, text('AC1027')],
    [/a 3D model \(STEP\)/, text("ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\n")],
    [/a 3D model \(STL\)/, text('solid part\n  facet normal 0 0 1\n    outer loop\n')],
    [/a text that is not in UTF-8/, Buffer.from('Gr\xfc\xdfe aus Wien\r\n', 'latin1')],
    [/a file that plotd does not know/, Uint8Array.of(1, 2, 3, 0xfc)],
  ])('names the kind of a file that it does not draw: %s', async (words, bytes) => {
    const refused: unknown = await describeDocument(bytes, { name: 'file' }).catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(PlotdError)
    const { code, message, detail } = refused as PlotdError
    expect(code).toBe('ERR_DOCUMENT')
    expect(message).toMatch(words)
    expect(detail['remedy']).toMatch(/\w/)
  })

  it('lists the formats that it draws, for a file that it does not know', async () => {
    await expect(describeDocument(Uint8Array.of(1, 2, 3, 0xfc), { name: 'file' })).rejects.toMatchObject({
      detail: {
        remedy: expect.stringMatching(/^plotd reads an SVG, a PDF, .*an HP-GL plotter file, .*PNG or JPEG picture\.$/),
      },
    })
  })

  it.each([
    ['a.plt', '^DF\nP1\nM100,100\nD200,200\n'],
    ['part.DXF', 'The export failed.\n'],
    ['a.plt', 'The export of page 2 failed at 10,5 mm. Please repeat it.\n'],
    ['a.nc', 'The G-code of part 2 is missing.\nGo to page A4 and export it again.\n'],
  ])('refuses a text whose file name has the ending of a drawing: %s', async (name, content) => {
    await expect(describeDocument(text(content), { name })).rejects.toMatchObject({
      code: 'ERR_DOCUMENT',
      message: expect.stringMatching(/is a text, and not an? (HP-GL|DXF|G-code)/),
    })
  })

  it.each([
    ['gcode', 'a.nc', '\ufeffG0 X0 Y0\nG1 X1 Y1\n'],
    ['gcode', 'a.nc', 'G1 X1 Y1'],
    ['gcode', 'a.nc', 'G90\nG21\nX10 Y10\nX20 Y20\n'],
    ['gcode', 'a.NC', '%\r\no100 sub\r\n#1=3\r\ng1 x#1\r\no100 endsub\r\n\r\ng0 x5\r\nm2\r\n'],
    ['gcode', 'a.gcode', `${'; thumbnail \n'.repeat(9000)}G0 X0\nG1 X1\n`],
    ['gcode', 'a.gcode', '// a comment\nM117 Ready\nG0 X0 Y0\nM3 S90\n'],
    ['hpgl', 'a.plt', 'PD100,100;'],
    ['hpgl', 'a.plt', '\ufeff \r\nin;pu0,0;'],
    ['hpgl', 'a.plt', `IN;DT~;LB${'many words '.repeat(900)}~;PU0,0;PD9,9;`],
    ['hpgl', 'a.plt', 'IN;WU;ZZ1;EU;XX;PU0,0;PD100,100;@'],
    ['dxf', 'a.dxf', `\ufeff${'999\r\na comment\r\n'.repeat(900)}999\r\n\r\n  0\r\nSECTION\r\n`],
    ['dxf', 'a.dxf', '\r\n999\r0\r0\rSECTION\r2\rENTITIES\r'],
  ])(
    'recognizes the format %s of a file with a name, also by few signs or by signs after long comments: %s, %#',
    (format, name, content) => {
      const kind = identify(text(content), name)
      expect(kind.is === 'document' && kind.importer.name).toBe(format)
    },
  )

  it.each([
    ['a.nc', 'G21\nG0 X1 Y1\nG1 X9 Y1\n'],
    ['a.plt', 'IN;SP1;PU40,40;PD400,40;PU;'],
    ['a.dxf', '0\nSECTION\n2\nENTITIES\n0\nLINE\n10\n0\n20\n0\n11\n9\n21\n0\n0\nENDSEC\n0\nEOF\n'],
    ['a.txt', 'Hello'],
  ])('reads a file in UTF-16 as in UTF-8: %s', async (name, content) => {
    const little = Buffer.from(`\ufeff${content}`, 'utf16le')
    const { svg } = await importDocument(text(content), { name })
    for (const bytes of [little, Buffer.from(little).swap16()])
      expect((await importDocument(bytes, { name })).svg).toBe(svg)
  })

  it('prefers a custom importer, and the kind of the content, to a format that only the name tells', () => {
    const content = text('%!PS\nX1 Y2\n')
    expect(identify(content, 'a.nc')).toMatchObject({ what: 'a PostScript file' })
    const read = () => ({ svg: '', notes: [] })
    const own = defineImporter({ name: 'own', title: 'a drawing', extensions: [], sniff: () => true, read })
    const lines = text('L1 FIRST\nX1 Y2\n')
    expect(identify(lines, 'a.nc', [own])).toMatchObject({ importer: own })
    expect([identify(lines, 'a.nc'), identify(text('G0 X1\nG1 X2\n'), 'a.nc')].map(isCertain)).toEqual([false, true])
  })

  it.each([
    ['text', 'letter.txt', 'Dear Ada,\nput <svg> into the file.\n'],
    ['text', 'letter.txt', 'Hi <Ada>,\nsee you.\n'],
    ['text', 'letter.txt', 'solid advice\nof a friend\n'],
    ['text', 'letter.txt', 'ISO-10303-21 is a format of files.\n'],
    ['markdown', 'letter.md', '# T\n\n<div>a</div>\n'],
    ['markdown', 'letter.md', '<div>a</div>\n\n# T\n'],
    ['markdown', 'letter.md', '# T\n\n```\n<svg width="9"/>\n```\n'],
  ])('recognizes a %s that contains markup, or begins with a word of 3D models: %s, %j', (format, name, content) => {
    const kind = identify(text(content), name)
    expect(kind.is === 'document' && kind.importer.name).toBe(format)
  })

  it('takes a file named .svg for an SVG, even with words before the SVG', () => {
    expect(identify(text('saved by a program: <svg/>'), 'a.svg')).toMatchObject({ is: 'svg' })
  })

  it('names the task that draws a picture', async () => {
    expect(await describeDocument(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toEqual({
      format: 'jpeg',
      task: 'photo',
      pages: 1,
    })
  })

  it('lets no importer claim an SVG, except those of plain text', () => {
    const svg = text('<svg xmlns="http://www.w3.org/2000/svg"><text>%PDF-1.4 0 SECTION IN;PU;G1 X1</text></svg>')
    expect(
      importers.filter((importer) => !importer.isPlainText && importer.sniff(svg, '')).map(({ name }) => name),
    ).toEqual([])
  })
})
