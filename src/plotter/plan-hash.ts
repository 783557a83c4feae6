import { createHash } from 'node:crypto'
import type { Drawing } from '../geometry/drawing.ts'

/** sha256 of size, points, starts and layers, hexadecimal. */
export function hashOf({ width, height, points, starts, layers }: Drawing): string {
  const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return createHash('sha256')
    .update(JSON.stringify({ width, height, layers }))
    .update(bytes(starts))
    .update(bytes(points))
    .digest('hex')
}
