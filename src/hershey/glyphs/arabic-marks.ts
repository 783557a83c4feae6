import type { Mark } from './marks.ts'

/** A mark that removes the dots of a letter: a code point of private use, which texts normally do not contain. */
export const WITHOUT_DOTS = '\uE000'
/** Two dots in a column. */
const PAIR_ABOVE = '\uE001'
const PAIR_BELOW = '\uE002'
/** Three dots in a triangle, and four in a rectangle. */
const THREE = '\uE003'
const FOUR = '\uE004'
const FOUR_BELOW = '\uE005'
/** Two dots side by side. */
const TWO = '\uE006'
const TWO_BELOW = '\uE007'
const DOT = '\uE008'
const DOT_BELOW = '\uE009'
const RING_BELOW = '\uE00A'
const CARON = '\u030C'
const CARON_BELOW = '\u032C'
const HAMZA = '\u0654'
const TAH = '\u0615'

/** A dot of an Arabic letter as three sides of a small parallelogram, in 21sts of the cap height. */
const dot = (x: number, y: number) => [x - 0.3, y - 0.3, x + 0.3, y, x + 0.3, y + 0.6, x - 0.3, y + 0.3]
const above = (...places: readonly (readonly [number, number])[]): Mark => ({
  place: 'above',
  lines: places.map(([x, y]) => dot(x, -1 - y)),
})
const below = (...places: readonly (readonly [number, number])[]): Mark => ({
  place: 'below',
  lines: places.map(([x, y]) => dot(x, y)),
})

/** Marks of the letters in `COMPOSED`, each with its character. `marks.ts` has the other marks of these letters. */
export const ARABIC_MARKS: readonly (readonly [string, Mark])[] = [
  [DOT, above([0, 0])],
  [DOT_BELOW, below([0, 0])],
  [TWO, above([1.6, 0], [-1.6, 0])],
  [TWO_BELOW, below([1.6, 0], [-1.6, 0])],
  [PAIR_ABOVE, above([0, 0], [0, 2.6])],
  [PAIR_BELOW, below([0, 0], [0, 2.6])],
  [THREE, above([1.6, 0], [-1.6, 0], [0, 2.5])],
  [FOUR, above([1.6, 0], [-1.6, 0], [1.6, 2.6], [-1.6, 2.6])],
  [FOUR_BELOW, below([1.6, 0], [-1.6, 0], [1.6, 2.6], [-1.6, 2.6])],
  [TAH, { place: 'above', lines: [[-2, 0, -0.2, -1.3, 1.6, -1.6, 2, -0.6, 0.2, 0, -2, 0, -1.4, 0, -1.4, -5.2]] }],
  [
    RING_BELOW,
    { place: 'below', lines: [[0, -0.4, 1.1, 0, 1.5, 1.1, 1.1, 2.2, 0, 2.6, -1.1, 2.2, -1.5, 1.1, -1.1, 0, 0, -0.4]] },
  ],
  [CARON_BELOW, { place: 'below', lines: [[-2.4, 0, 0, 3, 2.4, 0]] }],
]

/**
 * Letters of Pashto, Sindhi, Kurdish, Uyghur and Urdu. `of` names two letters. The isolated and the final form have
 * the strokes of the first letter, and the other forms those of the second. `count` is the maximum number of forms.
 */
export const COMPOSED: readonly (readonly [letter: string, of: string, count: 2 | 4, marks: string])[] = [
  ['ټ', 'تت', 4, RING_BELOW],
  ['ډ', 'دد', 2, RING_BELOW],
  ['ړ', 'رر', 2, RING_BELOW],
  ['ږ', 'زز', 2, DOT_BELOW],
  ['ښ', 'سس', 4, `${DOT}${DOT_BELOW}`],
  ['ګ', 'کک', 4, RING_BELOW],
  ['ڼ', 'نن', 4, RING_BELOW],
  ['ې', 'یب', 4, `${WITHOUT_DOTS}${PAIR_BELOW}`],
  ['ځ', 'حح', 4, HAMZA],
  ['څ', 'حح', 4, THREE],
  ['ڕ', 'رر', 2, CARON_BELOW],
  ['ۆ', 'وو', 2, CARON],
  ['ڵ', 'لل', 4, CARON],
  ['ێ', 'یی', 4, CARON],
  ['ڤ', 'فف', 4, `${WITHOUT_DOTS}${THREE}`],
  ['ە', 'هه', 2, ''],
  ['ى', 'ىب', 4, WITHOUT_DOTS],
  ['ۇ', 'وو', 2, '\u064F'],
  ['ۈ', 'وو', 2, '\u0670'],
  ['ۋ', 'وو', 2, THREE],
  ['ڭ', 'كك', 4, THREE],
  ['ۀ', 'هه', 2, HAMZA],
  ['ۂ', 'ہہ', 2, HAMZA],
  ['ۓ', 'ےے', 2, HAMZA],
  ['ٻ', 'بب', 4, `${WITHOUT_DOTS}${PAIR_BELOW}`],
  ['ڀ', 'بب', 4, `${WITHOUT_DOTS}${FOUR_BELOW}`],
  ['ٺ', 'بب', 4, `${WITHOUT_DOTS}${PAIR_ABOVE}`],
  ['ٿ', 'بب', 4, `${WITHOUT_DOTS}${FOUR}`],
  ['ٽ', 'بب', 4, `${WITHOUT_DOTS}${THREE}`],
  ['ڃ', 'حح', 4, TWO_BELOW],
  ['ڄ', 'حح', 4, PAIR_BELOW],
  ['ڇ', 'حح', 4, FOUR_BELOW],
  ['ڌ', 'دد', 2, TWO],
  ['ڏ', 'دد', 2, THREE],
  ['ڊ', 'دد', 2, DOT_BELOW],
  ['ڍ', 'دد', 2, TWO_BELOW],
  ['ڙ', 'رر', 2, FOUR],
  ['ڦ', 'فف', 4, `${WITHOUT_DOTS}${FOUR}`],
  ['ڳ', 'گگ', 4, PAIR_BELOW],
  ['ڱ', 'گگ', 4, TWO],
  ['ڻ', 'ںب', 4, `${WITHOUT_DOTS}${TAH}`],
  ['۽', 'ءء', 2, PAIR_BELOW],
  ['۾', 'مم', 4, PAIR_BELOW],
]
