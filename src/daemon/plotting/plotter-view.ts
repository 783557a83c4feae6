import type { Adjustments } from '../../plotter/drivers/driver.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { PlotterMemory } from '../../plotter/session/memory.ts'
import { paceFactor } from '../../plotter/session/pace.ts'
import type { PlotterSession } from '../../plotter/session/session.ts'
import type { Job } from '../../spool/job.ts'
import type { PlotterConfig } from '../config/schema.ts'
import type { WirePlotter } from '../protocol/index.ts'
import { rounded } from '../render/figures.ts'
import { shownCut } from './cut-sheets.ts'

/** A plotter as clients see it. */
export function plotterView(
  { name, url, gate }: PlotterConfig,
  profile: Profile,
  { device, grant, position, state }: Pick<PlotterSession, 'device' | 'grant' | 'position' | 'state'>,
  { pace }: Pick<PlotterMemory, 'pace'>,
  adjusted: Adjustments,
  queuePaused: boolean,
  cut: Job | undefined,
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
    ...(grant === undefined ? {} : { grant }),
    ...shownCut(cut),
    planned: { penUpPercent: upPercent, penDownPercent: downPercent, speedPercent: 100 },
    adjusted,
    ...(device === undefined ? {} : { device }),
    ...(pace === undefined ? {} : { pace: { factor: rounded(paceFactor(pace)), plots: pace.plots } }),
    ...(position === undefined ? {} : { position }),
  }
}
