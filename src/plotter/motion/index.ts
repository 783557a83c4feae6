import type { MotionLimits, Profile } from '../profiles/profile.ts'
import { type Blocks, emptyBlocks } from './blocks.ts'
import { Planner } from './planner.ts'

export { type Blocks, emptyBlocks, secondsOf } from './blocks.ts'
export { drawingLimits, estimate, type LayerEstimate, travelSeconds } from './estimate.ts'
export type { Machine } from './limits.ts'
export { lineSpeed } from './line-speeds.ts'

/**
 * The motion along one path (interleaved x, y in mm), from rest to rest, in chunks of constant-acceleration blocks.
 *
 * The chunk is one object, refilled: use it before asking for the next. A path of a single point, or of points that
 * coincide, gives nothing.
 */
export function* blocks(points: Float64Array, profile: Profile, limits: MotionLimits): Generator<Blocks, void, void> {
  const planner = new Planner(profile)
  const chunk = emptyBlocks()
  planner.start(points, limits)
  while (planner.fill(chunk)) yield chunk
}
