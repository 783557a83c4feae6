import { indices } from './drawing.ts'

/** Bits of a key in one pass. */
const BITS = 11
const BUCKETS = 1 << BITS
/** Below this number of keys, the passes over all buckets take longer than a sort that compares keys. */
const FEW = 128

/**
 * The stable order that sorts `keys` ascending. Sorts many keys in three counting passes over the bits of the floats,
 * because the bits of numbers ≥ 0 sort as the numbers do.
 *
 * @param keys  numbers ≥ 0, none of them NaN or −0
 * @returns     indices into `keys`
 */
export function ascending(keys: Float32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  if (keys.length < FEW) return indices(keys.length).sort((a, b) => (keys[a] as number) - (keys[b] as number))
  const bits = new Uint32Array(keys.buffer, keys.byteOffset, keys.length)
  let order = indices(keys.length)
  let next = new Uint32Array(keys.length)
  for (let shift = 0; shift < 32; shift += BITS) {
    pass(bits, order, next, shift)
    ;[order, next] = [next, order]
  }
  return order
}

function pass(bits: Uint32Array, from: Uint32Array, to: Uint32Array, shift: number): void {
  const place = new Uint32Array(BUCKETS + 1)
  for (let i = 0; i < from.length; i++) {
    const bucket = ((bits[i] as number) >>> shift) & (BUCKETS - 1)
    place[bucket + 1] = (place[bucket + 1] as number) + 1
  }
  for (let b = 0; b < BUCKETS; b++) place[b + 1] = (place[b + 1] as number) + (place[b] as number)
  for (let i = 0; i < from.length; i++) {
    const id = from[i] as number
    const bucket = ((bits[id] as number) >>> shift) & (BUCKETS - 1)
    to[place[bucket] as number] = id
    place[bucket] = (place[bucket] as number) + 1
  }
}
