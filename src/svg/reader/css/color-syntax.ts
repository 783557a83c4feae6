import { NAMED_COLORS } from './named-colors.ts'

/** System colours, including those of CSS 2. The value of a system colour does not matter to a pen. */
const SYSTEM: ReadonlySet<string> = new Set(
  [
    'accentcolor accentcolortext activetext buttonborder buttonface buttontext canvas canvastext field fieldtext',
    'graytext highlight highlighttext linktext mark marktext selecteditem selecteditemtext visitedtext activeborder',
    'activecaption appworkspace background buttonhighlight buttonshadow captiontext inactiveborder inactivecaption',
    'inactivecaptiontext infobackground infotext menu menutext scrollbar threeddarkshadow threedface threedhighlight',
    'threedlightshadow threedshadow window windowframe windowtext',
  ].flatMap((line) => line.split(' ')),
)

const HEX = /^#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i
const FUNCTION = /^(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|contrast-color|light-dark)\((.*)$/is
/** Colours with computed parts, whose content is not validated. */
const COMPUTED = /^\s*from\s|\b(?:calc|min|max|clamp|env|attr)\(/i

const NUMBER = '[-+]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:e[-+]?\\d+)?'
const number = new RegExp(`^${NUMBER}$`, 'i')
const percentage = new RegExp(`^${NUMBER}%$`, 'i')
const angle = new RegExp(`^${NUMBER}(?:deg|grad|rad|turn)?$`, 'i')

/** Whether a value is a valid colour (CSS Color 5). Names must be in lower case, see `keyword`. */
export function isColor(value: string): boolean {
  if (NAMED_COLORS.has(value) || HEX.test(value)) return true
  if (value === 'currentcolor' || value === 'transparent' || SYSTEM.has(value)) return true
  const [, name, rest] = FUNCTION.exec(value) ?? []
  return name !== undefined && rest !== undefined && isCall(name.toLowerCase(), rest)
}

/**
 * Whether a colour function is valid.
 *
 * @param rest  the text after the opening bracket; the closing one may be missing
 */
function isCall(name: string, rest: string): boolean {
  if (name.startsWith('color') || name === 'contrast-color' || COMPUTED.test(rest)) return true
  const [, inside] = /^([^()]*)\)?$/.exec(rest.trim()) ?? []
  if (inside === undefined) return false
  if (name === 'light-dark') return inside.split(',').every((part) => isColor(part.trim()))
  const isLegacy = inside.includes(',')
  return isLegacy
    ? isListed(
        name,
        inside.split(',').map((part) => part.trim()),
      )
    : isSpaced(name, inside)
}

/**
 * Whether arguments are valid in the comma syntax. The channels of `rgb` are all numbers or all percentages. The
 * channels of `hsl` are an angle and two percentages. No channel is `none`.
 */
function isListed(name: string, parts: readonly string[]): boolean {
  const [a = '', b = '', c = '', alpha = '1'] = parts
  if (parts.length < 3 || parts.length > 4 || !(number.test(alpha) || percentage.test(alpha))) return false
  if (name.startsWith('rgb')) {
    return [a, b, c].every((part) => number.test(part)) || [a, b, c].every((part) => percentage.test(part))
  }
  return name.startsWith('hsl') && angle.test(a) && percentage.test(b) && percentage.test(c)
}

/** Whether arguments are valid in the space syntax, which has a slash before the opacity. */
function isSpaced(name: string, inside: string): boolean {
  const [channels = '', alpha = '1', ...more] = inside.split('/')
  const parts = channels.trim().split(/\s+/)
  const isChannel = (part: string): boolean => part === 'none' || number.test(part) || percentage.test(part)
  const hue = /^h/.test(name) ? 0 : /ch$/.test(name) ? 2 : -1
  return (
    more.length === 0 &&
    parts.length === 3 &&
    isChannel(alpha.trim()) &&
    parts.every((part, i) => (i === hue ? part === 'none' || angle.test(part) : isChannel(part)))
  )
}
