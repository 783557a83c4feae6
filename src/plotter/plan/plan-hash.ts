import { createHash, type Hash } from 'node:crypto'
import type { Drawing } from '../../geometry/drawing.ts'

/** sha256 of size, points, starts and layers, hexadecimal. */
export function hashOf(drawing: Drawing): string {
  const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return hashOfHeader(drawing).update(bytes(drawing.starts)).update(bytes(drawing.points)).digest('hex')
}

/** Begins the same hash; the caller adds `starts`, then `points`. */
export const hashOfHeader = ({ width, height, layers }: Omit<Drawing, 'points' | 'starts'>): Hash =>
  createHash('sha256').update(JSON.stringify({ width, height, layers }))
