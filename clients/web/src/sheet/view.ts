/** Where the paper stands on the canvas: CSS pixels = mm × scale + offset. */
export interface View {
  readonly scale: number
  readonly x: number
  readonly y: number
}

/** Room for the rulers, CSS pixels. */
export const RULER = 22
const EDGE = 26
const MOST = 120

/** The whole sheet, centred between the rulers and the far edges. */
export function fitted(canvasWidth: number, canvasHeight: number, width: number, height: number): View {
  const [roomX, roomY] = [canvasWidth - RULER - 2 * EDGE, canvasHeight - RULER - 2 * EDGE]
  const scale = Math.max(0.05, Math.min(roomX / width, roomY / height))
  return {
    scale,
    x: RULER + EDGE + (roomX - width * scale) / 2,
    y: RULER + EDGE + (roomY - height * scale) / 2,
  }
}

/** Closer or further, with the paper under the pointer staying there. */
export function zoomed(view: View, factor: number, atX: number, atY: number, least: number): View {
  const scale = Math.min(MOST, Math.max(least * 0.5, view.scale * factor))
  const k = scale / view.scale
  return { scale, x: atX - (atX - view.x) * k, y: atY - (atY - view.y) * k }
}

export const moved = (view: View, dx: number, dy: number): View => ({ ...view, x: view.x + dx, y: view.y + dy })

/** Millimetres between ruler ticks at this scale: 1, 2 or 5 times a power of ten, at least 48 px apart when labelled. */
export function tickStep(scale: number): { label: number; minor: number } {
  const wish = 48 / scale
  const power = 10 ** Math.floor(Math.log10(wish))
  const label = [1, 2, 5, 10].map((k) => k * power).find((step) => step >= wish) ?? wish
  return { label, minor: label / (String(label).startsWith('2') ? 4 : 5) }
}
