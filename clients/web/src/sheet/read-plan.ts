import type { PlotdClient } from '../../../node/client.ts'
import type { PlanLayer, SheetPlan } from './plan.ts'

/** The daemon's plan file, of which the page needs size and strokes (the format stands in src/plotter/plan/plan-file.ts). */
export async function loadPlan(client: PlotdClient, job: string): Promise<SheetPlan> {
  return decode(await client.plan(job))
}

const PREFIX = 16
const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8

/** @throws RangeError when the bytes are not a whole plan of format 1 */
export function decode(file: Uint8Array<ArrayBuffer>): SheetPlan {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (view.getUint32(8, true) !== 1) throw new RangeError('not a plan of format 1')
  const headerBytes = view.getUint32(12, true)
  const header = JSON.parse(new TextDecoder().decode(file.subarray(PREFIX, PREFIX + headerBytes))) as Header
  const startsAt = padded(PREFIX + headerBytes)
  const pointsAt = padded(startsAt + 4 * (header.strokes + 1))
  if (file.byteLength !== pointsAt + 16 * header.vertices) throw new RangeError('not a whole plan')
  return {
    width: header.width,
    height: header.height,
    layers: header.layers,
    starts: new Uint32Array(file.slice(startsAt, startsAt + 4 * (header.strokes + 1)).buffer),
    points: new Float64Array(file.slice(pointsAt, pointsAt + 16 * header.vertices).buffer),
  }
}

interface Header {
  readonly width: number
  readonly height: number
  readonly strokes: number
  readonly vertices: number
  readonly layers: readonly PlanLayer[]
}
