import { at, type Drawing, stroke, x, y } from '../../geometry/drawing.ts'
import { cssColor } from '../css-color.ts'
import { escapeText } from './escape.ts'
import { short, shortLength } from './number.ts'

/** The length and the look of an animation. */
export interface AnimationOptions {
  /** Time of the whole drawing, s; default 10. */
  readonly seconds?: number
  /** Width of the pen, mm; default 0.3. */
  readonly strokeWidth?: number
  readonly title?: string
}

/** Factor by which pen-up travel is faster than ink. */
const TRAVEL_SPEED = 3

/**
 * Writes a drawing as an SVG with an animation that draws the strokes in order. Ink appears at a constant speed, and
 * travel is three times as fast. Viewers without animation show the whole drawing.
 *
 * @throws PlotdError ERR_PARAMS for an invalid colour, a number that is not finite, or a negative time
 */
export function animatedSvg(
  drawing: Drawing,
  { seconds = 10, strokeWidth = 0.3, title }: AnimationOptions = {},
): string {
  const times = timesOf(drawing)
  const scale = Number(shortLength(seconds, 'seconds')) / (times.at(-1)?.end || 1)
  const groups = drawing.layers.map((layer) => {
    const color = cssColor(layer.color ?? 'black', 'color of the layer')
    const paths = times.slice(layer.first, layer.first + layer.count).map(({ begin, end }, i) => {
      const from = begin * scale
      const duration = Math.max(0.001, (end - begin) * scale)
      return animatedPath(pathOf(stroke(drawing, layer.first + i)), from, duration)
    })
    return `<g stroke="${color}">\n${paths.join('\n')}\n</g>`
  })
  const width = short(drawing.width, 'width')
  const height = short(drawing.height, 'height')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}" fill="none" stroke-width="${short(strokeWidth, 'strokeWidth')}" stroke-linecap="round" stroke-linejoin="round">`,
    ...(title === undefined ? [] : [`<title>${escapeText(title)}</title>`]),
    STYLE,
    ...groups,
    '</svg>',
    '',
  ].join('\n')
}

/**
 * A path that draws itself from `begin` to `begin + seconds`, s. The dashes stand in the keyframes, so that viewers
 * without animation draw whole strokes, even if they ignore `pathLength`.
 */
function animatedPath(d: string, begin: number, seconds: number): string {
  const style = `animation-delay:${begin.toFixed(3)}s;animation-duration:${seconds.toFixed(3)}s`
  return `<path pathLength="1" style="${style}" d="${d}"/>`
}

const STYLE =
  '<style>path{animation-name:draw;animation-timing-function:linear;animation-fill-mode:both}' +
  '@keyframes draw{from{stroke-dasharray:1 1.1;stroke-dashoffset:1.05}to{stroke-dasharray:1 1.1;stroke-dashoffset:0}}</style>'

function pathOf(points: Float64Array): string {
  const parts: string[] = []
  for (let i = 0; i < points.length / 2; i++)
    parts.push(`${i === 0 ? 'M' : 'L'}${short(x(points, i), 'x')} ${short(y(points, i), 'y')}`)
  if (points.length === 2) parts.push('h0')
  return parts.join('')
}

interface StrokeTime {
  readonly begin: number
  readonly end: number
}

/** Begin and end of each stroke. The unit is the time in which the pen draws 1 mm. */
function timesOf({ points, starts }: Drawing): readonly StrokeTime[] {
  const times: StrokeTime[] = []
  let now = 0
  let hx = 0
  let hy = 0
  for (let s = 0; s + 1 < starts.length; s++) {
    const first = at(starts, s)
    const end = at(starts, s + 1)
    now += Math.hypot(x(points, first) - hx, y(points, first) - hy) / TRAVEL_SPEED
    const begin = now
    for (let i = first + 1; i < end; i++)
      now += Math.hypot(x(points, i) - x(points, i - 1), y(points, i) - y(points, i - 1))
    hx = x(points, end - 1)
    hy = y(points, end - 1)
    times.push({ begin, end: now })
  }
  return times
}
