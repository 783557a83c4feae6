/** A spiral around (100, 100), x and y interleaved. Each chord is about `mm` long. */
export function spiral(vertices: number, mm: number): number[] {
  const points: number[] = []
  let [angle, radius] = [0, 5]
  for (let i = 0; i < vertices; i++) {
    points.push(100 + radius * Math.cos(angle), 100 + radius * Math.sin(angle))
    angle += mm / radius
    radius += (mm / radius) * 0.3
  }
  return points
}

/**
 * Strokes in rows of `across` strokes. Rows and strokes are `pitch` mm apart. Each stroke is two lines that meet in a
 * corner.
 */
export const hooks = (count: number, across = 20, pitch = 8, height = 5): number[][] =>
  Array.from({ length: count }, (_, i) => {
    const [x, y] = [5 + (i % across) * pitch, 5 + Math.floor(i / across) * pitch]
    return [x, y, x + 4, y, x + 4, y + height]
  })

/** A circle around (cx, cy) that consists of `chords` chords. */
export const ring = (cx: number, cy: number, radius: number, chords: number): number[] =>
  Array.from({ length: chords + 1 }, (_, i) => (2 * Math.PI * (i % chords)) / chords).flatMap((angle) => [
    cx + radius * Math.cos(angle),
    cy + radius * Math.sin(angle),
  ])

/** Forty items, in rows of ten. */
export const forty = <T>(make: (x: number, y: number) => T): T[] =>
  Array.from({ length: 40 }, (_, i) => make(15 + (i % 10) * 16, 15 + Math.floor(i / 10) * 20))
