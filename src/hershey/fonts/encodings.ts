/**
 * Which characters each glyph of a Hershey file serves. The files hold glyphs in ASCII's places from 32 on,
 * whatever they draw; here they get the code points of what they draw. An entry of several characters means that
 * the glyph is right for each; an empty one means that the place holds nothing of use.
 */
export type Encoding = readonly string[]

const FIRST = 32
const ASCII: Encoding = Array.from({ length: 95 }, (_, i) => String.fromCharCode(FIRST + i))

/** ASCII with some places taken by other characters; place 127 is `last`. */
function ascii(last: string, changes: Readonly<Record<string, string>> = {}): Encoding {
  return [...ASCII.map((char) => changes[char] ?? char), last]
}

/** `places` hold `characters`, one each. */
function instead(places: string, characters: string): Readonly<Record<string, string>> {
  const drawn = Array.from(characters)
  return Object.fromEntries(Array.from(places).map((place, i) => [place, drawn[i] ?? '']))
}

/** The apostrophe is curly: right for the typographer's, and used for the typewriter's. */
const CURLY = { "'": "'’" }
const numbered = { ...CURLY, '`': '`‘', '^': '↑' }
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const small = capitals.toLowerCase()

/** Greek in alphabetical order (greeks, greekc). */
const greekAlphabet = {
  ...numbered,
  ...instead(capitals, 'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ'),
  ...instead(small, 'αβγδεζηθικλμνξοπρστυφχψω'),
}
/** Greek by sound (greek, timesg). */
const greekBySound = {
  ...instead(capitals, 'ΑΒΧΔΕΦΓΗΙ·ΚΛΜΝΟΠΘΡΣΤΥ°ΩΞΨΖ'),
  ...instead(small, 'αβχδεφγηι×κλμνοπθρστυ÷ωξψζ'),
}

/** Symbol sets stay as they are, reachable by their ASCII places, and get the code points of their symbols too. */
function also(places: string, characters: string): Readonly<Record<string, string>> {
  const drawn = Array.from(characters)
  return Object.fromEntries(Array.from(places).map((place, i) => [place, place + (drawn[i] ?? '')]))
}

const math = {
  ...also('!"#$?@^_`', '±∓×·≠≡∝∞°'),
  '&': '&≦≤',
  "'": "'≧≥",
  ...also(':;bdefghijklmnpvwxyz|~', '∏∑√⊂∪⊃∩∈→↑←↓∂∇∫∃ℵ÷‖⊥∠∴'),
}
const symbolic = {
  ...also('HIJKLPQRSTUVXZ_`abcdh', '○□△◇☆●■▲◀▼▶⚑⚓⚒☪✡🔔🌴🌲🌳☘'),
  ...also('ijkl~', '§†‡∴★'),
  w: 'w℘',
  m: 'm♠♤',
  n: 'n♡♥',
  o: 'o♢♦',
  p: 'p♣♧',
}
const astrology = {
  ...also("!#$%&'*+-/:<>?", '♓☉☿♀⊕♂♃♄⛢♆♇☄☊☋'),
  ';': ';☾☽',
  ...also('@[]^_`{|}~', '♈♉♊♋♌♍♏♐♑♒'),
}
const MARKERS = '○□△◇☆✚+×*●■▲◀▼▶▽'
const markers = { ...also(capitals.slice(0, 16), MARKERS), ...also(small.slice(0, 16), MARKERS) }

/** The 193 places of japanese.jhf; a middle dot fills its gaps. */
const KANA_ROWS =
  'あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもや\0ゆ\0よらりるれろわゐ\0ゑをん'
const KANA_VOICED = 'がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽ'
const hiragana = `${KANA_ROWS}\0\0\0\0${KANA_VOICED}`
/** Katakana stand 96 code points above hiragana. */
const katakana = Array.from(hiragana).map((kana) =>
  kana === '\0' ? kana : String.fromCharCode(kana.charCodeAt(0) + 0x60),
)
/** The sign between 7 and 9 is drawn as 入, so it is not offered as 八. */
const KANJI = 'ー日円年大国人東中本京出時上者十一二三四五六七入九'

export const ENCODINGS = {
  /** rowman*, script*, gothgbt …: an up arrow for '^', a degree sign at the end. */
  numbered: ascii('°', numbered),
  /** futural, greek: a curly apostrophe, and a grave that hangs too low for a quote. */
  curly: ascii('■', CURLY),
  /** times*, gothic*, cursive: typewriter quotes. */
  plain: ascii('■'),
  futuram: ascii('■', instead('{}', '⟨⟩')),
  greeks: ascii('°', greekAlphabet),
  /** The '"' of greekc and cyrilc_1 draws a semicolon. */
  greekc: ascii('°', { ...greekAlphabet, '"': '' }),
  greek: ascii('■', { ...CURLY, ...greekBySound }),
  timesg: ascii('■', greekBySound),
  cyrilc_1: ascii('°', {
    ...numbered,
    '"': '',
    ...instead(capitals, 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩ'),
    ...instead(small, 'абвгдежзийклмнопрстуфхцчшщ'),
  }),
  /** Its 'E' repeats И and its 'c' the capital Э, where Й and э belong. */
  cyrillic: ascii('~', {
    ...instead(capitals, 'АБЭДИФГЖИЧКЛМНОПШРСТЮВЩХУЗ'),
    ...instead(small, 'абэдйфгжичклмнопшрстювщхуз'),
    ...instead('$%&[]^_`{|}~', 'ЫцыЕЪЯЬЦеъяь'),
    E: '',
    c: '',
  }),
  mathlow: ascii('~', { ...math, ...instead(capitals, small), ...instead('a', '$') }),
  mathupp: ascii('~', math),
  symbolic: ascii('~', symbolic),
  astrology: ascii('~', astrology),
  music: ascii('■', also("'()*+-.;=?&", '♯♮♭𝄻𝄼𝄾𝄽𝄞𝄢𝄡𝅘')),
  meteorology: ascii('~', also('_|', '∞☈')),
  /** Blank but for its letters. */
  markers: [...ASCII.map((char) => markers[char] ?? (char === ' ' ? char : '')), '', ''],
  japanese: ['.。', ',、', ...Array.from(KANJI), '', '', '', '', '', '', ...Array.from(hiragana), ...katakana].map(
    (c) => (c === '\0' ? '' : c),
  ),
} as const satisfies Record<string, Encoding>
