/**
 * The characters of each glyph in a Hershey file. The files hold their glyphs in ASCII order from 32, although many
 * glyphs show other characters. The tables here give the characters that the glyphs show. An entry of several
 * characters means that the glyph is right for each of them. An empty entry means that the glyph has no use.
 */
export type Encoding = readonly string[]

const FIRST = 32
const ASCII: Encoding = Array.from({ length: 95 }, (_, i) => String.fromCharCode(FIRST + i))

/** ASCII with some characters replaced; the character in place 127 is `last`. */
function ascii(last: string, changes: Readonly<Record<string, string>> = {}): Encoding {
  return [...ASCII.map((char) => changes[char] ?? char), last]
}

/** Replaces each of `places` by one of `characters`. */
function replaceAt(places: string, characters: string): Readonly<Record<string, string>> {
  const drawn = Array.from(characters)
  return Object.fromEntries(Array.from(places).map((place, i) => [place, drawn[i] ?? '']))
}

/** In fonts whose only apostrophe is curly, that glyph serves as the typographic and as the typewriter apostrophe. */
const CURLY = { "'": "'’" }
const numbered = { ...CURLY, '`': '`‘', '^': '↑' }
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const small = capitals.toLowerCase()

/** Greek in alphabetical order (greeks, greekc). */
const greekAlphabet = {
  ...numbered,
  ...replaceAt(capitals, 'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ'),
  ...replaceAt(small, 'αβγδεζηθικλμνξοπρστυφχψω'),
}
/** Greek letters in the places of Latin letters of a similar sound or form (greek, timesg). */
const greekBySound = {
  ...replaceAt(capitals, 'ΑΒΧΔΕΦΓΗΙ·ΚΛΜΝΟΠΘΡΣΤΥ°ΩΞΨΖ'),
  ...replaceAt(small, 'αβχδεφγηι×κλμνοπθρστυ÷ωξψζ'),
}

/** Adds one of `characters` to each of `places`: a symbol has both its ASCII place and its own code point. */
function addAt(places: string, characters: string): Readonly<Record<string, string>> {
  const drawn = Array.from(characters)
  return Object.fromEntries(Array.from(places).map((place, i) => [place, place + (drawn[i] ?? '')]))
}

const math = {
  ...addAt('!"#$?@^_`', '±∓×·≠≡∝∞°'),
  '&': '&≦≤',
  "'": "'≧≥",
  ...addAt(':;bdefghijklmnpvwxyz|~', '∏∑√⊂∪⊃∩∈→↑←↓∂∇∫∃ℵ÷‖⊥∠∴'),
}
const symbolic = {
  ...addAt('HIJKLPQRSTUVXZ_`abcdh', '○□△◇☆●■▲◀▼▶⚑⚓⚒☪✡🔔🌴🌲🌳☘'),
  ...addAt('ijkl~', '§†‡∴★'),
  w: 'w℘',
  m: 'm♠♤',
  n: 'n♡♥',
  o: 'o♢♦',
  p: 'p♣♧',
}
const astrology = {
  ...addAt("!#$%&'*+-/:<>?", '♓☉☿♀⊕♂♃♄⛢♆♇☄☊☋'),
  ';': ';☾☽',
  ...addAt('@[]^_`{|}~', '♈♉♊♋♌♍♏♐♑♒'),
}
const MARKERS = '○□△◇☆✚+×*●■▲◀▼▶▽'
const markers = { ...addAt(capitals.slice(0, 16), MARKERS), ...addAt(small.slice(0, 16), MARKERS) }

/** The kana of japanese.jhf in the order of its places; `\0` marks a gap. */
const KANA_ROWS =
  'あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもや\0ゆ\0よらりるれろわゐ\0ゑをん'
const KANA_VOICED = 'がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽ'
const hiragana = `${KANA_ROWS}\0\0\0\0${KANA_VOICED}`
/** The katakana, which stand 96 code points above the hiragana. */
const katakana = Array.from(hiragana).map((kana) =>
  kana === '\0' ? kana : String.fromCharCode(kana.charCodeAt(0) + 0x60),
)
/** The kanji of japanese.jhf in the order of its places. The glyph between 七 and 九 shows 入, so it is not used for 八. */
const KANJI = 'ー日円年大国人東中本京出時上者十一二三四五六七入九'

/** The encodings of the shipped Hershey files. */
export const ENCODINGS = {
  /** Latin files with Hershey's glyph numbers, such as rowmans: an up arrow for '^', a degree sign at the end. */
  numbered: ascii('°', numbered),
  /** futural: a curly apostrophe, and a grave accent that is too low for a quote. */
  curly: ascii('■', CURLY),
  /** timesr*, timesi*, gothic*, cursive: typewriter quotes. */
  plain: ascii('■'),
  futuram: ascii('■', replaceAt('{}', '⟨⟩')),
  greeks: ascii('°', greekAlphabet),
  /** The '"' of greekc and cyrilc_1 shows a semicolon. */
  greekc: ascii('°', { ...greekAlphabet, '"': '' }),
  greek: ascii('■', { ...CURLY, ...greekBySound }),
  timesg: ascii('■', greekBySound),
  cyrilc_1: ascii('°', {
    ...numbered,
    '"': '',
    ...replaceAt(capitals, 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩ'),
    ...replaceAt(small, 'абвгдежзийклмнопрстуфхцчшщ'),
  }),
  /** The 'E' of cyrillic shows И again instead of Й, and the 'c' shows the capital Э instead of э. */
  cyrillic: ascii('~', {
    ...replaceAt(capitals, 'АБЭДИФГЖИЧКЛМНОПШРСТЮВЩХУЗ'),
    ...replaceAt(small, 'абэдйфгжичклмнопшрстювщхуз'),
    ...replaceAt('$%&[]^_`{|}~', 'ЫцыЕЪЯЬЦеъяь'),
    E: '',
    c: '',
  }),
  mathlow: ascii('~', { ...math, ...replaceAt(capitals, small), ...replaceAt('a', '$') }),
  mathupp: ascii('~', math),
  symbolic: ascii('~', symbolic),
  astrology: ascii('~', astrology),
  music: ascii('■', addAt("'()*+-.;=?&", '♯♮♭𝄻𝄼𝄾𝄽𝄞𝄢𝄡𝅘')),
  meteorology: ascii('~', addAt('_|', '∞☈')),
  /** Only A to P and a to p have marker glyphs. */
  markers: [...ASCII.map((char) => markers[char] ?? (char === ' ' ? char : '')), '', ''],
  japanese: ['.。', ',、', ...Array.from(KANJI), '', '', '', '', '', '', ...Array.from(hiragana), ...katakana].map(
    (c) => (c === '\0' ? '' : c),
  ),
} as const satisfies Record<string, Encoding>
