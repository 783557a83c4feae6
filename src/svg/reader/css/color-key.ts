import { parseLength } from './lengths.ts'
import { NAMED_COLORS } from './named-colors.ts'
import { parseAngle } from './transform.ts'

const hex = (value: number): string =>
  Math.min(255, Math.max(0, Math.round(value)))
    .toString(16)
    .padStart(2, '0')

/**
 * A colour as '#rrggbb', without its opacity, so that red, #f00 and rgb(255, 0, 0) are one pen. The colour may be a
 * name, hex digits, rgb(), hsl(), hwb(), or color() of srgb or display-p3. Other text is only trimmed and put into
 * lower case.
 */
export function colorKey(color: string): string {
  const text = color.trim().toLowerCase()
  const named = NAMED_COLORS.get(text)
  if (named !== undefined) return `#${named}`
  const digits = /^#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/.exec(text)?.[1]
  if (digits !== undefined && digits.length < 5) return `#${digits.slice(0, 3).replace(/./g, '$&$&')}`
  if (digits !== undefined) return `#${digits.slice(0, 6)}`
  const [, kind, list = ''] = /^(rgb|hsl|hwb|color(?=\((?:srgb|display-p3) ))a?\(([^)]*)\)$/.exec(text) ?? []
  const parts = list.split(/[\s,/]+/).filter((part) => part !== '')
  if (kind === 'rgb')
    return `#${parts
      .slice(0, 3)
      .map((part) => hex(channel(part)))
      .join('')}`
  // The channels of display-p3 count as those of srgb. The difference is small, and does not matter to a pen.
  if (kind === 'color')
    return `#${parts
      .slice(1, 4)
      .map((part) => hex(255 * unit(part)))
      .join('')}`
  if (kind === 'hwb') return hwbKey(parts)
  return kind === 'hsl' ? hslKey(parts) : text
}

/** Whether a picture draws this colour as black, because it is black or so light that it would be invisible. */
export function isDrawnBlack(color: string): boolean {
  if (colorKey(color) === '#000000') return true
  const [, r = '0', g = '0', b = '0'] = /^#(..)(..)(..)$/.exec(colorKey(color)) ?? []
  return Math.min(...[r, g, b].map((digits) => Number.parseInt(digits, 16))) > 0xd8
}

/** Whether a colour counts as white paper. */
export function isWhite(color: string | undefined): boolean {
  const [, r = '0', g = '0', b = '0'] = /^#(..)(..)(..)$/.exec(color === undefined ? '' : colorKey(color)) ?? []
  return Math.min(...[r, g, b].map((digits) => Number.parseInt(digits, 16))) >= 0xfa
}

/** The luminance of a colour, 0 … 1, by the formula for masks; 0.5 when `colorKey` gives no hex digits. */
export function luminance(color: string): number {
  const [whole, r = '0', g = '0', b = '0'] = /^#(..)(..)(..)$/.exec(colorKey(color)) ?? []
  if (whole === undefined) return 0.5
  const [red = 0, green = 0, blue = 0] = [r, g, b].map((digits) => Number.parseInt(digits, 16) / 255)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function channel(text: string): number {
  const length = parseLength(text)
  if (length === undefined) return 0
  return length.unit === '%' ? length.value * 2.55 : length.value
}

/** A hue in degrees. A number without a unit is degrees. */
function hueDegrees(text: string): number {
  const length = parseLength(text)
  return length?.unit === '' ? length.value : (parseAngle(text) ?? 0)
}

/** 50 and 50% are 0.5; `none` and invalid text are 0. */
const portion = (text: string): number => (Number.parseFloat(text) || 0) / 100

/** 0.5 and 50% are 0.5; `none` and invalid text are 0. */
const unit = (text: string): number => (text.endsWith('%') ? portion(text) : Number.parseFloat(text) || 0)

/** The key of a colour by hue, whiteness and blackness (CSS Color 4, section 8). */
function hwbKey([h = '0', w = '0', b = '0']: readonly string[]): string {
  const [white, black] = [portion(w), portion(b)]
  const sum = Math.max(1, white + black)
  const lightness = (1 + white / sum - black / sum) / 2
  const saturation =
    lightness === 0 || lightness === 1 ? 0 : (lightness - white / sum) / Math.min(lightness, 1 - lightness)
  return hslKey([h, `${100 * saturation}%`, `${100 * lightness}%`])
}

/** The key of a colour by hue, saturation and lightness (CSS Color 4, section 7.1). */
function hslKey([h = '0', s = '0', l = '0']: readonly string[]): string {
  const hue = hueDegrees(h)
  const [saturation, lightness] = [portion(s), portion(l)]
  const byteAt = (n: number): string => {
    const k = (((n + hue / 30) % 12) + 12) % 12
    const a = saturation * Math.min(lightness, 1 - lightness)
    return hex(255 * (lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return `#${byteAt(0)}${byteAt(8)}${byteAt(4)}`
}
