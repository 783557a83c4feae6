import { deflateSync } from 'node:zlib'
import { pdfFile, stream } from '../../support/pdf-file.ts'
import { chance, filled, type HostileDocument, nested, power } from './make.ts'

const fileOf = (name: string, document: HostileDocument['document']): HostileDocument => ({
  format: 'pdf',
  name,
  document,
})
const form = (content: string, entries = ''): string =>
  stream(content, `/Type /XObject /Subtype /Form /BBox [0 0 100 100] ${entries}`)
const xObject = (name: string, number: number): string => `/Resources << /XObject << /${name} ${number} 0 R >> >>`
/** A stream that is packed `times` times. */
function packed(text: Buffer, entries: string, times = 1): string {
  let bytes = text
  for (let i = 0; i < times; i++) bytes = deflateSync(bytes)
  const filters = Array.from({ length: times }, () => '/FlateDecode').join(' ')
  return stream(bytes.toString('latin1'), `/Filter [${filters}] ${entries}`)
}
const tile = (content: string, resources: string): string =>
  stream(
    content,
    `/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << ${resources} >>`,
  )
const FILL = '/Pattern cs /P scn 0 0 90 90 re f'
const pattern = (number: number): string => `/Pattern << /P ${number} 0 R >>`
/** A page that fills a box with the pattern in object 10. */
const tiled = (...objects: string[]): Uint8Array => pdfFile([FILL], { resources: pattern(10), objects })
/** A font whose letter a is the drawing in another object. */
const letter = (drawing: number, resources: string): string =>
  `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a ${drawing} 0 R >> ` +
  `/Encoding << /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [1] /Resources << ${resources} >> >>`
const scribble = (count: number): string =>
  Array.from(
    { length: Math.max(3, Math.trunc(count)) },
    (_, i) => `${chance(i, 100)} ${chance(7 * i + 3, 100)} ${i === 0 ? 'm' : 'l'}\n`,
  ).join('')

