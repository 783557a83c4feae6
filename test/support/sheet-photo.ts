import { drawingOf, stroke, strokeCount } from '../../src/geometry/drawing.ts'
import { StrokeWriter } from '../../src/geometry/stroke-writer.ts'
import { layoutText } from '../../src/hershey/index.ts'
import { pngOf } from '../../src/import/index.ts'
import { drawingToSvg, svgToPixels } from '../../src/svg/index.ts'
import { BOXES, GUIDES, SHEET } from '../../src/tasks/alphabet/boxes.ts'
import { type Perspective, perspectiveOf } from '../../src/tasks/alphabet/perspective.ts'
import { render } from '../../src/tasks/index.ts'

/** The corners of the sheet, clockwise from its upper left, as shares of the photograph's width and height. */
export type Corners = readonly (readonly [x: number, y: number])[]

export const STRAIGHT: Corners = [
  [0.06, 0.05],
  [0.94, 0.05],
  [0.94, 0.95],
  [0.06, 0.95],
]

interface Shot {
  readonly font: string
  readonly seed: number
  /** Width of the writer's pen, mm. */
  readonly pen: number
  readonly corners: Corners
  /** Size of the photograph, pixels. */
  readonly size: readonly [width: number, height: number]
  /** The boxes whose texts are parts of this string stay empty. */
  readonly without?: string
}

/** The ink of a writer on the sheet: each text in `font`, with the unsteadiness of a hand. */
function filledIn({ font, seed, without = '' }: Shot): StrokeWriter {
  const ink = new StrokeWriter()
  for (const [i, { text, x, y, width }] of BOXES.entries()) {
    if (without.includes(text)) continue
    const layout = layoutText(text, { font, size: 6.2, hand: { seed: seed + i, amount: 0.7 } })
    const left = x + (width - (layout.bounds.maxX - layout.bounds.minX)) / 2 - layout.bounds.minX
    for (let s = 0; s < strokeCount(layout.strokes); s++)
      ink.add(stroke(layout.strokes, s).map((value, k) => value + (k % 2 === 0 ? left : y + GUIDES.baseline)))
  }
  return ink
}

const sheetSvg = async () => (await render('alphabet-sheet', { pen: 0.5 })).svg

/** A photograph of a filled-in sheet on a dark table: in perspective, in uneven light, with the noise of a camera. */
export async function sheetPhoto(shot: Shot): Promise<Uint8Array> {
  const { width, height } = SHEET
  const sheet = await sheetSvg()
  const written = drawingToSvg(drawingOf(filledIn(shot).take(), width, height), {
    color: '#20305c',
    strokeWidth: shot.pen,
  })
  // An embedded image keeps its own view box and namespaces.
  const image = (drawing: string) =>
    `<image width="${width}" height="${height}" href="data:image/svg+xml;base64,${Buffer.from(drawing).toString('base64')}"/>`
  const paper = `<rect width="${width}" height="${height}" fill="#fff"/>`
  const both = image(sheet.replaceAll('stroke-width="0.3', 'stroke-width="0.5')) + image(written)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${paper}${both}</svg>`
  const [wide, high] = shot.size
  const flat = await svgToPixels(svg, Math.min(8 * width, 2 * wide))
  const corners = shot.corners.map(([x, y]): readonly [number, number] => [x * wide, y * high])
  const back = perspectiveOf(corners, [
    [0, 0],
    [flat.width, 0],
    [flat.width, flat.height],
    [0, flat.height],
  ]) as Perspective
  const rgba = new Uint8Array(4 * wide * high)
  let noise = shot.seed + 1
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const [u, v] = back(x + 0.5, y + 0.5)
      const isPaper = u >= 0 && v >= 0 && u < flat.width && v < flat.height
      const pixel = 4 * (Math.floor(v) * flat.width + Math.floor(u))
      const light = 0.62 + 0.3 * (x / wide) + 0.08 * Math.cos((3 * y) / high)
      noise = (Math.imul(noise, 1664525) + 1013904223) | 0
      const grain = ((noise >>> 16) / 65536 - 0.5) * 14
      for (let k = 0; k < 3; k++)
        rgba[4 * (y * wide + x) + k] = Math.max(
          0,
          Math.min(255, light * (isPaper ? (flat.rgba[pixel + k] ?? 255) : 70) + grain),
        )
      rgba[4 * (y * wide + x) + 3] = 255
    }
  return pngOf({ width: wide, height: high, rgba })
}
