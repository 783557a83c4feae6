import { isColor } from './css/color-syntax.ts'
import { parseLength } from './css/lengths.ts'
import { decodeId } from './css/paint.ts'
import { isPresentation } from './css/properties.ts'
import type { Budget } from './document/budget.ts'
import { childElements, type SvgElement, type Tree } from './document/tree.ts'
import { Outline } from './shapes/outline.ts'
import { parsePath } from './shapes/path-parser.ts'
import { orientation, verticesOf } from './shapes/vertices.ts'

/** A time of 0 in any notation. */
const ZERO = /^[-+]?[0:.]+(?:h|min|m?s)?$/

/**
 * Applies the state of a document's SMIL animations at time 0. An animation that begins at 0 writes its first value to
 * the target's attributes. An animation that begins later or on an event, or ends at 0, has no effect.
 */
export function animateToStart({ animations, byId }: Tree, budget: Budget): void {
  for (const animation of animations) {
    budget.visit(animation)
    if (!beginsAtOnce(animation)) continue
    const { href = animation.attributes['xlink:href'] } = animation.attributes
    const target = href === undefined ? animation.parent : referred(href, byId)
    if (target === undefined) continue
    if (animation.name === 'animateMotion') move(target, animation, byId, budget)
    else apply(target, animation)
  }
}

/** The element that a reference such as `#id` names. */
const referred = (href: string, byId: Tree['byId']): SvgElement | undefined =>
  byId.get(decodeId(href.trim().replace(/^#/, '')))

function beginsAtOnce({ attributes: { begin, end } }: SvgElement): boolean {
  const isNow = (list: string): boolean => list.split(';').some((time) => ZERO.test(time.trim()))
  return (begin === undefined || isNow(begin)) && !(end !== undefined && isNow(end))
}

/** The first value; undefined when the animation starts from the target's own value. */
function firstValue({ name, attributes }: SvgElement): string | undefined {
  if (name === 'set') return attributes['to']
  const { values } = attributes
  return values === undefined ? attributes['from'] : values.split(';')[0]?.trim() || undefined
}

function apply(target: SvgElement, animation: SvgElement): void {
  const name = animation.attributes['attributeName']?.trim() ?? ''
  if (animation.name === 'animateTransform') {
    if (name === 'transform') transform(target, animation)
    return
  }
  const value = firstValue(animation)
  // Browsers animate paints between colours only, so `none` has no effect. An invalid length has no effect either.
  if (name === '' || name === 'transform' || value === undefined) return
  if (/^(?:fill|stroke)$/.test(name) && !isColor(value)) return
  if (LENGTHS.test(name) && parseLength(value) === undefined) return
  const { attributes } = target
  if (isPresentation(name)) write(target, 'style', `${attributes['style'] ?? ''};${name}:${value}`)
  else write(target, name, isAdded(animation) ? sum(attributes[name], value) : value)
}

const LENGTHS = /^(?:width|height|c?[xy]|[xy][12]|r[xy]?)$/
const KINDS = /^(?:translate|scale|rotate|skew[XY])$/

function transform(target: SvgElement, animation: SvgElement): void {
  const { type = 'translate', to, by } = animation.attributes
  if (!KINDS.test(type)) return
  const base = target.attributes['transform'] ?? ''
  const from = firstValue(animation)
  if (from !== undefined) write(target, 'transform', `${isAdded(animation) ? base : ''} ${type}(${from})`)
  // With `to` alone, browsers start from the base transform if it has the same type, else from 0, even for `scale`.
  else if (to !== undefined && !base.trim().startsWith(type)) write(target, 'transform', `${type}(0)`)
  else if (by !== undefined) write(target, 'transform', `${base} ${type}(0)`)
}

const isAdded = ({ attributes }: SvgElement): boolean => attributes['additive'] === 'sum'

/** The sum of two numbers; the new value when either is not a number. */
function sum(base: string | undefined, value: string): string {
  const total = Number(base ?? 0) + Number(value)
  return Number.isNaN(total) ? value : `${total}`
}

/** Moves the target to the start of the path, and with `rotate="auto"` turns it to the path's direction there. */
function move(target: SvgElement, animation: SvgElement, byId: Tree['byId'], budget: Budget): void {
  const { attributes } = animation
  const mpath = childElements(animation).find(({ name }) => name === 'mpath')
  const { href = mpath?.attributes['xlink:href'] ?? '' } = mpath?.attributes ?? {}
  const path = mpath === undefined ? attributes['path'] : referred(href, byId)?.attributes['d']
  // The first point is the start. With `to` alone, the motion starts where the target is.
  const points = attributes['values'] ?? attributes['from'] ?? ''
  const outline = new Outline()
  parsePath(path ?? (points === '' ? '' : `M${points.split(';').join(' L')}`), outline)
  budget.spend(35 * outline.length)
  const [first] = verticesOf(outline)
  if (first === undefined) return
  const { rotate = '' } = attributes
  const degrees = rotate.startsWith('auto') ? orientation(first) + (rotate === 'auto-reverse' ? 180 : 0) : 0
  const motion = `translate(${first.x} ${first.y}) rotate(${degrees})`
  write(target, 'transform', `${motion} ${target.attributes['transform'] ?? ''}`)
}

function write({ attributes }: SvgElement, name: string, value: string): void {
  ;(attributes as Record<string, string>)[name] = value
}
