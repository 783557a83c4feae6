import type { StrokeFont } from '../fonts/font.ts'
import { loadFont } from '../fonts/library.ts'

/** Who lends to a font of each weight, best first: letters, then Greek and Cyrillic, then symbols and kana. */
const SIMPLEX = ['futural', 'rowmans', 'EMSReadability', 'greeks', 'greek', 'cyrilc_1', 'cyrillic']
const SLANTED = ['timesi', 'EMSReadabilityItalic', 'EMSReadability', 'futural', 'greeks', 'cyrilc_1', 'cyrillic']
const HEAVY = ['timesr', 'rowmant', 'EMSReadability', 'futuram', 'futural', 'greekc', 'timesg', 'cyrilc_1', 'cyrillic']
const SYMBOLS = ['symbolic', 'mathupp', 'astrology', 'music', 'markers', 'meteorology', 'japanese']

const lent = new Map<string, StrokeFont>()

/** Fonts to take single glyphs from, one at a time: those that are never reached are never read. */
export function* lendersFor({ info }: StrokeFont): Generator<StrokeFont, void, void> {
  const letters = info.weight > 1 ? HEAVY : info.italic ? SLANTED : SIMPLEX
  for (const name of letters) yield loadFont(name)
  for (const name of SYMBOLS) yield symbolsOnly(name)
}

/** Symbol sets keep symbols in the places of ASCII; only their real code points may be lent. */
function symbolsOnly(name: string): StrokeFont {
  const known = lent.get(name)
  if (known) return known
  const font = loadFont(name)
  const symbols: StrokeFont = { ...font, glyphs: new Map([...font.glyphs].filter(([code]) => code > 0x7f)) }
  lent.set(name, symbols)
  return symbols
}
