/** The place of the paper on the canvas: CSS pixels = mm × scale + offset. */
export interface View {
  readonly scale: number
  readonly x: number
  readonly y: number
}

/** Width of a ruler, CSS pixels. */
export const RULER = 22
/** The least space that `fitView` leaves at each side of the sheet, CSS pixels. */
const EDGE = 26
/** On a small canvas, this fraction of its shorter side takes the place of `EDGE`. */
const EDGE_SHARE = 0.05
/** The closest zoom, CSS pixels a mm. */
const MAX_SCALE = 120

/** The view that shows the whole sheet, centred beside the rulers. Canvas in CSS pixels, sheet in mm. */
export function fitView(canvasWidth: number, canvasHeight: number, width: number, height: number): View {
  const edge = Math.min(EDGE, EDGE_SHARE * Math.min(canvasWidth, canvasHeight))
  const roomX = canvasWidth - RULER - 2 * edge
  const roomY = canvasHeight - RULER - 2 * edge
  const scale = Math.max(0.05, Math.min(roomX / width, roomY / height))
  return {
    scale,
    x: RULER + edge + (roomX - width * scale) / 2,
    y: RULER + edge + (roomY - height * scale) / 2,
  }
}

/**
 * Zooms by `factor`. The paper under the pointer (`atX`, `atY`) stays in place. Half of `fittedScale` is the farthest
 * zoom.
 */
export function zoomView(view: View, factor: number, atX: number, atY: number, fittedScale: number): View {
  const scale = Math.min(MAX_SCALE, Math.max(fittedScale * 0.5, view.scale * factor))
  const growth = scale / view.scale
  return { scale, x: atX - (atX - view.x) * growth, y: atY - (atY - view.y) * growth }
}

/** Moves the paper by CSS pixels. */
export const moveView = (view: View, dx: number, dy: number): View => ({ ...view, x: view.x + dx, y: view.y + dy })

/**
 * The distances between the ticks of a ruler, mm. The distance between labels is 1, 2 or 5 times a power of ten, and at
 * least 48 CSS pixels.
 */
export function tickStep(scale: number): { label: number; minor: number } {
  const least = 48 / scale
  const power = 10 ** Math.floor(Math.log10(least))
  const label = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? least
  return { label, minor: label / (String(label).startsWith('2') ? 4 : 5) }
}

/** A part of the sheet, mm. */
export interface Window {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The part of the sheet that a canvas of this size (CSS pixels) shows, with room for the width of a stroke. */
export function windowOf({ scale, x, y }: View, width: number, height: number): Window {
  const edge = 1 + 2 / scale
  return {
    left: -x / scale - edge,
    top: -y / scale - edge,
    right: (width - x) / scale + edge,
    bottom: (height - y) / scale + edge,
  }
}

/** Whether the bounding box of stroke `s` meets the window. */
export const isVisible = (boxes: Float32Array, s: number, { left, top, right, bottom }: Window): boolean =>
  (boxes[4 * s] as number) <= right &&
  (boxes[4 * s + 2] as number) >= left &&
  (boxes[4 * s + 1] as number) <= bottom &&
  (boxes[4 * s + 3] as number) >= top

/**
 * When the canvas does not show the whole paper, the painter also paints this fraction of the canvas beyond each edge.
 * So a pan shows ink immediately.
 */
export const MARGIN_SHARE = 0.25

/** Whether an image of the view `old` is too coarse for `now`, or leaves too much of the canvas empty. */
export function needsRepaint(old: View, now: View, width: number, height: number): boolean {
  const growth = now.scale / old.scale
  if (growth > 1.6 || growth < 1 / 1.6) return true
  const dx = now.x + (width / 2 - old.x) * growth
  const dy = now.y + (height / 2 - old.y) * growth
  return Math.abs(dx - width / 2) > MARGIN_SHARE * width || Math.abs(dy - height / 2) > MARGIN_SHARE * height
}

/** Whether a canvas of this size shows the whole paper. */
export const showsAll = ({ scale, x, y }: View, width: number, height: number, paper: Size): boolean =>
  x >= 0 && y >= 0 && x + paper.width * scale <= width && y + paper.height * scale <= height

interface Size {
  readonly width: number
  readonly height: number
}
