import { type SvgReading, WAYS } from './reading/options.ts'

/** A warning to the user about a file, given before the plot. */
export interface ReadingWarning {
  readonly code: 'not-drawn' | 'text-font' | 'layer-hidden' | 'white-fill' | 'not-filled'
  readonly message: string
  readonly count?: number
}

/** Maximum number of hidden layers that get a warning of their own. */
const MAX_NAMED = 12

/**
 * Warnings about everything in a file that the pen does not draw or draws in another way, including characters without
 * a glyph.
 */
export function readingWarnings({
  notDrawn,
  text,
  hiddenLayers,
  whiteFills = 0,
  notFilled = 0,
}: Pick<SvgReading, 'notDrawn' | 'text' | 'hiddenLayers'> &
  Partial<Pick<SvgReading, 'whiteFills' | 'notFilled'>>): ReadingWarning[] {
  return [
    ...notDrawn.map(({ what, count, detail }) => ({
      code: 'not-drawn' as const,
      message: `${count} × ${what}${fateOf(detail)}`,
      count,
    })),
    ...(text === undefined ? [] : [text]).map(({ count, font }) => ({
      code: 'text-font' as const,
      message: `${count} × text is drawn in the stroke font ${font}`,
      count,
    })),
    ...(whiteFills === 0
      ? []
      : [{ code: 'white-fill' as const, message: whiteFillMessage(whiteFills), count: whiteFills }]),
    ...(notFilled === 0
      ? []
      : [{ code: 'not-filled' as const, message: notFilledMessage(notFilled), count: notFilled }]),
    ...hiddenLayers.slice(0, MAX_NAMED).map((label) => ({
      code: 'layer-hidden' as const,
      message: `the layer “${label}” is marked % and is not drawn`,
    })),
    ...(hiddenLayers.length <= MAX_NAMED ? [] : [moreHidden(hiddenLayers.length - MAX_NAMED)]),
  ]
}

function fateOf(detail: string | undefined): string {
  if (detail !== undefined && WAYS.has(detail)) return `: ${detail}`
  return ` will not be drawn${detail === undefined ? '' : ` (${detail})`}`
}

const moreHidden = (count: number): ReadingWarning => ({
  code: 'layer-hidden',
  message: `${count} more ${count === 1 ? 'layer is' : 'layers are'} marked % and not drawn`,
  count,
})

/** The message of the code 'white-fill'. */
export const whiteFillMessage = (count: number): string =>
  `${count} × white shape without a stroke is left out: paper is white (--draw-white draws it)`

/** The message of the code 'not-filled'. */
export const notFilledMessage = (count: number): string =>
  `${count} × closed shape has no fill in the file and stays empty (--fill-all fills it, or “Fill all” in the browser)`
