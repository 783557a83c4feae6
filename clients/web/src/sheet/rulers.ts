import type { Colors } from './scene.ts'
import { RULER, tickStep, type View } from './view.ts'

/**
 * Draws rulers in mm along the top and left edges of the canvas. 0 is at the top left corner of the paper.
 *
 * @param width  width of the canvas, CSS pixels
 * @param height  height of the canvas, CSS pixels
 */
export function drawRulers(
  context: CanvasRenderingContext2D,
  view: View,
  width: number,
  height: number,
  colors: Colors,
): void {
  context.fillStyle = colors.backdrop
  context.fillRect(0, 0, width, RULER)
  context.fillRect(0, 0, RULER, height)
  context.strokeStyle = colors.ruler
  context.fillStyle = colors.ruler
  context.lineWidth = 1
  context.font = '10px system-ui, sans-serif'
  context.beginPath()
  eachTick(view.x, width, view.scale, (px, label, isLong) => {
    context.moveTo(px, RULER)
    context.lineTo(px, RULER - (isLong ? 8 : 4))
    if (label !== undefined) context.fillText(label, px + 3, 10)
  })
  eachTick(view.y, height, view.scale, (px, label, isLong) => {
    context.moveTo(RULER, px)
    context.lineTo(RULER - (isLong ? 8 : 4), px)
    if (label === undefined) return
    context.save()
    context.translate(10, px - 3)
    context.rotate(-Math.PI / 2)
    context.fillText(label, 0, 0)
    context.restore()
  })
  context.stroke()
}

/** Calls `tick` for each tick of an axis from pixel `RULER` to pixel `end`; `origin` is the pixel of 0 mm. */
function eachTick(
  origin: number,
  end: number,
  scale: number,
  tick: (px: number, label: string | undefined, isLong: boolean) => void,
): void {
  const { label, minor } = tickStep(scale)
  const perLabel = Math.round(label / minor)
  const first = Math.ceil((RULER - origin) / scale / minor)
  for (let i = first; origin + i * minor * scale < end; i++) {
    const px = Math.round(origin + i * minor * scale) + 0.5
    const hasLabel = i % perLabel === 0
    tick(px, hasLabel ? String(Math.round(i * minor * 1000) / 1000) : undefined, hasLabel)
  }
}
