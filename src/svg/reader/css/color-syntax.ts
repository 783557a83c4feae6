import { NAMED_COLORS } from './named-colors.ts'

const HEX = /^#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i
const FUNCTION = /^(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|contrast-color)\((.*)$/is
/** Colours with computed parts, whose content is not validated. */
const COMPUTED = /^\s*from\s|\b(?:calc|min|max|clamp|env|attr)\(/i

const NUMBER = '[-+]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:e[-+]?\\d+)?'
const number = new RegExp(`^${NUMBER}$`, 'i')
const percentage = new RegExp(`^${NUMBER}%$`, 'i')
const angle = new RegExp(`^${NUMBER}(?:deg|grad|rad|turn)?$`, 'i')

/** Matches a colour of `light-dark()`. It may have brackets in brackets. */
const PART = '((?:[^(),]|\\((?:[^()]|\\([^()]*\\))*\\))*)'
/** Matches `light-dark(a, b)`. The closing bracket may be missing. */
const LIGHT_DARK = new RegExp(`^light-dark\\(${PART},${PART}\\)?$`, 'i')

/** The colour of a value on a light page: the first of `light-dark()`, else the value itself. */
export const onLightPage = (value: string): string => LIGHT_DARK.exec(value)?.[1]?.trim().toLowerCase() ?? value

/** Whether a value is a valid colour (CSS Color 5). Names must be in lower case, see `keyword`. */
export function isColor(value: string): boolean {
  if (NAMED_COLORS.has(value) || HEX.test(value)) return true
  if (value === 'currentcolor' || value === 'transparent') return true
  const [, light, dark] = LIGHT_DARK.exec(value) ?? []
  if (light !== undefined && dark !== undefined) return [light, dark].every(isColorInside)
  const [, name, rest] = FUNCTION.exec(value) ?? []
  return name !== undefined && rest !== undefined && isCall(name.toLowerCase(), rest)
}

/** Whether a text is a colour other than `light-dark()`, which plotd does not read inside another one. */
function isColorInside(text: string): boolean {
  const color = text.trim().toLowerCase()
  return !color.startsWith('light-dark') && isColor(color)
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
