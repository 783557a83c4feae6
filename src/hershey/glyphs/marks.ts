import { ARABIC_MARKS } from './arabic-marks.ts'

/**
 * A combining mark as strokes, for letters that a font lacks. Units are 21sts of the cap height, as in Hershey's
 * capitals; y points down. The origin is the middle of the edge that faces the letter: the lower edge of a mark above,
 * the upper edge of a mark below. An `attached` mark is a mark below without a gap. The origin of a `corner` mark is
 * the upper right corner of the letter's box, and the origin of an `inside` mark is the middle of the box.
 */
export interface Mark {
  readonly place: 'above' | 'below' | 'attached' | 'corner' | 'inside'
  readonly lines: readonly (readonly number[])[]
  /** A character whose glyph is drawn in place of `lines`, if the font has the glyph. */
  readonly own?: string
  /** Horizontal distances from the middle: the font's full stop is drawn at each of them, in place of `lines`. */
  readonly dots?: readonly number[]
  /** Whether the font's comma is drawn in place of `lines`. */
  readonly comma?: boolean
}

const acute = [-1.5, 0, 2, -4.5]
const grave = [1.5, 0, -2, -4.5]
const hook = [-1.5, -4.5, 0, -5.5, 1.5, -4.5, 1.5, -3, 0, -1.8, 0, 0]
const tilde = [-4.5, -0.5, -4, -2, -2.5, -2.8, -1, -2.4, 1, -0.8, 2.5, -0.4, 4, -1.2, 4.5, -2.8]
const cedilla = [0, 0, -0.5, 2, 1.5, 2.8, 2, 4.2, 1, 5.6, -0.8, 6, -2.5, 5.4]
const ogonek = [0, 0, -1.6, 1.8, -2, 3.6, -1, 5.2, 0.6, 5.4, 1.8, 4.8]

/** A dot as three sides of a small square: the width of the pen makes the dot round. */
const dotAt = (x: number, y: number) => [x, y, x + 0.7, y + 0.1, x + 0.6, y + 0.8, x - 0.1, y + 0.7]

const shiftLine = (line: readonly number[], dx: number) => line.map((value, i) => (i % 2 === 0 ? value + dx : value))

/**
 * An ellipse arc about (0, `cy`) in 12 chords; angles in degrees.
 *
 * @param flat  height of the ellipse as a fraction of its width
 */
function arc(radius: number, flat: number, from: number, to: number, cy: number): number[] {
  return Array.from({ length: 13 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / 12) * Math.PI) / 180
    return [radius * Math.cos(angle), cy + flat * radius * Math.sin(angle)]
  }).flat()
}

