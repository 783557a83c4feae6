import { PlotdError } from '../errors.ts'

/** A CSS colour: a name, #rgb(a), #rrggbb(aa), or a function such as rgb() or hsl(). */
const COLOR = /^(?:[a-z]+|#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})|[a-z]+\([\d\s.,%/+a-z-]*\))$/i

/** Whether a text is a CSS colour that `cssColor` accepts. A colour with nested functions is not accepted. */
export const isCssColor = (text: string): boolean => COLOR.test(text)

/** Returns a CSS colour unchanged. @throws PlotdError ERR_PARAMS for a text of another form, which could add markup */
export function cssColor(color: string, what = 'color'): string {
  if (isCssColor(color)) return color
  throw new PlotdError('ERR_PARAMS', `${what} must be a CSS colour, got ${JSON.stringify(color)}`)
}
