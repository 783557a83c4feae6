import { at } from '../../geometry/drawing.ts'
import type { Line } from '../draw/curve.ts'
import type { Sheet } from './pattern.ts'

/**
 * Moves and scales a line of any size to the middle of the sheet. Turns the line by 90° when that makes it larger.
 *
 * @param share  the line fills at most this fraction, 0 … 1, of the width and of the height of the box
 */
export function fitLine(line: readonly number[], { box, cx, cy }: Sheet, share = 1): Line {
  const [minX, maxX] = range(line, 0)
  const [minY, maxY] = range(line, 1)
  const width = Math.max(1e-9, maxX - minX)
  const height = Math.max(1e-9, maxY - minY)
  const roomX = (box.maxX - box.minX) * share
  const roomY = (box.maxY - box.minY) * share
  const upright = Math.min(roomX / width, roomY / height)
  const turned = Math.min(roomX / height, roomY / width)
  const out: Line = []
  for (let i = 0; i < line.length; i += 2) {
    const u = at(line, i) - (minX + maxX) / 2
    const v = at(line, i + 1) - (minY + maxY) / 2
    if (turned > upright * 1.001) out.push(cx - v * turned, cy + u * turned)
    else out.push(cx + u * upright, cy + v * upright)
  }
  return out
}

function range(line: readonly number[], from: 0 | 1): [min: number, max: number] {
  let min = Infinity
  let max = -Infinity
  for (let i = from; i < line.length; i += 2) {
    min = Math.min(min, at(line, i))
    max = Math.max(max, at(line, i))
  }
  return [min, max]
}
