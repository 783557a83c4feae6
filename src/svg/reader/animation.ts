import { StrokeWriter } from '../../geometry/stroke-writer.ts'
import { argumentsBetween, progressAtStart, valueAt } from './animation-time.ts'
import { isColor } from './css/color-syntax.ts'
import { parseLength } from './css/lengths.ts'
import { decodeId } from './css/paint.ts'
import { isPresentation } from './css/properties.ts'
import { parseTransform } from './css/transform-attribute.ts'
import type { Budget } from './document/budget.ts'
import { childElements, hrefOf, type SvgElement, type Tree } from './document/tree.ts'
import { flatten } from './shapes/flatten.ts'
import { Outline } from './shapes/outline.ts'
import { parsePath } from './shapes/path-parser.ts'
import { orientation, verticesOf } from './shapes/vertices.ts'

/**
 * Applies the state of a document's SMIL animations at time 0. An animation that begins at 0 writes its first value to
 * the target's attributes. An animation that began earlier writes the value that it has reached. An animation that
 * begins later or on an event, or ends by 0, has no effect.
 */
export function animateToStart({ animations, byId }: Tree, budget: Budget): void {
  for (const animation of animations) {
    budget.visit(animation)
    const progress = progressAtStart(animation)
    if (progress === undefined) continue
    const href = hrefOf(animation)
    const target = href === undefined ? animation.parent : referred(href, byId)
    if (target === undefined) continue
    if (animation.name === 'animateMotion') move(target, animation, progress, byId, budget)
    else apply(target, animation, progress)
  }
}

/** The element that a reference such as `#id` names. */
const referred = (href: string, byId: Tree['byId']): SvgElement | undefined =>
  byId.get(decodeId(href.trim().replace(/^#/, '')))

function apply(target: SvgElement, animation: SvgElement, progress: number): void {
  const name = animation.attributes['attributeName']?.trim() ?? ''
  if (animation.name === 'animateTransform') {
    if (name === 'transform') transform(target, animation, progress)
    return
  }
  const value = valueAt(animation, progress, target.attributes[name])
  // Browsers animate paints only between colours, so `none` has no effect. An invalid length has no effect either.
  if (name === '' || name === 'transform' || value === undefined) return
  if (/^(?:fill|stroke)$/.test(name) && !isColor(value.toLowerCase())) return
  if (LENGTHS.test(name) && parseLength(value) === undefined) return
  const { attributes } = target
  if (isPresentation(name)) write(target, 'style', `${attributes['style'] ?? ''};${name}:${value}`)
  else write(target, name, isAdded(animation) ? sum(attributes[name], value) : value)
}

const LENGTHS = /^(?:width|height|c?[xy]|[xy][12]|r[xy]?)$/
/** Characters of a base transform that hold its first function. The rest is not read for each animation. */
const HEAD = 200
const KINDS = /^(?:translate|scale|rotate|skew[XY])$/

function transform(target: SvgElement, animation: SvgElement, progress: number): void {
  const { type = 'translate', to, by, calcMode } = animation.attributes
  if (!KINDS.test(type)) return
  const base = target.attributes['transform'] ?? ''
  const value = valueAt(animation, progress)
  if (value !== undefined) {
    write(target, 'transform', `${isAdded(animation) ? base : ''} ${type}(${value})`)
    return
  }
  const isTo = to !== undefined
  const end = to ?? by ?? ''
  if (parseTransform(`${type}(${end})`) === undefined) return
  // With `to` alone, browsers start from the base's first function if it has the same type. Else they start from 0,
  // even for `scale`. With `by` alone, they start from 0 and keep the base.
  const [, own = ''] = (isTo && new RegExp(`^\\s*${type}\\s*\\(([^)]*)`).exec(base.slice(0, HEAD))) || []
  const share = calcMode === 'discrete' ? Math.round(progress) : progress
  write(target, 'transform', `${isTo ? '' : base} ${type}(${argumentsBetween([own, end], type, share)})`)
}

const isAdded = ({ attributes }: SvgElement): boolean => attributes['additive'] === 'sum'

/** The sum of two numbers; the new value when either is not a number. */
function sum(base: string | undefined, value: string): string {
  const total = Number(base ?? 0) + Number(value)
  return Number.isNaN(total) ? value : `${total}`
}

/** Moves the target along the path, and with `rotate="auto"` turns it to the path's direction there. */
function move(target: SvgElement, animation: SvgElement, progress: number, byId: Tree['byId'], budget: Budget): void {
  const { attributes } = animation
  const mpath = childElements(animation).find(({ name }) => name === 'mpath')
  const path = mpath === undefined ? attributes['path'] : referred(hrefOf(mpath) ?? '', byId)?.attributes['d']
  // Without a path, the points of the motion are those of `values`, else `from` and `to`. With `to` alone the motion
  // has no points, and the target stays where it is.
  const { from, to = '' } = attributes
  const points = attributes['values'] ?? (from === undefined ? '' : `${from};${to}`).replace(/;$/, '')
  const outline = new Outline()
  parsePath(path ?? (points === '' ? '' : `M${points.split(';').join(' L')}`), outline)
  budget.spend(35 * outline.length)
  const place = placeOn(outline, progress, budget)
  if (place === undefined) return
  const { rotate = '' } = attributes
  const degrees = rotate.startsWith('auto') ? place.direction + (rotate === 'auto-reverse' ? 180 : 0) : 0
  const motion = `translate(${place.x} ${place.y}) rotate(${degrees})`
  write(target, 'transform', `${motion} ${target.attributes['transform'] ?? ''}`)
}

/**
 * Largest distance of a path of motion from its chords, px: the greater of `px` and of `share` times the largest
 * coordinate of the path.
 */
const TOLERANCE = { px: 0.05, share: 0.002 }

/**
 * The place and the direction, degrees, at a fraction of a path's length. Undefined for an empty path and, at a
 * fraction above 0, for a path without length.
 */
function placeOn(
  outline: Outline,
  share: number,
  budget: Budget,
): { readonly x: number; readonly y: number; readonly direction: number } | undefined {
  const [first] = verticesOf(outline)
  if (first === undefined || share === 0) return first && { x: first.x, y: first.y, direction: orientation(first) }
  const lines = new StrokeWriter()
  const largest = outline.args.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  flatten(outline, Math.max(TOLERANCE.px, TOLERANCE.share * largest), lines)
  budget.spend(30 * outline.length + 15 * lines.vertices)
  let left = share * lines.totalLength
  for (let s = 0; s < lines.strokes; s++) {
    for (let i = lines.start(s) + 1; i < lines.end(s); i++) {
      const [ax = 0, ay = 0, bx = 0, by = 0] = lines.points.subarray(2 * i - 2, 2 * i + 2)
      const length = Math.hypot(bx - ax, by - ay)
      const part = left / length
      if (part <= 1) {
        const direction = (Math.atan2(by - ay, bx - ax) * 180) / Math.PI
        return { x: ax + part * (bx - ax), y: ay + part * (by - ay), direction }
      }
      left -= length
    }
  }
  return undefined
}

function write({ attributes }: SvgElement, name: string, value: string): void {
  ;(attributes as Record<string, string>)[name] = value
}
