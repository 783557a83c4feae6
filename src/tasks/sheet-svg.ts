import { at, type Drawing, type Layer, strokeCount, x, y } from '../geometry/drawing.ts'

/** Blue-black, as ink dries. */
const INK = '#1b2440'

/** A drawing as an SVG document in mm, one Inkscape layer for each pen, written to a hundredth of a millimetre. */
export function sheetSvg(drawing: Drawing): string {
  const { width, height } = drawing
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"`,
    ` width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}">\n`,
    ...drawing.layers.map((layer) => layerSvg(drawing, layer)),
    '</svg>\n',
  ].join('')
}

function layerSvg(drawing: Drawing, layer: Layer): string {
  const style = `fill="none" stroke="${layer.color ?? INK}" stroke-width="0.3" stroke-linecap="round" stroke-linejoin="round"`
  const paths: string[] = []
  for (let s = layer.first; s < Math.min(layer.first + layer.count, strokeCount(drawing)); s++) {
    paths.push(`<path d="${pathData(drawing, s)}"/>\n`)
  }
  return `<g inkscape:groupmode="layer" inkscape:label="${escaped(layer.name)}" ${style}>\n${paths.join('')}</g>\n`
}

function pathData({ points, starts }: Drawing, s: number): string {
  const parts: string[] = []
  for (let i = at(starts, s); i < at(starts, s + 1); i++) {
    parts.push(`${i === at(starts, s) ? 'M' : 'L'}${short(x(points, i))} ${short(y(points, i))}`)
  }
  return parts.join('')
}

const short = (value: number) => String(Math.round(value * 100) / 100)

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (mark) => ENTITIES[mark] ?? mark)
