import { MARKS } from './marks.ts'

const FACE = ':-)'

/**
 * Substitutes for characters that a single-stroke font may lack, best first. Each use is reported. Substitutes that
 * NFKC gives, such as those of 'ﬁ', '™' and '①', are not listed.
 */
const SUBSTITUTES: Readonly<Record<string, readonly string[]>> = {
  "'": ['’'],
  '`': ['‘'],
  '"': ['”'],
  '‛': ['‘'],
  '‟': ['“'],
  '′': ["'"],
  '″': ['"'],
  '∙': ['·'],
  '⋅': ['·'],
  '∗': ['*'],
  '×': ['x'],
  '÷': [':'],
  '∕': ['/'],
  '´': ['’'],
  '¨': ['"'],
  ˆ: ['^'],
  '˜': ['~'],
  '〜': ['~'],
  〇: ['○', '◯', 'O'],
  '¦': ['|'],
  '‒': ['–'],
  '‖': ['||'],
  '~': ['˜'],
  '⟨': ['<'],
  '⟩': ['>'],
  '©': ['(c)'],
  '®': ['(R)'],
  '‰': ['o/oo'],
  '⌀': ['Ø'],
  '€': ['EUR'],
  '№': ['No.'],
  ß: ['ss'],
  ẞ: ['ß', 'SS'],
  æ: ['ae'],
  Æ: ['AE'],
  þ: ['th'],
  Þ: ['Th'],
  ð: ['đ', 'd'],
  Ð: ['Đ', 'D'],
  ĸ: ['k'],
  ŋ: ['ng'],
  Ŋ: ['NG'],
  ə: ['e'],
  ς: ['σ'],
  ۍ: ['ی'],
  '・': ['·'],
  '「': ['‘'],
  '」': ['’'],
  '♪': ['♫', '𝅘'],
  '♫': ['𝅘'],
  '♥': ['♡'],
  '♦': ['♢'],
  '♩': ['𝅘'],
  '★': ['☆'],
  '✔': ['✓'],
  '☑': ['✓'],
  '☀': ['☉'],
  '❄': ['✶', '*'],
  '✶': ['*'],
  '✝': ['†'],
  '➔': ['→'],
  '➜': ['→'],
  '⇒': ['→'],
  '🍀': ['☘'],
  '🎄': ['🌲'],
  '🌙': ['☾'],
  '✨': ['☆'],
  '⭐': ['☆'],
  '🌟': ['☆'],
  '⛄': ['*'],
}

const HEARTS = new Set('❤💓💔💕💖💗💘💙💚💛💜💝💞🖤🤍🤎🧡🩷🩵🩶😍🥰')
const SMILES = new Set('☺🙂😀😃😄😁😆😊😇🤗😎')

/** Strings that can replace a character, best first. */
export function substitutesFor(char: string): readonly string[] {
  const compatible = char.normalize('NFKC')
  return [...listedSubstitutes(char), ...(compatible === char ? [] : [compatible]), ...withFewerMarks(char)]
}

function listedSubstitutes(char: string): readonly string[] {
  if (HEARTS.has(char)) return ['♡']
  if (SMILES.has(char)) return [FACE]
  return SUBSTITUTES[char] ?? withoutModifier(char)
}

/** A character without the marks that `MARKS` lacks, then without any mark: ê with a low line becomes ê, then e. */
function withFewerMarks(char: string): readonly string[] {
  const [base = '', ...marks] = Array.from(char.normalize('NFD'))
  if (marks.length === 0 || !/[\p{L}\p{N}\p{P}\p{S}]/u.test(base) || !/^\p{M}+$/u.test(marks.join(''))) return []
  const known = marks.filter((mark) => MARKS.has(mark))
  const some = known.length > 0 && known.length < marks.length ? [base + known.join('')] : []
  return [...some, base].map((text) => text.normalize('NFC'))
}

/** The first emoji of a sequence with a skin tone or a joiner, and the substitutes of that emoji. */
function withoutModifier(char: string): readonly string[] {
  const [first = '', ...more] = Array.from(char)
  return more.length > 0 && /^[\u{1F3FB}-\u{1F3FF}\u200D]/u.test(more.join('')) ? [first, ...substitutesFor(first)] : []
}

/**
 * Widths of the space characters, as multiples of the ordinary space. Spaces have no ink, so plotd reports no space as
 * missing or substituted.
 */
export const SPACES: ReadonlyMap<string, number> = new Map([
  [' ', 1],
  ['\u00A0', 1],
  ['\u2000', 1],
  ['\u2001', 2],
  ['\u2002', 1],
  ['\u2003', 2],
  ['\u2004', 0.7],
  ['\u2005', 0.5],
  ['\u2006', 0.35],
  ['\u2007', 1],
  ['\u2008', 0.5],
  ['\u2009', 0.4],
  ['\u200A', 0.2],
  ['\u202F', 0.4],
  ['\u205F', 0.45],
  ['\u3000', 2],
  ['\u200B', 0],
  ['\u200C', 0],
  ['\u200D', 0],
  ['\u200E', 0],
  ['\u200F', 0],
  ['\u2060', 0],
  ['\uFEFF', 0],
])
