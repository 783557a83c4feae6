import { type Strokes, stroke, strokeCount, x, y } from '../../src/geometry/drawing.ts'

export interface Raster {
  readonly width: number
  readonly height: number
  /** 0 is ink, 255 is paper. */
  readonly gray: Uint8Array
}

/** Ink as a picture: each stroke with round ends, `pen` mm wide, without antialiasing. @param density  pixels per mm */
export function raster(strokes: Strokes, widthMm: number, heightMm: number, pen: number, density: number): Raster {
  const [width, height] = [Math.ceil(widthMm * density), Math.ceil(heightMm * density)]
  const gray = new Uint8Array(width * height).fill(255)
  const radius = (pen * density) / 2
  for (let s = 0; s < strokeCount(strokes); s++) {
    const line = stroke(strokes, s)
    for (let i = 0; i < Math.max(1, line.length / 2 - 1); i++) {
      const j = Math.min(i + 1, line.length / 2 - 1)
      const [ax, ay, bx, by] = [x(line, i), y(line, i), x(line, j), y(line, j)].map((value) => value * density)
      segment(gray, width, height, radius, [ax ?? 0, ay ?? 0, bx ?? 0, by ?? 0])
    }
  }
  return { width, height, gray }
}

function segment(
  gray: Uint8Array,
  width: number,
  height: number,
  radius: number,
  [ax, ay, bx, by]: readonly [number, number, number, number],
): void {
  const [dx, dy] = [bx - ax, by - ay]
  const length2 = dx * dx + dy * dy
  for (
    let py = Math.max(0, Math.floor(Math.min(ay, by) - radius));
    py < Math.min(height, Math.max(ay, by) + radius);
    py++
  ) {
    for (
      let px = Math.max(0, Math.floor(Math.min(ax, bx) - radius));
      px < Math.min(width, Math.max(ax, bx) + radius);
      px++
    ) {
      const [cx, cy] = [px + 0.5 - ax, py + 0.5 - ay]
      const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, (cx * dx + cy * dy) / length2))
      if (Math.hypot(cx - t * dx, cy - t * dy) <= radius) gray[py * width + px] = 0
    }
  }
}
