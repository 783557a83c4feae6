import type { Layer } from '../../geometry/drawing.ts'
import type { PenUp } from '../drivers/driver.ts'
import type { Plan } from '../plan/plan.ts'
import type { Prompt, RunParts } from './run.ts'

/** Names of layers that are on the other side of the sheet. */
const OTHER_SIDE: ReadonlySet<string> = new Set(['back', 'flap'])

/** Whether the plot pauses before this layer, so that the user turns the sheet over. */
export const turnsSheet = ({ name, count, options }: Layer): boolean =>
  options.pauseBefore === true && OTHER_SIDE.has(name) && count > 0

/**
 * The prompt before a layer that requests a pause or needs another pen; undefined before other layers. A carousel
 * changes pens by itself. A plot that starts at stroke 0 of a new sheet assumes that the first pen is in the holder.
 * Every other plot requests its first pen if the plan uses several pens. If the prompt of a service names the pen, the
 * layer gets a prompt only to turn the sheet over.
 */
export function layerPrompt(
  { layer, stroke }: PenUp,
  { plan, from, hasBegun = false, profile: { hpgl }, events }: RunParts,
): Prompt | undefined {
  if (!layer) return undefined
  const pen = penWords(layer.pen, events.penName?.(layer.pen), layer.name)
  const hasCarousel = hpgl !== undefined && hpgl.pens > 1
  const serviceAsks = events.request?.(stroke)?.isPen === true
  const isNewPen = stroke === from ? (from > 0 || hasBegun) && usesSeveralPens(plan) : isOtherPen(plan, layer)
  const needsPen = isNewPen && !hasCarousel && !serviceAsks
  // a layer that has begun needs no second pause, nor does a layer before which the sheet was registered
  const isAnswered =
    stroke > layer.first ||
    (stroke === from && hasBegun) ||
    plan.registered?.some(({ first }) => first > 0 && first === stroke)
  const needsPause = layer.options.pauseBefore === true && !isAnswered
  if (needsPause && OTHER_SIDE.has(layer.name)) {
    return {
      asks: 'side',
      prompt: `turn the sheet over${needsPen ? ` and put in ${pen}` : ''}: next comes the ${layer.name} of the sheet`,
    }
  }
  if (needsPen) return { asks: 'pen', prompt: `put in ${pen}` }
  if (!needsPause || serviceAsks) return undefined
  return { asks: 'layer', prompt: `next comes ${layer.name === '' ? pen : layer.name}` }
}

/** A pen of a plan, for the user: its number, its name if it is known, and its layer. */
export function penWords(pen: number, name: string | undefined, layer: string): string {
  const names = [name, layer].filter((word) => word !== undefined && word !== '')
  return names.length === 0 ? `pen ${pen}` : `pen ${pen} (${names.join(', ')})`
}

export const usesSeveralPens = ({ layers }: Plan): boolean =>
  new Set(layers.filter(({ count }) => count > 0).map(({ pen }) => pen)).size > 1

/** Whether the layer's pen differs from that of the layer that is drawn before it. */
function isOtherPen({ layers }: Plan, layer: Layer): boolean {
  const before = layers.findLast(({ first, count }) => count > 0 && first < layer.first)
  return before !== undefined && before.pen !== layer.pen
}
