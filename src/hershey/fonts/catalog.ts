import type { ENCODINGS } from './encodings.ts'
import type { FontInfo, FontStyle } from './font.ts'

/** A font that ships with plotd. Paths are below src/hershey/fonts. */
export type ShippedFont = FontInfo & {
  readonly file: string
  readonly encoding?: keyof typeof ENCODINGS
  /** A second file, with characters that the main file lacks, in the same or a matching style. */
  readonly extra?: string
}

/** The sample of a font with Latin letters. */
export const PANGRAM = 'Sphinx of black quartz, judge my vow'
const GREEK = 'Ξεσκεπάζω την ψυχοφθόρα βδελυγμία'
const HERSHEY = 'Hershey'
const OFL = 'OFL-1.1'

type Row = readonly [name: string, title: string, style: FontStyle, weight: 1 | 2 | 3, encoding: keyof typeof ENCODINGS]

const hershey: readonly Row[] = [
  ['futural', 'Futura light', 'sans', 1, 'curly'],
  ['futuram', 'Futura medium', 'sans', 2, 'futuram'],
  ['rowmans', 'Roman simplex', 'sans', 1, 'numbered'],
  ['rowmand', 'Roman duplex', 'sans', 2, 'numbered'],
  ['rowmant', 'Roman triplex', 'serif', 3, 'numbered'],
  ['timesr', 'Times roman', 'serif', 2, 'plain'],
  ['timesi', 'Times italic', 'serif', 2, 'plain'],
  ['timesrb', 'Times roman bold', 'serif', 3, 'plain'],
  ['timesib', 'Times italic bold', 'serif', 3, 'plain'],
  ['scripts', 'Script simplex', 'script', 1, 'numbered'],
  ['scriptc', 'Script complex', 'script', 2, 'numbered'],
  ['cursive', 'Cursive', 'script', 1, 'plain'],
  ['gothiceng', 'Gothic English', 'blackletter', 3, 'plain'],
  ['gothicger', 'Gothic German', 'blackletter', 3, 'plain'],
  ['gothicita', 'Gothic Italian', 'blackletter', 3, 'plain'],
  ['gothgbt', 'Gothic English triplex', 'blackletter', 3, 'numbered'],
  ['gothgrt', 'Gothic German triplex', 'blackletter', 3, 'numbered'],
  ['gothitt', 'Gothic Italian triplex', 'blackletter', 3, 'numbered'],
  ['greek', 'Greek light', 'sans', 1, 'greek'],
  ['greeks', 'Greek simplex', 'sans', 1, 'greeks'],
  ['greekc', 'Greek complex', 'serif', 2, 'greekc'],
  ['timesg', 'Times Greek', 'serif', 2, 'timesg'],
  ['cyrilc_1', 'Cyrillic complex', 'serif', 2, 'cyrilc_1'],
  ['cyrillic', 'Cyrillic', 'serif', 2, 'cyrillic'],
  ['japanese', 'Japanese', 'japanese', 2, 'japanese'],
  ['mathlow', 'Mathematics, small', 'symbols', 1, 'mathlow'],
  ['mathupp', 'Mathematics, capitals', 'symbols', 1, 'mathupp'],
  ['symbolic', 'Symbols', 'symbols', 1, 'symbolic'],
  ['markers', 'Markers', 'symbols', 1, 'markers'],
  ['astrology', 'Astrology', 'symbols', 3, 'astrology'],
  ['music', 'Music', 'symbols', 2, 'music'],
  ['meteorology', 'Meteorology', 'symbols', 1, 'meteorology'],
]

