import { PlotdError } from '../../errors.ts'
import { type Affine, inverse } from '../../geometry/affine.ts'
import type { Bounds } from '../../geometry/bounds.ts'
import type { Font, Glyph } from './instructions.ts'
import { boundsOfPath, CLOSE, LINE, MOVE, mapToPage, NUMBERS } from './paths.ts'
import type { GlyphShape, Line, PathShape } from './shapes.ts'
import type { Clip } from './state.ts'

/** The number of units in an em, for the outlines of glyphs. */
const EM = 1000
const COMMANDS = ['M', 'L', 'C', 'Q', 'Z'] as const
const CAPS = ['butt', 'round', 'square'] as const
const JOINS = ['miter', 'round', 'bevel'] as const

const round = (value: number, digits: number): string => {
  const factor = 10 ** digits
  return String(Math.round((Number.isFinite(value) ? value : 0) * factor) / factor + 0)
}
const short = (value: number): string => round(value, 4)
const fine = (value: number): string => round(value, 6)
const finer = (value: number): string => round(value, 8)

export function pathText(path: ArrayLike<number>, write: (value: number) => string = short): string {
  const parts: string[] = []
  let i = 0
  while (i < path.length) {
    const code = path[i++] ?? -1
    const count = NUMBERS[code]
    if (count === undefined) break
    const values: string[] = []
    for (let k = 0; k < count; k++) values.push(write(path[i + k] ?? 0))
    parts.push(`${COMMANDS[code] ?? ''}${values.join(' ')}`)
    i += count
  }
  return parts.join('')
}

/** Writes the SVG of a page in mm, in painting order. Every method throws ERR_SVG_LIMIT when the SVG gets too long. */
export class PageWriter {
  readonly #width: number
  readonly #height: number
  readonly #defs: string[] = []
  readonly #body: string[] = []
  readonly #clips = new Map<Clip, string>()
  readonly #glyphs = new Map<Font, Map<string, string | undefined>>()
  /** The id of the clip path of the open `<g>`; undefined when no `<g>` is open. */
  #open: string | undefined
  #outlines = 0
  readonly #most: number
  #characters = 0

  /** @param most  limit on the characters of the SVG */
  constructor(widthMm: number, heightMm: number, most: number) {
    this.#width = widthMm
    this.#height = heightMm
    this.#most = most
  }

  path({ path, fill, line, clip }: PathShape): void {
    const bounds = boundsOfPath(path)
    if (bounds === undefined) return
    const paint = `${fill ? fillText(fill) : ''}${line ? lineText(line) : ''}`
    const { stretch } = line ?? {}
    const shape = stretch
      ? `d="${pathText(mapToPage(path, inverse(stretch)), fine)}" transform="matrix(${stretch.map(finer).join(' ')})"`
      : `d="${pathText(path)}"`
    this.#put(`<path ${shape}${paint}/>`, clip, widenBox(bounds, line))
  }

  /** Writes the outline of a character. @returns whether the font has an outline of the character */
  glyph({ font, glyph, matrix, color, isFilled, opacity, line, clip }: GlyphShape): boolean {
    let hasOutline = false
    for (const { key, x, y } of partsOf(glyph)) {
      const id = this.#glyph(font, key)
      if (id === undefined) continue
      const [a, b, c, d, e, f] = matrix
      const place: Affine = [a / EM, b / EM, c / EM, d / EM, e + a * x + c * y, f + b * x + d * y]
      const fill = isFilled ? fillText({ color, opacity }) : ''
      const stroke = line ? lineText(scaledLine(line, EM / (Math.hypot(c, d) || 1))) : ''
      this.#put(`<use href="#${id}" transform="matrix(${place.map(finer).join(' ')})"${fill}${stroke}/>`, clip)
      hasOutline = true
    }
    return hasOutline
  }

  /** Writes strokes of one colour, such as words in a stroke font. */
  strokes(strokes: readonly (readonly number[])[], color: string, clip: Clip | undefined, label?: string): void {
    const d = strokes.map((points) => `M${points.map(short).join(' ')}`).join('')
    if (d === '') return
    const name = label === undefined ? '' : ` aria-label="${escapeText(label)}"`
    const bounds = boundsOfPath(strokes.flatMap(asPath))
    this.#put(`<path d="${d}" stroke="${color}" stroke-width="0.3" stroke-linecap="round"${name}/>`, clip, bounds)
  }

  toString(): string {
    this.#openGroup(undefined)
    const width = short(this.#width)
    const height = short(this.#height)
    const defs = this.#defs.length === 0 ? '' : `<defs>\n${this.#defs.join('\n')}\n</defs>\n`
    const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}" fill="none">`
    return `${head}\n${defs}${this.#body.join('\n')}\n</svg>\n`
  }

  #put(element: string, clip: Clip | undefined, bounds?: Bounds): void {
    this.#openGroup(this.#clipId(this.#neededClip(clip, bounds)))
    this.#push(this.#body, element)
  }

