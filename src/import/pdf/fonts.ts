import type { Affine } from '../../geometry/affine.ts'
import type { Font, Instruction, PathData } from './instructions.ts'
import type { OperatorList } from './operators.ts'

/** A font in the form of pdf.js 5.6, with `fontExtraProperties`. */
export interface RawFont {
  readonly name?: string
  readonly bold?: boolean
  readonly black?: boolean
  readonly italic?: boolean
  readonly vertical?: boolean
  readonly isType3Font?: boolean
  readonly missingFile?: boolean
  readonly fontMatrix?: readonly number[]
  readonly charProcOperatorList?: Readonly<Record<string, OperatorList>>
  readonly composite?: boolean
  readonly toUnicode?: unknown
  readonly differences?: Readonly<Record<number, string>>
  readonly defaultVMetrics?: readonly number[]
}

/** Names of symbol fonts. In such a font, the code and the name of a glyph do not tell the character of the glyph. */
const SYMBOLS =
  /^(CMEX|CMSY|CMBSY|MSAM|MSBM|RSFS|EUEX|EUSM|stmary|wasy|txsy|pxsy|Symbol|ZapfDingbats|Wingdings|Webdings|OpenSymbol|MT-?Extra|LASY|LINE|LCIRCLE)/i

/**
 * Names of the standard fonts of PDF, for which pdf.js substitutes other fonts. A name with the prefix of a subset does
 * not match, because its font is in the file.
 */
const STANDARD =
  /^(Helvetica|Courier|Times|Arial|TimesNewRoman|CourierNew|Symbol|ZapfDingbats)([-,](Roman|Bold|Italic|Oblique|BoldItalic|BoldOblique))?$/

/**
 * A font of the file.
 *
 * @param outline  gives the outline of a glyph in the form of pdf.js
 * @param listOf   converts the operators of a glyph of Type 3
 */
export function fontOf(
  id: string,
  raw: RawFont,
  outline: (key: string) => unknown,
  listOf: (list: OperatorList) => Instruction[],
): Font {
  const name = (raw.name ?? '').replace(/^[A-Z]{6}\+/, '')
  const drawings = new Map<string, readonly Instruction[]>()
  const outlines = new Map<string, PathData | undefined>()
  return {
    id,
    name,
    isBroken: isBroken(raw),
    isBold: raw.bold === true || raw.black === true || /bold|black|heavy/i.test(name),
    isItalic: raw.italic === true || /italic|oblique/i.test(name),
    isVertical: raw.vertical === true,
    ...(raw.defaultVMetrics && { verticalMetrics: raw.defaultVMetrics }),
    matrix: (raw.fontMatrix ?? [0.001, 0, 0, 0.001, 0, 0]) as unknown as Affine,
    isDrawn: raw.isType3Font === true,
    isReadable: (raw.isType3Font === true ? isNamed(raw) : !isCoded(raw)) && !SYMBOLS.test(name),
    names: characterTest(raw),
    isCoded: isCoded(raw) && !SYMBOLS.test(name),
    isEmbedded: raw.missingFile !== true && !STANDARD.test(raw.name ?? ''),
    outline: (key) => {
      if (!outlines.has(key)) outlines.set(key, pathOf(outline(key)))
      return outlines.get(key)
    },
    drawing: (glyph) => {
      const list = raw.charProcOperatorList?.[glyph]
      if (list === undefined) return undefined
      const cached = drawings.get(glyph)
      if (cached) return cached
      drawings.set(glyph, []) // a glyph that draws itself ends here
      const drawing = listOf(list)
      drawings.set(glyph, drawing)
      return drawing
    },
  }
}

/** Whether an object of pdf.js is the message of an error, in place of a font that pdf.js cannot read. */
const isBroken = (font: unknown): boolean => typeof font !== 'object'

/**
 * Whether the file does not say which characters the codes of a composite font are. pdf.js then gives an identity map,
 * which has a first and a last code and nothing else.
 */
function isCoded({ composite, toUnicode }: RawFont): boolean {
  if (composite !== true || typeof toUnicode !== 'object' || toUnicode === null) return false
  return 'firstChar' in toUnicode && 'lastChar' in toUnicode
}

/** Returns a test of whether a code has a character in pdf.js's map `toUnicode`. Without this map, all codes pass. */
function characterTest({ toUnicode }: RawFont): (code: number) => boolean {
  const { _map: characters } = (toUnicode ?? {}) as { readonly _map?: Readonly<Record<number, unknown>> }
  return (code) => characters === undefined || characters[code] !== undefined
}

/**
 * Whether pdf.js knows the characters of a Type 3 font from the names of its glyphs. Names such as 'g12' and 'a7' are
 * meaningless, and a code with an unknown name is missing in `toUnicode`. A font whose em is outside of about
 * 900 … 2500 units does not count.
 */
const isNamed = ({ differences = [], fontMatrix = [0], toUnicode }: RawFont): boolean => {
  const codes = Object.keys(differences).filter((code) => differences[Number(code)] !== '.notdef')
  const names = codes.map((code) => differences[Number(code)] ?? '')
  const { _map: characters } = (toUnicode ?? {}) as { readonly _map?: Readonly<Record<string, unknown>> }
  if (characters === undefined || codes.some((code) => characters[code] === undefined)) return false
  const hasUsualEm = Math.abs(fontMatrix[0] ?? 0) > 0.0004 && Math.abs(fontMatrix[0] ?? 0) < 0.0011
  return hasUsualEm && names.length > 0 && names.every((glyph) => /^(uni[0-9A-F]{4}|[A-Za-z]+(\.\w+)?)$/.test(glyph))
}

/** pdf.js gives 16-bit floats if Node has an array of them, as Node 24 does, else 32-bit floats. */
const pathOf = (value: unknown): PathData | undefined => {
  const path = (value as { readonly path?: unknown } | undefined)?.path
  if (!ArrayBuffer.isView(path)) return undefined
  const data = path instanceof Float32Array ? path : Float32Array.from(path as unknown as ArrayLike<number>)
  return data.length > 0 ? data : undefined
}
