import type { Window } from './boxes.ts'

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

/** What of the sheet is seen on a canvas of that size, mm, with a stroke's width around it. */
export function windowOf({ scale, x, y }: View, width: number, height: number): Window {
  const edge = 1 + 2 / scale
  return {
    left: -x / scale - edge,
    top: -y / scale - edge,
    right: (width - x) / scale + edge,
    bottom: (height - y) / scale + edge,
  }
}

/** Part of the canvas that is painted beyond each of its edges, and so can be panned to at once. */
export const BEYOND = 0.25

/** Whether a picture painted for `was` is too coarse for `now`, or leaves too much of the canvas bare. */
export function hasMovedOn(was: View, now: View, width: number, height: number): boolean {
  const k = now.scale / was.scale
  if (k > 1.6 || k < 1 / 1.6) return true
  const [dx, dy] = [now.x + (width / 2 - was.x) * k, now.y + (height / 2 - was.y) * k]
  return Math.abs(dx - width / 2) > BEYOND * width || Math.abs(dy - height / 2) > BEYOND * height
}

/** Whether all of the paper is seen on a canvas of that size. */
export const showsAll = ({ scale, x, y }: View, width: number, height: number, paper: Size): boolean =>
  x >= 0 && y >= 0 && x + paper.width * scale <= width && y + paper.height * scale <= height

interface Size {
  readonly width: number
  readonly height: number
}