  #push(list: string[], text: string): void {
    list.push(text)
    this.#characters += text.length + 1
    if (this.#characters <= this.#most) return
    const detail = { limit: 'characters', most: this.#most }
    throw new PlotdError('ERR_SVG_LIMIT', `the drawing has more than ${this.#most} characters as SVG`, detail)
  }

  #openGroup(id: string | undefined): void {
    if (this.#open === id) return
    if (this.#open !== undefined) this.#push(this.#body, '</g>')
    if (id !== undefined) this.#push(this.#body, `<g clip-path="url(#${id})">`)
    this.#open = id
  }

  /** The innermost clip that may cut the shape: not a box that holds the whole shape or the whole page. */
  #neededClip(clip: Clip | undefined, bounds: Bounds | undefined): Clip | undefined {
    let needed = clip
    const page = { minX: 0, minY: 0, maxX: this.#width, maxY: this.#height }
    while (needed !== undefined) {
      const box = boxOf(needed)
      if (box === undefined || !(contains(box, page) || (bounds && contains(box, bounds)))) return needed
      needed = needed.within
    }
    return undefined
  }

  #clipId(clip: Clip | undefined): string | undefined {
    if (clip === undefined) return undefined
    const known = this.#clips.get(clip)
    if (known !== undefined) return known
    const outer = this.#clipId(this.#neededClip(clip.within, boundsOfPath(clip.path)))
    const id = `c${this.#clips.size}`
    this.#clips.set(clip, id)
    const within = outer === undefined ? '' : ` clip-path="url(#${outer})"`
    const rule = clip.rule === 'evenodd' ? ' clip-rule="evenodd"' : ''
    this.#push(this.#defs, `<clipPath id="${id}"${within}><path d="${pathText(clip.path)}"${rule}/></clipPath>`)
    return id
  }

  #glyph(font: Font, key: string): string | undefined {
    const ids = this.#glyphs.get(font) ?? new Map<string, string | undefined>()
    this.#glyphs.set(font, ids)
    if (!ids.has(key)) {
      const outline = font.outline(key)
      const id = outline && `g${this.#outlines++}`
      if (outline) this.#push(this.#defs, `<path id="${id}" d="${pathText(outline, (n) => round(n * EM, 1))}"/>`)
      ids.set(key, id)
    }
    return ids.get(key)
  }
}

const asPath = (points: readonly number[]): number[] =>
  points.flatMap((value, i) => (i % 2 === 0 ? [i === 0 ? MOVE : LINE, value, points[i + 1] ?? 0] : []))

function* partsOf({ key, accent, isInFont }: Glyph): Generator<{ key: string; x: number; y: number }> {
  if (isInFont) yield { key, x: 0, y: 0 }
  if (accent) yield accent
}

const fillText = ({ color, opacity, rule }: { color: string; opacity: number; rule?: string }): string =>
  ` fill="${color}"${opacity < 1 ? ` fill-opacity="${short(opacity)}"` : ''}${rule === 'evenodd' ? ' fill-rule="evenodd"' : ''}`

function lineText({ color, opacity, width, dashes, phase, cap, join, miter }: Line): string {
  const more = [
    opacity < 1 ? ` stroke-opacity="${short(opacity)}"` : '',
    cap === 0 ? '' : ` stroke-linecap="${CAPS[cap] ?? 'butt'}"`,
    join === 0 ? '' : ` stroke-linejoin="${JOINS[join] ?? 'miter'}"`,
    join === 0 && miter !== 4 ? ` stroke-miterlimit="${short(Math.max(1, miter))}"` : '',
    dashes.length === 0 ? '' : ` stroke-dasharray="${dashes.map(short).join(' ')}"`,
    dashes.length === 0 || phase === 0 ? '' : ` stroke-dashoffset="${short(phase)}"`,
  ]
  return ` stroke="${color}" stroke-width="${short(Math.max(width, HAIRLINE))}"${more.join('')}`
}

const scaledLine = ({ width, dashes, phase, ...rest }: Line, by: number): Line => ({
  ...rest,
  ...{ width: width * by, dashes: dashes.map((dash) => dash * by), phase: phase * by },
})

/**
 * Width of the thinnest lines: in mm, but in thousandths of an em for the lines of a glyph. In a PDF the width 0 asks
 * for the thinnest line of the device.
 */
const HAIRLINE = 0.05

const widenBox = ({ minX, minY, maxX, maxY }: Bounds, line: Line | undefined): Bounds => {
  const by = line ? line.width * Math.max(1, line.join === 0 ? line.miter : 1) : 0
  return { minX: minX - by, minY: minY - by, maxX: maxX + by, maxY: maxY + by }
}

const contains = (outer: Bounds, inner: Bounds): boolean =>
  outer.minX <= inner.minX + 1e-6 &&
  outer.minY <= inner.minY + 1e-6 &&
  outer.maxX >= inner.maxX - 1e-6 &&
  outer.maxY >= inner.maxY - 1e-6

/** The box of a clip path that is an upright rectangle. */
function boxOf({ path }: Clip): Bounds | undefined {
  const corners: [number, number][] = []
  let i = 0
  while (i < path.length) {
    const code = path[i++]
    if (code === CLOSE) continue
    if (code !== LINE && !(code === MOVE && corners.length === 0)) return undefined
    corners.push([path[i] ?? 0, path[i + 1] ?? 0])
    i += 2
  }
  const [first, , , , fifth] = corners
  if (fifth && first && (fifth[0] !== first[0] || fifth[1] !== first[1])) return undefined
  if (corners.length < 4 || corners.length > 5) return undefined
  const bounds = boundsOfPath(path)
  const isUpright = corners.every(([x, y], k) => {
    const [nextX, nextY] = corners[(k + 1) % 4] ?? [x, y]
    return k >= 4 || Math.abs(x - nextX) < 1e-6 !== Math.abs(y - nextY) < 1e-6
  })
  return isUpright ? bounds : undefined
}

const escapeText = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/[\p{Cc}\uFFFE\uFFFF]|\p{Cs}/gu, '')
