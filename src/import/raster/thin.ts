/** Ink of a page: 1 is ink. The pixels at the border are never ink. */
export interface Bitmap {
  readonly width: number
  readonly height: number
  readonly ink: Uint8Array
}

/** Distances count 3 for a straight step and 4 for a diagonal step (a 3-4 chamfer). */
export const STEP = 3
const DIAGONAL = 4

/** Distance of each set pixel from the nearest pixel that is not set, in thirds of a pixel. */
export function distances({ width, height }: Bitmap, pixels: Uint8Array): Uint16Array {
  const distance = new Uint16Array(width * height)
  for (let i = 0; i < distance.length; i++) distance[i] = pixels[i] === 1 ? 0xfff0 : 0
  relax(distance, width, width + 1, distance.length - width - 1, 1)
  relax(distance, width, distance.length - width - 2, width, -1)
  return distance
}

function relax(distance: Uint16Array, width: number, from: number, to: number, direction: 1 | -1): void {
  for (let i = from; i !== to; i += direction) {
    const current = distance[i] as number
    if (current === 0) continue
    const row = i - direction * width
    distance[i] = Math.min(
      current,
      (distance[i - direction] as number) + STEP,
      (distance[row] as number) + STEP,
      (distance[row - direction] as number) + DIAGONAL,
      (distance[row + direction] as number) + DIAGONAL,
    )
  }
}

/** Offsets of the eight neighbours of a pixel, clockwise from the pixel above. */
export const neighbourOffsets = (width: number): readonly number[] => [
  -width,
  -width + 1,
  1,
  width + 1,
  width,
  width - 1,
  -1,
  -width - 1,
]

/**
 * Has a number for each pattern of eight neighbours. Bit 0 is set when Zhang and Suen's first pass removes the pixel,
 * and bit 1 when their second pass does.
 */
const REMOVALS = Uint8Array.from({ length: 256 }, (_, pattern) => {
  const bit = (k: number): number => (pattern >> (k & 7)) & 1
  let count = 0
  let changes = 0
  for (let k = 0; k < 8; k++) {
    count += bit(k)
    if (bit(k) === 0 && bit(k + 1) === 1) changes++
  }
  if (count < 2 || count > 6 || changes !== 1) return 0
  const north = bit(0)
  const east = bit(2)
  const south = bit(4)
  const west = bit(6)
  const first = north * east * south === 0 && east * south * west === 0
  const second = north * east * west === 0 && north * south * west === 0
  return (first ? 1 : 0) | (second ? 2 : 0)
})

/**
 * The centre lines of the ink, one pixel wide. Zhang and Suen's algorithm thins the ink, then the corners of stairs are
 * removed.
 *
 * @param rounds  limit on the pairs of passes; each pair removes a pixel from each side of the ink
 */
export function thin({ width, height, ink }: Bitmap, rounds: number): Uint8Array {
  const remaining = Uint8Array.from(ink)
  const offsets = neighbourOffsets(width)
  let active = pixelsOf(remaining, width, height)
  for (let round = 0; round < rounds; round++) {
    let removed = 0
    for (const pass of [1, 2]) {
      const removable = active.filter((i) => ((REMOVALS[patternAt(remaining, i, offsets)] as number) & pass) !== 0)
      for (const i of removable) remaining[i] = 0
      removed += removable.length
    }
    if (removed === 0) break
    active = active.filter((i) => remaining[i] === 1)
  }
  for (const i of active) if (isStair(patternAt(remaining, i, offsets))) remaining[i] = 0
  return remaining
}

function pixelsOf(ink: Uint8Array, width: number, height: number): Uint32Array {
  let count = 0
  for (let i = 0; i < width * height; i++) count += ink[i] as number
  const pixels = new Uint32Array(count)
  for (let i = 0, k = 0; i < width * height; i++) if (ink[i] === 1) pixels[k++] = i
  return pixels
}

function patternAt(ink: Uint8Array, i: number, offsets: readonly number[]): number {
  let pattern = 0
  for (let k = 0; k < 8; k++) pattern |= (ink[i + (offsets[k] as number)] as number) << k
  return pattern
}

/**
 * Whether a pixel is the corner of a stair: two of its straight neighbours touch diagonally, and the pixels on its
 * other side are empty.
 */
function isStair(pattern: number): boolean {
  for (let k = 0; k < 8; k += 2) {
    const bit = (n: number): number => (pattern >> ((k + n) & 7)) & 1
    if (bit(0) === 1 && bit(2) === 1 && bit(4) + bit(5) + bit(6) === 0) return true
  }
  return false
}
