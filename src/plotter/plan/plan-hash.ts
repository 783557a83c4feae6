import { createHash, type Hash } from 'node:crypto'
import type { Drawing } from '../../geometry/drawing.ts'

/** SHA-256 of the size, the layers, the starts and the points, in hexadecimal. */
export function hashOf(drawing: Drawing): string {
  const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return hashOfHeader(drawing).update(bytes(drawing.starts)).update(bytes(drawing.points)).digest('hex')
}

/** Begins the hash of `hashOf`; the caller adds `starts`, then `points`. */
export const hashOfHeader = ({ width, height, layers }: Omit<Drawing, 'points' | 'starts'>): Hash =>
  createHash('sha256').update(JSON.stringify({ width, height, layers }))
