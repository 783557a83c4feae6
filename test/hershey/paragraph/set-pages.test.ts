import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundsOf } from '../../../src/geometry/bounds.ts'
import { stroke, strokeCount, strokesOf, x, y } from '../../../src/geometry/drawing.ts'
import { blocksOf, type PagesOptions, setPages } from '../../../src/hershey/index.ts'
import { placeFor } from '../../../src/hershey/paragraph/frames.ts'
import { runs } from '../../support/fuzz.ts'

const options: PagesOptions = { width: 105, height: 148, margin: 15, size: 3, font: 'rowmans' }
const WORDS =
  'it was a bright cold day in the garden and all the clocks were striking thirteen while nobody considered the extraordinary circumstances'.split(
    ' ',
  )
const sentence = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => WORDS[(from + i * 7) % WORDS.length]).join(' ')

describe('text on pages', () => {
  it('keeps every word, in order, inside the margins', () => {
    const paragraphs = fc.array(fc.nat(140), { minLength: 1, maxLength: 7 })
    fc.assert(
      fc.property(
        paragraphs,
        fc.constantFrom(1, 2),
        fc.constantFrom('left' as const, 'justify' as const),
        (counts, columns, align) => {
          const text = counts.map((count, i) => sentence(count + 1, i)).join('\n\n')
          const { pages, overfull } = setPages(blocksOf(text), { ...options, columns, align, hang: false })
          const lines = pages.flatMap((page) => page.lines)
          expect(
            lines
              .map((line) => line.text)
              .join(' ')
              .replace(/ +/g, ' '),
          ).toBe(text.replace(/\s+/g, ' '))
          expect(overfull).toBe(0)
          for (const { strokes } of pages) {
            const box = boundsOf(strokes)
            expect(box.minX).toBeGreaterThan(15 - 0.5)
            expect(box.maxX).toBeLessThan(90 + 0.5)
            expect(box.maxY).toBeLessThanOrEqual(133 + 1e-6)
          }
        },
      ),
      runs(60),
    )
  })

  it('never leaves the first or the last line of a paragraph alone in a column', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 12, max: 90 }), { minLength: 4, maxLength: 12 }), (counts) => {
        const blocks = counts.map((count, i) => ({ text: `P${i} ${sentence(count, i)} END${i}` }))
        const { pages } = setPages(blocks, { ...options, columns: 2, columnGap: 6 })
        const columns = pages.flatMap(({ lines }) => [lines.filter((l) => l.x < 50), lines.filter((l) => l.x > 50)])
        for (const column of columns.filter(({ length }) => length > 0)) {
          const [top = '', bottom = ''] = [column[0]?.text, column.at(-1)?.text]
          if (column.length > 1) expect(/^P\d+ /.test(bottom) && !/END/.test(bottom)).toBe(false)
          expect(/END\d+$/.test(top) && !/^P\d+ /.test(top)).toBe(false)
        }
      }),
      runs(60),
    )
  })

  it.each([
    ['no shape', 33, []],
    ['a shape at the top of each page', 43, [[0, 0, 105, 0, 105, 20, 0, 20]]],
  ])('leaves no page blank, however few lines a column has, with %s', (_, lowest, around) => {
    for (let height = lowest; height < lowest + 20; height += 1.5) {
      for (const count of [2, 5, 13, 40]) {
        const blocks = blocksOf(`${sentence(count)}\n\n${sentence(7, count)}\n\n${sentence(count, 3)}`)
        const { pages } = setPages(blocks, { ...options, height, margin: 13, around, gap: 1 })
        for (const { lines } of pages) expect(lines.length, `${height} mm, ${count} words`).toBeGreaterThan(0)
      }
    }
  })

  it('keeps a heading in the column of its text', () => {
    for (let count = 20; count < 60; count++) {
      const blocks = [
        { text: Array.from({ length: count }, (_, i) => `line${i}`).join('\n') },
        { text: 'Heading', size: 4, before: 4, keepWithNext: true },
        { text: sentence(40) },
      ]
      const { pages } = setPages(blocks, options)
      const page = pages.find(({ lines }) => lines.some(({ text }) => text === 'Heading'))
      expect(page?.lines.findIndex(({ text }) => text === 'Heading')).toBeLessThan((page?.lines.length ?? 0) - 2)
    }
  })

  it('justifies all lines of a paragraph except the last', () => {
    const [page] = setPages([{ text: `${'so it was in the old days of yore '.repeat(19)}and so on` }], {
      ...options,
      align: 'justify',
      hang: false,
    }).pages
    const widths = page?.lines.map(({ width }) => width) ?? []
    for (const width of widths.slice(0, -1)) expect(width).toBeCloseTo(75, 6)
    expect(widths.at(-1)).toBeLessThan(75)
  })

  it('hyphenates words only when a language is named', () => {
    const narrow = { ...options, width: 60, margin: 10, align: 'justify' as const }
    const text = 'extraordinary circumstances considered afternoon wonderful understanding communication'
    const ends = (language?: string) =>
      setPages([{ text }], { ...narrow, ...(language !== undefined && { language }) }).pages.flatMap(({ lines }) =>
        lines.filter((line) => line.text.endsWith('-')),
      )
    expect(ends()).toEqual([])
    expect(ends('en').length).toBeGreaterThan(0)
  })

  it('draws the footer in the letter forms of the language', () => {
    const footer = (language: string) => {
      const pages = setPages([], { ...options, font: 'heron', footer: 'гдпт', language }).pages
      return [...(pages[0]?.strokes.points ?? [])]
    }
    expect(footer('sr')).not.toEqual(footer('ru'))
  })

  it.each(['\r\n', '\r', '\u2028', '\v', '\u0085'])('reads the newline %j as it reads a line feed', (newline) => {
    const text = '\n\n  One line.\n \n  Another,\nand its second line.\n\n\nThe last.\n'
    expect(blocksOf(text.replaceAll('\n', newline))).toEqual(blocksOf(text))
  })

  it('reads many spaces within a paragraph in a time that does not grow with the square of their number', () => {
    expect(blocksOf(`a${' '.repeat(2_000_000)}b `)).toHaveLength(1)
  })

  it('sets a footer in one line', () => {
    const inkOf = (footer: string) => [...(setPages([], { ...options, footer }).pages[0]?.strokes.points ?? [])]
    expect(inkOf(' one\ntwo ')).toEqual(inkOf('one two'))
  })

  it('refuses a footer that is wider than the sheet', () => {
    expect(() => setPages([], { ...options, footer: 'a'.repeat(200) })).toThrow(
      /^footer is \d+ mm wide: expected at most 99 mm/,
    )
  })

  it.each([
    ['wider', { size: 15 }],
    ['higher', { size: 8, height: 50 }],
  ])('refuses a drop capital that is %s than its column', (_, more) => {
    const set = () => setPages([{ text: 'Word', dropCap: 5 }], { ...options, ...more })
    expect(set).toThrow(/^dropCap is 5: expected a capital that fits in its column/)
  })

  it('refuses a drop capital whose accent would lie above the sheet', () => {
    const set = (text: string, margin: number) => setPages([{ text, dropCap: 3 }], { ...options, margin })
    expect(() => set('Über', 2)).toThrow(/^dropCap is 3: expected a capital that fits .* on the sheet/)
    expect(() => set('Uber', 2)).not.toThrow()
    expect(boundsOf(set('Über', 12).pages[0]?.strokes ?? strokesOf()).minY).toBeGreaterThan(0)
  })

  it('sets a drop capital with round curves', () => {
    const counts = ['Oh', 'O'].map((text) => {
      const [page] = setPages([{ text, ...(text === 'Oh' && { dropCap: 3 }) }], options).pages
      return page ? stroke(page.strokes, text === 'Oh' ? strokeCount(page.strokes) - 1 : 0).length : 0
    })
    expect(counts[0]).toBeGreaterThan(2 * (counts[1] ?? 0))
  })

  it('reports missing characters of a drop capital, a marker and a footer', () => {
    const text = { text: '\u{10330}bc', dropCap: 2, marker: '\u{10331}' }
    const { missing } = setPages([text], { ...options, footer: '\u{10332}' })
    expect(missing.map(({ char }) => char).sort()).toEqual(['\u{10330}', '\u{10331}', '\u{10332}'])
  })

  it('breaks a word that is wider than its line, because it would leave the column', () => {
    const { pages, overfull } = setPages([{ text: 'x'.repeat(120) }], options)
    expect(overfull).toBe(0)
    expect(pages[0]?.lines.length).toBeGreaterThan(2)
  })

  it('lets commas and quotes hang out of the lines', () => {
    const text = Array.from({ length: 60 }, () => '“so,”').join(' ')
    const right = (hang: boolean) =>
      boundsOf(setPages([{ text }], { ...options, align: 'justify', hang }).pages[0]?.strokes ?? strokesOf()).maxX
    expect(right(false)).toBeLessThan(90)
    expect(right(true)).toBeGreaterThan(90)
  })

  it('flows around a shape, and leaves a gap beside the shape', () => {
    const square = [60, 40, 95, 40, 95, 80, 60, 80]
    const [page] = setPages([{ text: sentence(260) }], { ...options, around: [square], gap: 3 }).pages
    const strokes = page?.strokes ?? strokesOf()
    let nearby = 0
    for (let s = 0; s < strokeCount(strokes); s++) {
      const line = stroke(strokes, s)
      for (let i = 0; i < line.length / 2; i++) {
        expect(x(line, i) > 58 && y(line, i) > 38 && y(line, i) < 82).toBe(false)
        if (y(line, i) > 45 && y(line, i) < 75 && x(line, i) > 50) nearby++
      }
    }
    expect(nearby).toBeGreaterThan(20)
  })

  it('stays inside a shape', () => {
    const triangle = [52, 20, 95, 125, 10, 125]
    const [page] = setPages([{ text: sentence(70) }], { ...options, size: 2.4, inside: triangle, gap: 2 }).pages
    for (const { x: from, width, baseline } of page?.lines ?? []) {
      const half = ((baseline - 20) / 105) * 42.5
      expect(from).toBeGreaterThan(52.4 - half - 0.5)
      expect(from + width).toBeLessThan(52.1 + half + 0.5)
    }
  })

  it.each([
    ['inside', { inside: [10, 10, 12, 10, 12, 12] }],
    ['around', { around: [[0, 0, 105, 0, 105, 148, 0, 148]] }],
  ])('refuses shapes that leave no place for a line: %s', (_, shapes) => {
    expect(() => setPages([{ text: sentence(70) }], { ...options, ...shapes })).toThrow(
      expect.objectContaining({ code: 'ERR_PARAMS', message: expect.stringMatching(/no place for a line/) }),
    )
  })

  it('sets a drop capital beside as many lines as requested', () => {
    const [page] = setPages([{ text: `“Once ${sentence(80)}`, dropCap: 3 }], options).pages
    const [first, second, third, fourth] = page?.lines ?? []
    expect(first?.text.startsWith('nce')).toBe(true)
    expect(second?.x).toBe(first?.x)
    expect(third?.x).toBeGreaterThan(20)
    expect(fourth?.x).toBeCloseTo(15, 1)
  })

  it.each(['left', 'justify'] as const)(
    'begins a right-to-left paragraph at the right end of the line, aligned %s',
    (align) => {
      const text = 'שלום עולם '.repeat(40)
      const endsOf = (block: object) =>
        setPages([{ text, ...block }], { ...options, align }).pages[0]?.lines.map(
          ({ x: left, width }) => left + width,
        ) ?? []
      const [first = 0, second = 0, third = 0, fourth] = endsOf({ dropCap: 3 })
      expect(Math.max(first, second, third)).toBeLessThan(85)
      expect(fourth).toBeCloseTo(90)
      expect(endsOf({ first: 6, indent: 4 }).slice(0, 2)).toEqual([expect.closeTo(80), expect.closeTo(86)])
      const inkWith = (block: object) =>
        setPages([{ text: 'שלום עולם', ...block }], { ...options, align }).pages[0]?.strokes
      const capital = boundsOf(inkWith({ dropCap: 3 }) ?? strokesOf())
      expect(capital.maxX).toBeCloseTo(90)
      const marker = inkWith({ indent: 10, marker: '•' }) ?? strokesOf()
      expect(boundsOf({ points: stroke(marker, strokeCount(marker) - 1) }).minX).toBeGreaterThan(80)
    },
  )

  it('sets the footer of each page below the text', () => {
    const { pages } = setPages(blocksOf(sentence(900)), { ...options, footer: '{page} of {pages}' })
    expect(pages.length).toBeGreaterThan(2)
    for (const { strokes } of pages) expect(boundsOf(strokes).maxY).toBeGreaterThan(133)
  })

  it.each([15, 8, 3, 0])('keeps the text above the footer with a margin of %d mm', (margin) => {
    for (const { strokes } of setPages(blocksOf(sentence(900)), { ...options, margin, footer: 'l' }).pages) {
      const boxes = Array.from({ length: strokeCount(strokes) }, (_, i) => boundsOf({ points: stroke(strokes, i) }))
      const footer = boxes.pop()
      expect(Math.max(...boxes.map(({ maxY }) => maxY))).toBeLessThan(footer?.minY ?? 0)
    }
  })

  it('refuses margins that leave no room for text, and more pages than allowed', () => {
    const setWith = (more: object) => () => setPages([{ text: sentence(900) }], { ...options, ...more })
    expect(setWith({ margin: 60 })).toThrow(
      expect.objectContaining({ code: 'ERR_PARAMS', message: expect.stringMatching(/margin/) }),
    )
    expect(setWith({ maxPages: 2 })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/2 pages at most/) }),
    )
  })
})

