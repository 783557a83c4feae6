import colors from 'picocolors'

export interface Paint {
  readonly isColored: boolean
  readonly accent: (text: string) => string
  readonly bad: (text: string) => string
  readonly good: (text: string) => string
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
}

/** An orange-red among the 256 colours of a terminal. */
const ORANGE_RED = 202

export function paintFor(isColored: boolean): Paint {
  const { red, green, dim, bold } = colors.createColors(isColored)
  return {
    isColored,
    accent: isColored ? (text) => `\u001b[38;5;${ORANGE_RED}m${text}\u001b[39m` : String,
    bad: red,
    good: green,
    dim,
    bold,
  }
}

/**
 * Whether to use colour: never with NO_COLOR (no-color.org), else as FORCE_COLOR says, else on a terminal that is not
 * dumb.
 */
export function wantsColor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0'
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
