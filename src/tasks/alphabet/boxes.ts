/** The sheet, mm. */
export const SHEET = { width: 210, height: 297 } as const

/** The texts to write, characters and pairs, with the number of samples of each, in the order of the boxes. */
const SAMPLES: readonly (readonly [texts: readonly string[], times: number])[] = [
  [Array.from('abcdefghijklmnopqrstuvwxyz'), 3],
  [Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ'), 2],
  [Array.from('0123456789'), 2],
  [['th', 'er', 'in', 'an', 'll', 'tt', 'ee', 'ss', 'ff'], 1],
  [Array.from('ßæœøłđ'), 1],
  [Array.from('.,:;!?\'"’“”-–()&@%+=/€$'), 1],
]

/** Boxes in a row. */
const COLUMNS = 13
/** Width of a box, mm. */
const WIDTH = 14
/** Height of a box, mm. */
const HEIGHT = 17
/** Left edge of the first box, mm. */
const LEFT = 14
/** Upper edge of the first box, mm. */
const TOP = 21
/** No ink is read within this distance of the sides of a box, mm, because guide marks stand there. */
const SIDE = 1
/** No ink is read within this distance of the top of a box, mm, because the caption stands there. */
const CAPTION = 3.4

/** Distances of the guide lines below the top of the place for ink, mm. A small x reaches up to `xLine`. */
export const GUIDES = { xLine: 4, baseline: 8.2 } as const

/** A box of the sheet, and its place for ink: upper left corner, width and height, mm. */
export interface Box {
  readonly text: string
  /** 1 for the first sample of a text. */
  readonly sample: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** All boxes of the sheet, row by row. */
export const BOXES: readonly Box[] = SAMPLES.flatMap(([texts, times]) =>
  texts.flatMap((text) => Array.from({ length: times }, (_, i) => ({ text, sample: i + 1 }))),
).map((box, i) => ({
  ...box,
  x: LEFT + (i % COLUMNS) * WIDTH + SIDE,
  y: TOP + Math.floor(i / COLUMNS) * HEIGHT + CAPTION,
  width: WIDTH - 2 * SIDE,
  height: HEIGHT - CAPTION - 0.4,
}))

/** Left edge and baseline of a caption, from the upper left corner of the place for ink, and cap height, mm. */
export const CAPTION_AT = { x: 0, y: -0.9, size: 1.8 } as const
/** Distance of the outer end of a guide mark from the place for ink, mm. */
export const MARK = SIDE - 0.2

/**
 * A marker has `modules` × `modules` modules: a dark ring, a white ring, and a dark square of 3 × 3. `module` is the
 * side of a module, mm.
 */
export const MARKER = { modules: 7, module: 2 } as const
/** Middles of the markers, mm, clockwise from the upper left one. */
export const MARKERS = [
  [15, 12],
  [195, 12],
  [195, 285],
  [15, 285],
] as const
/** The middle and the side of the dark square beside the first marker, mm. The square marks the top of the sheet. */
export const TOP_SIGN = { x: 28, y: 12, side: 6 } as const
