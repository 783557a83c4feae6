import type { Adjustments } from '../plotter/driver.ts'
import type { PlotterMemory } from '../plotter/memory.ts'
import { paceFactor } from '../plotter/pace.ts'
import type { Profile } from '../plotter/profile.ts'
import type { PlotterSession } from '../plotter/session.ts'
import type { PlotterConfig } from './config-schema.ts'
import { rounded } from './figures.ts'
import type { WirePlotter } from './protocol/index.ts'

/** A plotter as clients see it. */
export function plotterView(
  { name, url, gate }: PlotterConfig,
  profile: Profile,
  { device, position, state }: Pick<PlotterSession, 'device' | 'position' | 'state'>,
  { pace }: Pick<PlotterMemory, 'pace'>,
  adjusted: Adjustments,
  queuePaused: boolean,
): WirePlotter {
  const { upPercent, downPercent } = profile.pen
  return {
    name,
    url,
    profile: profile.name,
    widthMm: profile.width,
    heightMm: profile.height,
    gate,
    queuePaused,
    state,
    planned: { penUpPercent: upPercent, penDownPercent: downPercent, speedPercent: 100 },
    adjusted,
    ...(device === undefined ? {} : { device }),
    ...(pace === undefined ? {} : { pace: { factor: rounded(paceFactor(pace)), plots: pace.plots } }),
    ...(position === undefined ? {} : { position }),
  }
}