it('a line in a tangled shape of 8000 edges has no place', () => {
  const inside = Array.from({ length: 16_000 }, (_, i) => (i % 2 === 0 ? (i * 37) % 150 : (i * 53) % 200))
  const frame = { page: 0, x: 0, y: 0, width: 150, height: 200 }
  expect(placeFor(frame, 20, 80, { around: [], inside, gap: 1 }).width).toBe(0)
})

it('a line may touch the upper and the lower edge of the shape that it is inside', () => {
  const inside = [10, 20, 140, 20, 140, 80, 10, 80]
  const frame = { page: 0, x: 0, y: 0, width: 150, height: 200 }
  expect(placeFor(frame, 20, 80, { around: [], inside, gap: 1 })).toEqual({ x: 11, width: 128 })
  expect(placeFor(frame, 19, 80, { around: [], inside, gap: 1 }).width).toBe(0)
  expect(placeFor(frame, 20, 81, { around: [], inside, gap: 1 }).width).toBe(0)
})

it('a line inside a shape keeps clear of a notch that reaches into the height of the line', () => {
  const frame = { page: 0, x: 0, y: 0, width: 150, height: 200 }
  const notched = [10, 0, 140, 0, 140, 100, 70, 100, 60, 50, 50, 100, 10, 100]
  expect(placeFor(frame, 20, 50, { around: [], inside: notched, gap: 1 })).toEqual({ x: 11, width: 128 })
  expect(placeFor(frame, 20, 75, { around: [], inside: notched, gap: 1 })).toEqual({ x: 66, width: 73 })
})

it('for a text of 3000 words, plotd reads fewer than 10,000 values of a shape that leaves no place for a line', () => {
  let reads = 0
  const inside = new Proxy([0, 0, 3, 0, 3, 200, 0, 200], {
    get: (shape, key) => {
      reads++
      return Reflect.get(shape, key)
    },
  })
  expect(() => setPages([{ text: sentence(3000) }], { ...options, inside })).toThrow(/leave no place/)
  expect(reads).toBeLessThan(10_000)
})
