import type { Drawing } from '../../../src/index.ts'

export interface ContactCard {
  readonly label: string
  /** Undefined for a card that cannot be rendered: the frame of such a card stays empty. */
  readonly drawing: Drawing | undefined
}

export interface ContactOptions {
  readonly columns: number
  readonly title: string
}

/** A4, mm. */
const PAGE = { width: 210, height: 297 }
/** White at the edges of a page, mm. */
const MARGIN = 12
/** White between two cards, mm. */
const GAP = 5
/** Cap height of the label below a card, mm. */
const LABEL = 2.4
const FRAME_INK = '#c8c8c8'
const LABEL_INK = '#555555'
const INK = '#1a1a1a'

type Line = number[]

/**
 * Small pictures of all cards of a batch on A4 pages, with frames and labels. The user can look at these pages before
 * any ink.
 *
 * @param letters  gives the strokes of one line of text, mm: `size` is its cap height, `width` its greatest width. The
 *   top of the line is at y = 0.
 */
export function contactSheets(
  cards: readonly ContactCard[],
  { columns, title }: ContactOptions,
  letters: (text: string, size: number, width: number) => readonly Line[],
): Drawing[] {
  const width = (PAGE.width - 2 * MARGIN - (columns - 1) * GAP) / columns
  const aspect = Math.max(...cards.map(({ drawing }) => (drawing ? drawing.height / drawing.width : 0)), 0.4)
  const height = width * aspect
  const step = height + 2 * LABEL + GAP
  const top = MARGIN + 9
  const rows = Math.max(1, Math.floor((PAGE.height - top - MARGIN + GAP) / step))
  const pages: Drawing[] = []
  for (let first = 0; first < cards.length; first += rows * columns) {
    const frames: Line[] = []
    const labels: Line[] = []
    const ink: Line[] = []
    const cardsOnPage = cards.slice(first, first + rows * columns)
    const pageCount = Math.ceil(cards.length / (rows * columns))
    const heading = `${title}  ·  ${pages.length + 1} / ${pageCount}`
    labels.push(...move(letters(heading, 5, PAGE.width - 2 * MARGIN), MARGIN, MARGIN))
    for (const [i, { label, drawing }] of cardsOnPage.entries()) {
      const left = MARGIN + (i % columns) * (width + GAP)
      const cardTop = top + Math.floor(i / columns) * step
      const scale = drawing ? Math.min(width / drawing.width, height / drawing.height) : 1
      const w = drawing ? drawing.width * scale : width
      const h = drawing ? drawing.height * scale : height
      const bottom = cardTop + h
      frames.push([left, cardTop, left + w, cardTop, left + w, bottom, left, bottom, left, cardTop])
      // A drawing may have more strokes than a call may have arguments.
      for (const line of drawing ? move(linesOf(drawing), left, cardTop, scale) : []) ink.push(line)
      labels.push(...move(letters(label, LABEL, width), left, bottom + 1))
    }
    pages.push(sheet([frames, labels, ink]))
  }
  return pages
}

const move = (lines: readonly Line[], dx: number, dy: number, scale = 1): Line[] =>
  lines.map((line) => line.map((value, i) => value * scale + (i % 2 === 0 ? dx : dy)))

/** The strokes of a drawing as lists, x, y interleaved, mm. */
export function linesOf({ points, starts }: Pick<Drawing, 'points' | 'starts'>): Line[] {
  return Array.from({ length: starts.length - 1 }, (_, i) => [
    ...points.subarray(2 * (starts[i] ?? 0), 2 * (starts[i + 1] ?? 0)),
  ])
}

/** A page of layers, each in its own colour. */
function sheet(layers: readonly (readonly Line[])[]): Drawing {
  const lines = layers.flat()
  const starts = Uint32Array.from([0, ...lines.map(({ length }) => length / 2)])
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0)
  let first = 0
  const colored = layers.map((source, i) => {
    const layer = {
      name: '',
      pen: i + 1,
      first,
      count: source.length,
      options: {},
      color: [FRAME_INK, LABEL_INK, INK][i] ?? INK,
    }
    first += source.length
    return layer
  })
  return { ...PAGE, points: Float64Array.from(lines.flat()), starts, layers: colored }
}
