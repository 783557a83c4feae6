import { arcSteps } from '../draw/curves.ts'

/** A point, machine mm. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** The centre of an arc. */
export interface Center extends Place {
  /** How an arc is drawn whose numbers contradict each other; undefined for other arcs. */
  readonly misfit: string | undefined
}

/** A larger difference between two radii of one arc gets a note, mm. Programs round their numbers. */
const VISIBLE = 0.05

/** The centre that the program gives (I, J). */
export function byCenter(from: Place, to: Place, { x, y }: Place): Center {
  const difference = Math.hypot(to.x - x, to.y - y) - Math.hypot(from.x - x, from.y - y)
  const isMisfit = Math.abs(difference) > VISIBLE
  return { x, y, misfit: isMisfit ? 'an arc that misses its end is drawn with a line to the end' : undefined }
}

/** The centre of an arc with a radius (R). A radius below 0 takes the longer arc. */
export function byRadius(from: Place, to: Place, radius: number, isClockwise: boolean): Center | undefined {
  const dx = to.x - from.x
  const dy = to.y - from.y
  const chord = Math.hypot(dx, dy)
  if (chord === 0 || radius === 0) return undefined
  const apothem = Math.sqrt(Math.max(0, radius * radius - (chord * chord) / 4))
  // The centre of a clockwise arc lies to the right of the chord.
  const side = (isClockwise ? -1 : 1) * Math.sign(radius)
  return {
    x: (from.x + to.x) / 2 - (side * apothem * dy) / chord,
    y: (from.y + to.y) / 2 + (side * apothem * dx) / chord,
    misfit:
      chord / 2 - Math.abs(radius) > VISIBLE
        ? 'an arc whose radius (R) is too small is drawn as a half circle'
        : undefined,
  }
}

/** Appends the points of an arc after its start. An arc that ends at its start is a whole circle. */
export function appendArc(
  line: number[],
  from: Place,
  to: Place,
  { x, y }: Place,
  isClockwise: boolean,
  tolerance: number,
): void {
  const radius = Math.hypot(from.x - x, from.y - y)
  const start = Math.atan2(from.y - y, from.x - x)
  const turn = Math.atan2(to.y - y, to.x - x) - start
  const whole = 2 * Math.PI
  const isWhole = Math.hypot(to.x - from.x, to.y - from.y) < 1e-6
  const counterclockwise = isWhole ? whole : ((turn % whole) + whole) % whole
  const clockwise = isWhole ? -whole : counterclockwise - whole
  const sweep = isClockwise ? clockwise : counterclockwise
  const steps = arcSteps(radius, sweep, tolerance)
  for (let i = 1; i < steps; i++) {
    const angle = start + (sweep * i) / steps
    line.push(x + radius * Math.cos(angle), y + radius * Math.sin(angle))
  }
  line.push(to.x, to.y)
}