const SAMPLES: Readonly<Record<string, string>> = {
  greek: GREEK,
  greeks: GREEK,
  greekc: GREEK,
  timesg: GREEK,
  cyrilc_1: 'Съешь ещё этих мягких французских булок',
  cyrillic: 'Съешь ещё этих мягких французских булок',
  japanese: 'いろはにほへと ちりぬるを イロハニホヘト 東京 日本',
  mathlow: '∑ ∏ ∫ √ ∞ ± × ÷ ≤ ≥ ≠ ≡ ∂ ∇ ∈ ∃ ⊂ ∪ ∩ ⊥ ∠ ∴ → ↑ ← ↓',
  mathupp: '∑ ∏ ∫ √ ∞ ± × ÷ ≤ ≥ ≠ ≡ ∂ ∇ ∈ ∃ ⊂ ∪ ∩ ⊥ ∠ ∴ → ↑ ← ↓',
  symbolic: '♠ ♡ ♢ ♣ ☆ ★ ☘ 🌲 🌳 🌴 🔔 ⚓ ⚑ ⚒ § † ‡ ○ □ △ ◇ ● ■ ▲ ◀ ▼ ▶',
  markers: '○ □ △ ◇ ☆ ✚ + × * ● ■ ▲ ◀ ▼ ▶ ▽',
  astrology: '☉ ☿ ♀ ♂ ♃ ♄ ⛢ ♆ ♇ ☾ ☄ ♈ ♉ ♊ ♋ ♌ ♍ ♏ ♐ ♑ ♒ ♓',
  music: '𝄞 𝄡 𝄢 ♯ ♮ ♭ 𝄻 𝄼 𝄽 𝄾 𝅘',
  yona: 'דג סקרן שט בים מאוכזב ולפתע מצא חברה',
  bulbul: 'نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر',
  meteorology: '∞ ☈ ~ ! " # $ & \' ( ) + : ; < = >',
}

/** The file of further characters, in hershey/extra, by font. A font that is not listed has no such file. */
const EXTRA: Readonly<Record<string, string>> = {
  futural: 'futural',
  futuram: 'futuram',
  rowmans: 'futural',
  rowmand: 'futuram',
  rowmant: 'timesrb',
  timesr: 'timesr',
  timesi: 'timesi',
  timesrb: 'timesrb',
  timesib: 'timesib',
  scripts: 'scripts',
  scriptc: 'scriptc',
  cursive: 'scripts',
  gothiceng: 'gothiceng',
  gothgbt: 'gothiceng',
}

const ITALIC = new Set(['timesi', 'timesib', 'scripts', 'scriptc', 'cursive', 'music'])

/** The nine single-line fonts by Sheldon B. Michaels: name, title, style, whether the font is italic. */
const ems: readonly (readonly [string, string, FontStyle, boolean])[] = [
  ['EMSAllure', 'EMS Allure', 'script', true],
  ['EMSElfin', 'EMS Elfin', 'hand', false],
  ['EMSFelix', 'EMS Felix', 'script', true],
  ['EMSNixish', 'EMS Nixish', 'serif', false],
  ['EMSNixishItalic', 'EMS Nixish Italic', 'serif', true],
  ['EMSOsmotron', 'EMS Osmotron', 'sans', false],
  ['EMSReadability', 'EMS Readability', 'sans', false],
  ['EMSReadabilityItalic', 'EMS Readability Italic', 'sans', true],
  ['EMSTech', 'EMS Tech', 'hand', false],
]

/** The hands that were drawn for plotd, whose letters have several forms: name, title, whether the letters lean. */
const hands: readonly (readonly [string, string, boolean])[] = [
  ['linnet', 'Linnet, an upright hand', false],
  ['heron', 'Heron, a half-joined italic hand', true],
  ['wren', 'Wren, a joined script', true],
  ['yona', 'Yona, a Hebrew hand', false],
  ['bulbul', 'Bulbul, an Arabic hand', false],
]

/** The shipped fonts, in the order in which plotd lists them. */
export const CATALOG: readonly ShippedFont[] = [
  ...hershey.map(([name, title, style, weight, encoding]) => ({
    name,
    title,
    style,
    weight,
    italic: ITALIC.has(name),
    licence: HERSHEY,
    sample: SAMPLES[name] ?? PANGRAM,
    file: `hershey/${name}.jhf`,
    encoding,
    ...(EXTRA[name] !== undefined && { extra: `hershey/extra/${EXTRA[name]}.svg` }),
  })),
  ...ems.map(([name, title, style, italic]) => ({
    name,
    title,
    style,
    weight: 1 as const,
    italic,
    licence: OFL,
    sample: PANGRAM,
    file: `ems/${name}.svg`,
  })),
  ...hands.map(([name, title, italic]) => ({
    name,
    title,
    style: 'hand' as const,
    weight: 1 as const,
    italic,
    licence: 'MIT',
    sample: SAMPLES[name] ?? PANGRAM,
    file: `hands/${name}.hand`,
  })),
]
