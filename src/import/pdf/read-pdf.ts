import { apply, compose } from '../../geometry/affine.ts'
import type { ImportOptions, ImportResult } from '../importer.ts'
import { requirePage } from '../pages.ts'
import { openPdf } from './document.ts'
import { codesOf, nameGlyphs } from './font-programs.ts'
import { interpret } from './interpret.ts'
import { notesOn, type PartCounts } from './notes.ts'
import { countLoss, type GlyphShape, type ImageShape } from './shapes.ts'
import { StrokeText } from './stroke-text.ts'
import { textOf, wordsOf } from './words.ts'
import { PageWriter } from './write.ts'

/** The number of pages. @throws PlotdError ERR_DOCUMENT, ERR_SVG_LIMIT */
export async function pagesOfPdf(bytes: Uint8Array): Promise<number> {
  const document = await openPdf(bytes)
  await document.close()
  return document.pages
}

/** Reads a page. @throws PlotdError ERR_DOCUMENT, ERR_PARAMS for a missing page, ERR_SVG_LIMIT, ERR_FONT_UNKNOWN */
export async function readPdf(bytes: Uint8Array, options: ImportOptions): Promise<ImportResult> {
  const document = await openPdf(bytes)
  try {
    requirePage(options.page, document.pages)
    const source = await document.page(options.page, options.drawPicture !== undefined)
    const page = interpret(source, !options.outlines)
    const isCoded = page.shapes.some((shape) => shape.is === 'glyph' && shape.font.isCoded)
    const shapes = isCoded && !options.outlines ? nameGlyphs(page.shapes, codesOf(bytes)) : page.shapes
    const writer = new PageWriter(page.widthMm, page.heightMm, options.limits.characters)
    const counts: PartCounts = { words: 0, outlines: new Map(), pictures: 0, photos: 0, lost: new Map(page.lost) }
    const text = new StrokeText(options.font)
    for (const shape of shapes) if (shape.is === 'glyph') text.measure(shape)
    const isReadable = ({ font, glyph }: GlyphShape): boolean =>
      !options.outlines && font.isReadable && font.names(glyph.code) && text.canDraw(glyph.unicode)
    for (const shape of wordsOf(shapes, isReadable)) {
      if (shape.is === 'path') writer.path(shape)
      else if (shape.is === 'image') await picture(shape, writer, counts, options)
      else if (shape.is === 'word') {
        const [{ color, clip }] = shape.glyphs
        writer.strokes(text.word(shape.glyphs), color, clip, textOf(shape.glyphs))
        counts.words++
      } else outline(shape, writer, counts)
    }
    return { svg: writer.toString(), notes: notesOn(counts, source, options, document), layers: 'color' }
  } finally {
    await document.close()
  }
}

/** Draws a picture with `drawPicture`, or counts it as not drawn. */
async function picture(
  { image, matrix, color, clip }: ImageShape,
  writer: PageWriter,
  counts: PartCounts,
  { drawPicture }: ImportOptions,
): Promise<void> {
  const width = Math.hypot(matrix[0], matrix[1])
  const height = Math.hypot(matrix[2], matrix[3])
  if (Math.min(width, height) < SMALLEST) return countLoss(counts.lost, 'small picture')
  if (!drawPicture) return void counts.pictures++
  const rgba = image.pixels()
  if (!rgba) return countLoss(counts.lost, 'unreadable picture')
  const strokes = await drawPicture({ width: image.width, height: image.height, rgba }, width, height)
  // A PDF places a picture in the unit square, with its top edge at y = 1.
  const place = compose(matrix, [1 / width, 0, 0, -1 / height, 0, 1])
  writer.strokes(
    strokes.map((points) => points.flatMap((x, i) => (i % 2 === 0 ? apply(place, x, points[i + 1] ?? 0) : []))),
    color,
    clip,
  )
  counts.photos++
}

/** plotd does not draw a picture with a side shorter than this, mm. */
const SMALLEST = 3

/** Draws the outline of a character, or counts the character as lost when it has no outline. */
function outline(shape: GlyphShape, writer: PageWriter, { outlines, lost }: PartCounts): void {
  const { font, glyph } = shape
  if (glyph.unicode.trim() === '' && !glyph.isInFont) return
  if (writer.glyph(shape)) {
    const counts = outlines.get(font) ?? { named: 0, unnamed: 0 }
    counts[font.isReadable && font.names(glyph.code) ? 'named' : 'unnamed']++
    outlines.set(font, counts)
  } else if (glyph.unicode.trim() !== '') {
    countLoss(lost, 'character without an outline')
  }
}
