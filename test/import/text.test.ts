import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlotdError } from '../../src/errors.ts'
import { boundsOf } from '../../src/geometry/bounds.ts'
import { inkLength } from '../../src/geometry/measure.ts'
import { identify } from '../../src/import/index.ts'
import { type ReadTextOptions, readText, textPages } from '../../src/import/text/read-text.ts'
import { readSvg } from '../../src/svg/index.ts'
import { runs } from '../support/fuzz.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const options = (more: Partial<ReadTextOptions> = {}): ReadTextOptions => ({ font: 'rowmans', ...more })
const page = (text: string, more: Partial<ReadTextOptions> = {}, number = 1) => {
  const { svg, notes } = readText(bytesOf(text), number, options(more))
  const { drawing } = readSvg(svg)
  return { drawing, notes, bounds: boundsOf(drawing), ink: inkLength(drawing) }
}
const markdown = (text: string, more: Partial<ReadTextOptions> = {}) => page(text, { isMarkdown: true, ...more })

describe('a plain text', () => {
  it('stands within the margins of its paper', () => {
    const { drawing, bounds } = page('Dear reader,\n\n'.padEnd(600, 'a line of words '), { paper: 'a5', margin: 15 })
    expect([drawing.width, drawing.height]).toEqual([148, 210])
    expect(bounds.minX).toBeGreaterThanOrEqual(15)
    expect(bounds.maxX).toBeLessThanOrEqual(148 - 14)
    expect(bounds.minY).toBeGreaterThanOrEqual(14.9)
  })

  it('keeps its line ends and blank lines', () => {
    const height = (text: string): number => page(text).bounds.maxY
    expect(height('a\nb')).toBeGreaterThan(height('a b') + 3)
    expect(height('a\n\nb')).toBeGreaterThan(height('a\nb') + 3)
  })

  it('continues on further pages, and begins a page at a form feed', () => {
    expect(textPages(bytesOf('line\n'.repeat(200)), options())).toBeGreaterThan(2)
    expect(textPages(bytesOf('one\ftwo'), options())).toBe(2)
    expect(page('one\ftwo', {}, 2).ink).toBeGreaterThan(0)
    expect(() => page('one', {}, 2)).toThrow(/pageNumber is 2, expected at most 1/)
  })

  it.each([
    ['one section', 'a\n'.repeat(2000)],
    ['several sections', 'a\f'.repeat(501)],
  ])('is refused for more than 500 pages in %s, by the same limit', (_, text) => {
    const limited = expect.objectContaining({ code: 'ERR_SVG_LIMIT', detail: { limit: 'pages', most: 500 } })
    expect(() => textPages(bytesOf(text), options({ size: 60 }))).toThrow(limited)
  })

  it('is drawn in letters of the size that the user names', () => {
    expect(page('H', { size: 8 }).bounds.maxY - page('H', { size: 8 }).bounds.minY).toBeCloseTo(8, 1)
  })

  it('causes a note for characters that no font has, and is refused when it has no words', () => {
    expect(page('a \u{12000}').notes).toMatchObject([
      { code: 'not-drawn', message: expect.stringContaining('U+12000') },
    ])
    expect(() => page(' \n \n')).toThrow(/no words/)
  })

  it('is refused for an unknown paper, or a margin that leaves no room', () => {
    expect(() => page('a', { paper: 'huge' })).toThrow(/textPaper must be a paper \(a0, .*got "huge"/)
    expect(() => page('a', { margin: 150 })).toThrow(/margin: expected/)
  })
})

describe('a Markdown text', () => {
  it('has larger headings for fewer #, and sets the markers of a list further left than a quote', () => {
    const heights = [1, 2, 3].map((level) => {
      const { bounds } = markdown(`${'#'.repeat(level)} H`)
      return bounds.maxY - bounds.minY
    })
    expect(heights.map((height) => Math.round(height * 10) / 10)).toEqual([6, 4.8, 3.9])
    const { bounds } = markdown('- one\n- two\n\n1. three')
    expect(bounds.minX).toBeLessThan(markdown('> quote').bounds.minX)
  })

  it('draws emphasized letters slanted, and strong letters twice', () => {
    const [plain, strong, lean] = ['HHH', '**HHH**', '*HHH*'].map((text) => markdown(text))
    expect(strong?.ink).toBeCloseTo(2 * (plain?.ink ?? 0), 0)
    expect(lean?.drawing.starts).toEqual(plain?.drawing.starts)
    expect(lean?.ink).toBeGreaterThan(1.01 * (plain?.ink ?? 0))
  })

  it('draws a letter and its combining mark as one letter, in any style', () => {
    const inkOf = (text: string) => markdown(text).ink
    expect(inkOf('*e\u0301*')).toBeCloseTo(inkOf('*\u00e9*'), 6)
    expect(inkOf('**q\u0301**')).toBeCloseTo(2 * inkOf('q\u0301'), 6)
  })

  it('draws emphasized text from right to left without emphasis, and says so', () => {
    for (const text of ['שלום', 'مرحبا', 'a (אב)']) {
      const styled = markdown(`*${text}*`)
      expect(styled.drawing.points).toEqual(markdown(text).drawing.points)
      expect(styled.notes).toContainEqual(
        expect.objectContaining({ message: 'emphasized text from right to left is drawn plain' }),
      )
    }
  })

  it('draws a strong word with a soft hyphen like the word without it, and reports no missing character', () => {
    const [shy, plain] = ['**won\u00adder**', '**wonder**'].map((text) => markdown(text))
    expect(shy?.notes).toEqual(plain?.notes)
    expect(shy?.bounds).toEqual(plain?.bounds)
  })

  it('notes emphasized characters that are replaced, and characters that no font has', () => {
    const messages = (text: string) => markdown(text).notes.map(({ message }) => message)
    expect(messages('*a \u{1f600} \u{12000}*')).toEqual(messages('a \u{1f600} \u{12000}'))
  })

  it('does not draw the private character U+F0000 of a text as an emphasized letter', () => {
    const { notes, ink } = markdown('*i* \u{f0000}')
    expect(notes.map(({ message }) => message).join()).toMatch(/U\+F0000/)
    expect(ink).toBeCloseTo(markdown('*i*').ink, 6)
  })

  it('draws a rule from margin to margin', () => {
    const { bounds } = markdown('---', { paper: '100x100mm', margin: 10 })
    expect([bounds.minX, bounds.maxX].map(Math.round)).toEqual([10, 90])
  })

  it.each(['<!-- pagebreak -->', '\\newpage', '<div style="page-break-after: always"></div>', '\f'])(
    'begins a page at %j',
    (mark) => {
      expect(textPages(bytesOf(`one\n\n${mark}\n\ntwo`), options({ isMarkdown: true }))).toBe(2)
    },
  )

  it.each([
    '<h1 style="page-break-before: always">Chapter</h1>',
    '<span style="page-break-before:always"></span>Chapter',
    '<div style="page-break-after: always"></div>\nChapter',
  ])('draws the words beside a page break in %j, or says that it leaves them out', (html) => {
    const { ink, notes } = markdown(`words\n\n${html}`)
    expect(ink > markdown('words').ink || notes.length > 0).toBe(true)
  })

  it('joins lines of a paragraph, and unescapes characters', () => {
    expect(markdown('a\nb &amp; c').ink).toBeCloseTo(markdown('a b \\& c').ink, 6)
    expect(markdown('caf&eacute; &rarr; &#945;').ink).toBeCloseTo(markdown('café → α').ink, 6)
    expect(markdown('a &toString; b').ink).toBeCloseTo(markdown('a \\&toString; b').ink, 6)
  })

  it('draws a footnote of one word, which has the syntax of a link definition', () => {
    expect(markdown('a[^1]\n\n[^1]: https://b.org').ink).toBeCloseTo(
      markdown('a\\[^1\\]\n\n\\[^1\\]: https://b.org').ink,
      6,
    )
  })

  it('leaves out its metadata and says so, and does not take words between two rules for metadata', () => {
    const { ink, notes } = markdown('---\ntitle: A card\ntags: [a, b]\n---\n\nHello')
    expect(ink).toBeCloseTo(markdown('Hello').ink, 6)
    expect(notes).toMatchObject([{ code: 'import', message: expect.stringMatching(/metadata/) }])
    expect(markdown('---\nHello there\n\n---\n').notes).toEqual([])
  })

  it('notes the parts that it leaves out, and a table, which it draws as lines of text', () => {
    const { notes } = markdown('text ![alt](a.png)\n\n<table><tr></tr></table>\n\n| a | b |\n|---|---|\n| 1 | 2 |')
    expect(notes.map(({ message }) => message).join()).toMatch(/picture.*HTML.*table/)
  })

  it('notes a picture that stands as HTML within a line', () => {
    const messages = (text: string) => markdown(text).notes.map(({ message }) => message)
    expect(messages('text <img src="a.png"> and <b>more</b><br>')).toEqual(['HTML in a Markdown text'])
    expect(messages('text and <b>more</b>, <!-- a comment -->')).toEqual([])
  })

  it('notes HTML after a comment, but no comment alone', () => {
    const messages = (text: string) => markdown(text).notes.map(({ message }) => message)
    for (const html of ['<!-- a --> words', '<!-- a --><b>words</b>', '<!-- a -->\n<!-- b --> words'])
      expect(messages(`text\n\n${html}\n`)).toEqual([expect.stringMatching(/^HTML in a Markdown text/)])
    expect(messages('text\n\n<!-- a -->\n\n<!-- b --> <!-- c -->\n\n<!-- open')).toEqual([])
  })

  it('notes text in too many styles at once', () => {
    const nested = (depth: number): string => (depth === 0 ? 'x' : `_a **b ${nested(depth - 1)} b** a_`)
    const notes = (depth: number) => markdown(nested(depth)).notes.map(({ message }) => message)
    expect(notes(5)).toEqual([])
    expect(notes(30)).toEqual([expect.stringMatching(/more than 20 styles/)])
  })
})

describe('text files', () => {
  const name = (content: string, file = ''): string => {
    const kind = identify(bytesOf(content), file)
    return kind.is === 'document' ? kind.importer.name : kind.is
  }

  it('are Markdown by their name, or by headings and lists', () => {
    expect(name('# Title\n\n- item\n')).toBe('markdown')
    expect(name('# Title\n\n- item\n', 'notes.txt')).toBe('text')
    expect(name('hello', 'letter.md')).toBe('markdown')
    expect(name('hello')).toBe('text')
    expect(name('hello \u0001 binary')).toBe('other')
  })

  it('fail only with an error code', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '# ',
        '\n',
        '\n\n',
        '**',
        '_',
        '`',
        '- ',
        '1. ',
        '> ',
        '---\n',
        '[a](b)',
        '<x>',
        '\f',
        '| a |\n|--|\n',
        '&amp;',
        '    ',
      ),
      fc.string({ maxLength: 12 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), fc.boolean(), (pieces, isMarkdown) => {
        try {
          readText(bytesOf(pieces.join('')), 1, options({ isMarkdown }))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(PlotdError)
        }
      }),
      runs(1500, 30),
    )
  })
})
