import { escapeText } from './escape.ts'
import { short, shortLength } from './number.ts'

/** The page of an SVG and the look of its strokes. */
export interface PageStyle {
  readonly width: number
  readonly height: number
  readonly strokeWidth: number
  readonly color: string
  readonly title?: string | undefined
  /** CSS colour of the paper; by default the paper has no colour. */
  readonly background?: string | undefined
}

/**
 * An SVG document around elements. The page and every number inside are in mm. The elements show only strokes, with
 * round caps and joins, as a pen draws them.
 */
export function svgDocument(page: PageStyle, elements: string): string {
  const width = shortLength(page.width, 'width')
  const height = shortLength(page.height, 'height')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"' +
      ` width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}"` +
      ` fill="none" stroke="${page.color}" stroke-width="${short(page.strokeWidth, 'strokeWidth')}"` +
      ' stroke-linecap="round" stroke-linejoin="round">',
    ...(page.title ? [`<title>${escapeText(page.title)}</title>`] : []),
    ...(page.background ? [paper(page.background)] : []),
    elements,
    '</svg>',
    '',
  ].join('\n')
}

/** The paper, in a layer that `%` marks as not plotted. */
const paper = (color: string): string =>
  '<g inkscape:groupmode="layer" inkscape:label="% paper">' +
  `<rect width="100%" height="100%" fill="${color}" stroke="none"/></g>`