/** Marks by combining character. */
export const MARKS: ReadonlyMap<string, Mark> = new Map<string, Mark>([
  ['\u0300', { place: 'above', lines: [grave] }],
  ['\u0301', { place: 'above', lines: [acute], own: '´' }],
  ['\u0302', { place: 'above', lines: [[-3, 0, 0, -4, 3, 0]] }],
  ['\u0303', { place: 'above', lines: [tilde] }],
  ['\u0304', { place: 'above', lines: [[-4, -1, 4, -1]], own: '¯' }],
  ['\u0306', { place: 'above', lines: [arc(3.5, 0.85, 180, 0, -3)], own: '˘' }],
  ['\u0307', { place: 'above', lines: [], dots: [0], own: '˙' }],
  ['\u0308', { place: 'above', lines: [], dots: [-3, 3], own: '¨' }],
  ['\u0309', { place: 'above', lines: [hook] }],
  ['\u030A', { place: 'above', lines: [arc(2.2, 1, 90, 450, -2.2)] }],
  ['\u030B', { place: 'above', lines: [shiftLine(acute, -2), shiftLine(acute, 2)], own: '˝' }],
  ['\u030C', { place: 'above', lines: [[-3, -4, 0, 0, 3, -4]], own: 'ˇ' }],
  ['\u030F', { place: 'above', lines: [shiftLine(grave, -2), shiftLine(grave, 2)] }],
  ['\u030D', { place: 'above', lines: [[0, 0, 0, -4]] }],
  ['\u0310', { place: 'above', lines: [arc(3.5, 0.85, 180, 0, -2.4), dotAt(-0.3, -4.4)] }],
  ['\u0311', { place: 'above', lines: [arc(3.5, 0.85, 180, 360, 0)] }],
  ['\u0312', { place: 'above', lines: [], comma: true }],
  ['\u0313', { place: 'above', lines: [[0, -4, 0.8, -3, 0.5, -1.5, -0.8, 0]] }],
  ['\u0314', { place: 'above', lines: [[0, -4, -0.8, -3, -0.5, -1.5, 0.8, 0]] }],
  ['\u031B', { place: 'corner', lines: [[-2, 1.5, 0.6, 0.6, 1.8, -1.2, 1.5, -3.2]] }],
  ['\u0323', { place: 'below', lines: [], dots: [0] }],
  ['\u0324', { place: 'below', lines: [], dots: [-3, 3] }],
  ['\u0358', { place: 'corner', lines: [dotAt(1, -2)] }],
  ['\u0325', { place: 'below', lines: [arc(2.2, 1, 90, 450, 2.2)] }],
  ['\u0326', { place: 'below', lines: [], comma: true }],
  ['\u0327', { place: 'attached', lines: [cedilla], own: '¸' }],
  ['\u0328', { place: 'attached', lines: [ogonek], own: '˛' }],
  ['\u0329', { place: 'below', lines: [[0, 0, 0, 3.5]] }],
  ['\u032D', { place: 'below', lines: [[-3, 4, 0, 0, 3, 4]] }],
  ['\u032E', { place: 'below', lines: [arc(3.5, 0.85, 180, 0, 0)] }],
  ['\u0330', { place: 'below', lines: [tilde.map((value, i) => (i % 2 === 0 ? value : value + 3))] }],
  ['\u0331', { place: 'below', lines: [[-4, 1, 4, 1]] }],
  ['\u0342', { place: 'above', lines: [tilde] }],
  ['\u0345', { place: 'below', lines: [[0, 0, -0.3, 3, 0.4, 3.8, 1.4, 3.4]] }],
  [
    '\u3099',
    {
      place: 'corner',
      lines: [
        [-1.5, -2, 0.3, 1],
        [1.2, -3, 3, 0],
      ],
    },
  ],
  ['\u309A', { place: 'corner', lines: [arc(1.7, 1, 90, 450, -1)] }],
  // Hebrew points.
  ['\u05B0', { place: 'below', lines: [dotAt(0, 0), dotAt(0, 3)] }],
  ['\u05B1', { place: 'below', lines: [dotAt(-3.5, 0), dotAt(-0.5, 0), dotAt(-2, 2.5), dotAt(2.5, 0), dotAt(2.5, 3)] }],
  ['\u05B2', { place: 'below', lines: [[-4, 1, 0.5, 1], dotAt(2.5, 0), dotAt(2.5, 3)] }],
  ['\u05B3', { place: 'below', lines: [[-4, 0.5, 0.5, 0.5], [-1.7, 0.5, -1.7, 3.5], dotAt(2.5, 0), dotAt(2.5, 3)] }],
  ['\u05B4', { place: 'below', lines: [dotAt(0, 0)] }],
  ['\u05B5', { place: 'below', lines: [dotAt(-1.8, 0), dotAt(1.8, 0)] }],
  ['\u05B6', { place: 'below', lines: [dotAt(-2, 0), dotAt(2, 0), dotAt(0, 2.8)] }],
  ['\u05B7', { place: 'below', lines: [[-2.6, 1, 2.6, 1]] }],
  [
    '\u05B8',
    {
      place: 'below',
      lines: [
        [-2.6, 0.5, 2.6, 0.5],
        [0, 0.5, 0, 3.5],
      ],
    },
  ],
  ['\u05B9', { place: 'above', lines: [dotAt(-3, -1)] }],
  ['\u05BB', { place: 'below', lines: [dotAt(-3, 0), dotAt(0, 1.6), dotAt(3, 3.2)] }],
  ['\u05BC', { place: 'inside', lines: [dotAt(-0.5, 0)] }],
  ['\u05C1', { place: 'above', lines: [dotAt(5, -0.5)] }],
  ['\u05C2', { place: 'above', lines: [dotAt(-5, -0.5)] }],
  ['\u05BF', { place: 'above', lines: [[-2.6, -1, 2.6, -1]] }],
  ['\uFB1E', { place: 'above', lines: [arc(2.6, 0.7, 180, 360, -1)] }],
  // Arabic vowel signs, shadda, sukun, madda and hamzas.
  [
    '\u064B',
    {
      place: 'above',
      lines: [
        [3, -2.4, -3, -0.6],
        [3, -5, -3, -3.2],
      ],
    },
  ],
  [
    '\u064C',
    {
      place: 'above',
      lines: [
        [-0.5, -1, 1.5, -3.5, 0, -5, -1.5, -3.6, 0.5, -2.8],
        [2.5, -1, 4.5, -3.5, 3, -5],
      ],
    },
  ],
  [
    '\u064D',
    {
      place: 'below',
      lines: [
        [3, 0.4, -3, 2.2],
        [3, 3, -3, 4.8],
      ],
    },
  ],
  ['\u064E', { place: 'above', lines: [[3, -2.6, -3, -0.6]] }],
  ['\u064F', { place: 'above', lines: [[-2, 0, 1.5, -2.4, 1, -5, -1, -4.6, -0.6, -3, 1.2, -3]] }],
  ['\u0650', { place: 'below', lines: [[3, 0.4, -3, 2.4]] }],
  ['\u0651', { place: 'above', lines: [[3.4, -4, 2.6, -1.2, 0.8, -1, 0, -3.4, -0.8, -1, -2.6, -0.8, -3.2, -3.2]] }],
  ['\u0652', { place: 'above', lines: [arc(1.7, 1, 90, 450, -2)] }],
  ['\u0653', { place: 'above', lines: [[4, -3, 2, -4, 0, -2.6, -2, -1.6, -4, -3]] }],
  ['\u0654', { place: 'above', lines: [[2, -4.6, 0, -5, -1, -3.6, 0.6, -2.6, 2.2, -2.8, -2, -1]] }],
  ['\u0655', { place: 'below', lines: [[2, 0.6, 0, 0.2, -1, 1.6, 0.6, 2.6, 2.2, 2.4, -2, 4.2]] }],
  ['\u0670', { place: 'above', lines: [[0, -5, 0, -0.5]] }],
  ...ARABIC_MARKS,
])
