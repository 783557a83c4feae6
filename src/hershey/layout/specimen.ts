import { transformStrokes, translation } from '../../geometry/affine.ts'
import { type Drawing, drawingOf } from '../../geometry/drawing.ts'
import { mergeStrokes } from '../../geometry/stroke-writer.ts'
import type { FontInfo, StrokeFont } from '../fonts/font.ts'
import { DEFAULT_FONT, fontNames, loadFont } from '../fonts/library.ts'
import { layoutText, type TextLayout } from './layout.ts'

/** The contents and the size of a page of fonts. */
export interface SpecimenOptions {
  /** Names of fonts; all fonts when absent. */
  readonly fonts?: readonly string[]
  /** A text instead of each font's sample. */
  readonly text?: string
  /** Width of the page, mm; 210 when absent. */
  readonly width?: number
  /** White at the edges of the page, mm; 12 when absent. */
  readonly margin?: number
  /** Cap height of the samples, mm; 4 when absent. */
  readonly size?: number
}

/** The layout of a font's sample. @param size  cap height, mm @throws PlotdError as `layoutText` */
export function sampleOf(font: string | StrokeFont, size = 5): TextLayout {
  const info = typeof font === 'string' ? infoOf(font) : font.info
  return layoutText(info.sample, { font, size })
}

/**
 * A page of fonts. The sample of each font is in the font itself, and the name of each font is in the default font. A
 * title is in the font itself, but the titles of symbol, Greek, Cyrillic and Japanese fonts are in the default font.
 *
 * @throws PlotdError as `layoutText`
 */
export function fontSpecimen(options: SpecimenOptions = {}): Drawing {
  const { fonts, text, width = 210, margin = 12, size = 4 } = options
  const infos = fonts ? fonts.map(infoOf) : fontNames()
  let y = margin
  const rows = infos.flatMap((info) => {
    const title = layoutText(info.title, { font: setsOwnTitle(info) ? info.name : DEFAULT_FONT, size: size * 0.8 })
    const name = layoutText(info.name, { size: size * 0.45 })
    const column = margin + 15 * size
    const sample = layoutText(text ?? info.sample, { font: info.name, size, width: width - column - margin })
    const above = Math.max(sample.ascent, -sample.bounds.minY)
    const below = Math.max(sample.bounds.maxY, size * 1.1)
    const baseline = y + above
    y = baseline + below + size * 0.9
    return [
      transformStrokes(translation(margin, baseline), title.strokes),
      transformStrokes(translation(margin, baseline + size * 1.05), name.strokes),
      transformStrokes(translation(column, baseline), sample.strokes),
    ]
  })
  return drawingOf(mergeStrokes(...rows), width, Math.ceil(y - size * 0.9 + margin), 'fonts')
}

/** Whether the title of a font is set in the font itself. */
const setsOwnTitle = ({ name, style }: FontInfo): boolean =>
  style !== 'symbols' && style !== 'japanese' && !/^(greek|timesg|cyril)/.test(name)

const infoOf = (name: string): FontInfo => loadFont(name).info