export const PDFS: readonly HostileDocument[] = [
  fileOf('forms that double', () =>
    pdfFile(['/X Do'], {
      resources: '/XObject << /X 10 0 R >>',
      objects: Array.from({ length: 50 }, (_, i) => form('/X Do /X Do', i < 49 ? xObject('X', 11 + i) : '')),
    }),
  ),
  fileOf('forms that double and draw', () =>
    pdfFile(['/X Do'], {
      resources: '/XObject << /X 10 0 R >>',
      objects: Array.from({ length: 30 }, (_, i) =>
        form(i < 29 ? '/X Do /X Do' : '0 0 m 9 9 l S', i < 29 ? xObject('X', 11 + i) : ''),
      ),
    }),
  ),
  fileOf('a chain of forms', (size) => {
    const count = Math.max(2, Math.trunc(size / 200))
    return pdfFile(['/X Do'], {
      resources: '/XObject << /X 10 0 R >>',
      objects: Array.from({ length: count }, (_, i) =>
        form('0 0 m 9 9 l S /X Do', i < count - 1 ? xObject('X', 11 + i) : ''),
      ),
    })
  }),
  fileOf('a form that draws itself', () =>
    pdfFile(['/X Do'], {
      resources: '/XObject << /X 10 0 R >>',
      objects: [form('0 0 m 9 9 l S /X Do', xObject('X', 10))],
    }),
  ),
  fileOf('a pattern that draws itself', () => tiled(tile(FILL, pattern(10)))),
  fileOf('a pattern that draws itself, as the ink of a line', () =>
    pdfFile(['/Pattern CS /P SCN 0 0 m 9 9 l S'], {
      resources: pattern(10),
      objects: [tile('/Pattern CS /P SCN 0 0 m 9 9 l S', pattern(10))],
    }),
  ),
  fileOf('a packed pattern that draws itself', () =>
    tiled(
      packed(
        Buffer.from(FILL),
        `/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << ${pattern(10)} >>`,
      ),
    ),
  ),
  fileOf('a pattern without resources that draws itself', () =>
    tiled(stream(FILL, '/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9')),
  ),
  fileOf('two patterns that draw each other', () => tiled(tile(FILL, pattern(11)), tile(FILL, pattern(10)))),
  fileOf('a pattern that draws itself by a form', () =>
    tiled(tile('/X Do', '/XObject << /X 11 0 R >>'), form(FILL, `/Resources << ${pattern(10)} >>`)),
  ),
  fileOf('a pattern that draws itself by a mask', () =>
    tiled(
      tile('/G gs 0 0 9 9 re f', '/ExtGState << /G << /SMask << /S /Luminosity /G 11 0 R >> >> >>'),
      form(FILL, `/Group << /S /Transparency /CS /DeviceGray >> /Resources << ${pattern(10)} >>`),
    ),
  ),
  fileOf('a pattern that draws itself by a drawn letter', () =>
    tiled(tile('BT /T 1 Tf (a) Tj ET', '/Font << /T 11 0 R >>'), letter(12, pattern(10)), stream(`1 0 d0 ${FILL}`)),
  ),
  fileOf('a drawn letter that draws itself', () =>
    pdfFile(['BT /T 9 Tf (a) Tj ET 0 0 m 9 9 l S'], {
      resources: '/Font << /T 10 0 R >>',
      objects: [letter(11, '/Font << /T 10 0 R >>'), stream('1 0 d0 BT /T 1 Tf (a) Tj ET')],
    }),
  ),
  fileOf('a chain of patterns', (size) => {
    const count = Math.max(2, Math.trunc(size / 250))
    return tiled(...Array.from({ length: count }, (_, i) => tile(FILL, i < count - 1 ? pattern(11 + i) : '')))
  }),
  fileOf('patterns that double', () =>
    tiled(
      ...Array.from({ length: 60 }, (_, i) =>
        i % 2 === 0
          ? tile('/X Do /Y Do', `/XObject << /X ${11 + i} 0 R /Y ${11 + i} 0 R >>`)
          : form(FILL, i < 59 ? `/Resources << ${pattern(11 + i)} >>` : ''),
      ),
    ),
  ),
  fileOf('a form that draws itself, many times in the file', (size) =>
    pdfFile(['/X Do 0 0 m 9 9 l S'], {
      resources: '/XObject << /X 10 0 R >>',
      objects: [filled(size, () => `<< >> endobj\n10 0 obj\n${form('/X Do', xObject('X', 10))}\nendobj\n10 0 obj\n`)],
    }),
  ),
  fileOf('a pattern of small cells', () =>
    pdfFile(['/Pattern cs /P scn 0 0 100 100 re f'], {
      resources: '/Pattern << /P 10 0 R >>',
      objects: [
        stream(
          '0 0 m 1 1 l S',
          '/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.00001 /YStep 0.00001 /Resources << >>',
        ),
      ],
    }),
  ),
  fileOf('a pattern far from the page', () =>
    pdfFile(['/Pattern cs /P scn 0 0 100 100 re f'], {
      resources: pattern(10),
      objects: [
        stream(
          '0 0 m 1 1 l S',
          `/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Matrix [1 0 0 1 1${'0'.repeat(21)} 0]`,
        ),
      ],
    }),
  ),
  fileOf('one pattern on many shapes', (size) =>
    pdfFile([`/Pattern cs /P scn ${'0 0 100 100 re f '.repeat(size / 17)}`], {
      resources: '/Pattern << /P 10 0 R >>',
      objects: [
        stream(
          '0 0 m 1 1 l S',
          '/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 1 /YStep 1 /Resources << >>',
        ),
      ],
    }),
  ),
  fileOf('streams that stay open', (size) =>
    Buffer.from(`${text(pdfFile(['0 0 m 9 9 l S']))}${'1 0 obj <</Filter /FlateDecode>> stream\n'.repeat(size / 40)}`),
  ),
  fileOf('very many saved states', (size) => pdfFile([`${'q '.repeat(size / 2)}0 0 m 9 9 l S`])),
  fileOf('saved states after restores', (size) => {
    const [restores, saves] = ['Q '.repeat(size / 4), 'q '.repeat(size / 4)]
    return pdfFile([`${restores}${saves}0 0 m 9 9 l S`])
  }),
  fileOf('short lines', (size) => pdfFile(['0 0 m 1 1 l S\n'.repeat(size / 14)])),
  fileOf('nested lists', (size) => pdfFile([`${'['.repeat(size)} 0 d 0 0 m 9 9 l S`])),
  fileOf('nested dictionaries', (size) => pdfFile([`/A ${nested(size, '<</A ', '1', '>>')} DP 0 0 m 9 9 l S`])),
  fileOf('an object of nested lists', (size) =>
    pdfFile(['0 0 m 9 9 l S'], { page: `/A ${nested(size, '[', '1', ']')}` }),
  ),
  fileOf('a small file that unpacks to much', () =>
    pdfFile(['0 0 m 9 9 l S /X Do'], {
      resources: '/XObject << /X 10 0 R >>',
      objects: [
        packed(Buffer.alloc(200_000_000, '0 0 m 1 1 l S\n'), '/Type /XObject /Subtype /Form /BBox [0 0 9 9]', 2),
      ],
    }),
  ),
  fileOf('blanks that unpack to much', () =>
    pdfFile(['0 0 m 9 9 l S /X Do'], {
      resources: '/XObject << /X 10 0 R >>',
      objects: [packed(Buffer.alloc(400_000_000, ' '), '/Type /XObject /Subtype /Form /BBox [0 0 9 9]', 2)],
    }),
  ),
  fileOf('a picture of enormous size', () =>
    pdfFile(['100 0 0 100 0 0 cm /X Do 0 0 m 1 1 l S'], {
      resources: '/XObject << /X 10 0 R >>',
      objects: [
        packed(
          Buffer.alloc(1000),
          '/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB',
        ),
      ],
    }),
  ),
  fileOf('many inline pictures', (size) =>
    pdfFile([filled(size, () => 'BI /W 9000 /H 9000 /BPC 8 /CS /G ID x EI 0 0 m 9 9 l S\n')]),
  ),
  fileOf('a very long list of dashes', (size) => pdfFile([`[${'1 2 '.repeat(size / 4)}] 0 d 0 0 m 90 90 l S`])),
  fileOf('dashes of almost no length', (size) => pdfFile([`[0.0000001] 0 d ${'0 0 m 90 90 l S '.repeat(size / 16)}`])),
  fileOf('a scribble clipped to itself', (size) => pdfFile([`${scribble(size / 8)} W n ${scribble(size / 8)} f`])),
  fileOf('clips in clips', (size) => pdfFile([`${filled(size, (i) => `${i % 90} 0 90 90 re W n `)}0 0 m 90 90 l S`])),
  fileOf('clips on many lines', (size) =>
    pdfFile([`${filled(size / 2, (i) => `${i % 90} 0 90 90 re W n `)}${'0 0 m 90 90 l S '.repeat(size / 32)}`]),
  ),
  fileOf('a very long text', (size) => pdfFile([`BT /F1 1 Tf (${'W'.repeat(size)}) Tj ET`])),
  fileOf('many words', (size) => pdfFile([`BT /F1 1 Tf ${'(W) Tj 1 1 Td '.repeat(size / 14)} ET`])),
  fileOf('brackets in a text', (size) => pdfFile([`BT /F1 1 Tf (${nested(size, '(', 'W', ')')}) Tj ET 0 0 m 9 9 l S`])),
  fileOf('marks that stay open', (size) => pdfFile([`${'/A BMC '.repeat(size / 7)}0 0 m 9 9 l S`])),
  fileOf('groups in groups', (size) => {
    const count = Math.max(2, Math.trunc(size / 300))
    return pdfFile(['/X Do'], {
      resources: '/XObject << /X 10 0 R >>',
      objects: Array.from({ length: count }, (_, i) =>
        form('/X Do 0 0 m 9 9 l S', `/Group << /S /Transparency >> ${i < count - 1 ? xObject('X', 11 + i) : ''}`),
      ),
    })
  }),
  fileOf('a tree of pages in a circle', () => withPageLoop(pdfFile(['0 0 m 9 9 l S']))),
  fileOf('a billion pages', () =>
    Buffer.from(text(pdfFile(['0 0 m 9 9 l S'])).replace('/Count 1', '/Count 1000000000'), 'latin1'),
  ),
  fileOf('a page of enormous size', () =>
    Buffer.from(
      text(pdfFile(['0 0 m 9 9 l S'])).replace('[0 0 100 100]', `[0 0 ${power(30)} ${power(300)}]`),
      'latin1',
    ),
  ),
  fileOf('numbers of enormous size', (size) =>
    pdfFile([filled(size, (i) => `${power(i % 300)} 0 m ${power(300)} -${power(300)} l S `)]),
  ),
  fileOf('transforms to a single point', (size) => pdfFile([`${'0 0 0 0 0 0 cm '.repeat(size / 15)}0 0 m 9 9 l S`])),
  fileOf('bytes that are no objects', (size) => pdfFile([`${'\u0000<<>>[]('.repeat(size / 9)}`])),
  fileOf(
    'no table of objects',
    (size) => `%PDF-1.7\n${filled(size, (i) => `${i} 0 obj\n<<>>\n`)}trailer << /Root 1 0 R >>`,
  ),
]

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const withPageLoop = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(text(bytes).replace(/\/Kids \[.*?\]/, '/Kids [2 0 R 2 0 R]'), 'latin1')
