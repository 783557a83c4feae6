import type { Adjustments, DeviceInfo } from '../../plotter/drivers/driver.ts'
import { paceFactor } from '../../plotter/session/pace.ts'
import type { PlotterSession } from '../../plotter/session/session.ts'
import type { Job } from '../../spool/job.ts'
import type { WirePlotter } from '../protocol/index.ts'
import { rounded } from '../render/figures.ts'
import type { StationParts } from './station-parts.ts'

export interface PlotterFacts {
  readonly parts: Pick<StationParts, 'config' | 'host' | 'inFarm' | 'profile' | 'memory'>
  readonly session: Pick<PlotterSession, 'device' | 'grant' | 'position' | 'state'>
  /** The job that the plotter draws or is about to draw; undefined while that job waits for its next sheet. */
  readonly job: string | undefined
  /** Whether the next sheet begins with a pause, because a user paused before it began. */
  readonly willPause: boolean
  readonly adjusted: Adjustments
  /** The interrupted job whose sheet lies on the plotter. */
  readonly cut: Job | undefined
  readonly queuePaused: boolean
  /** The state of the feeder; undefined without a feeder. */
  readonly feeder: WirePlotter['feeder']
  readonly pens: NonNullable<WirePlotter['pens']>
  readonly penNames: readonly string[]
  readonly layerPens: NonNullable<WirePlotter['layerPens']>
  readonly marks?: WirePlotter['marks']
  readonly registers?: WirePlotter['registers']
}

/** A plotter as clients see it. */
export function plotterView(facts: PlotterFacts): WirePlotter {
  const {
    parts,
    job,
    willPause,
    session,
    adjusted,
    cut,
    queuePaused,
    feeder,
    pens,
    penNames,
    layerPens,
    marks,
    registers,
  } = facts
  const { config, profile, host, inFarm, memory } = parts
  const { maintenance, pace, grants = 0 } = memory
  const { name, url, gate, paper, room, tags } = config
  const { device, grant, position, state } = session
  const { upPercent, downPercent } = profile.pen
  return {
    name,
    url,
    gate,
    queuePaused,
    state,
    adjusted,
    profile: profile.name,
    widthMm: profile.width,
    heightMm: profile.height,
    planned: { penUpPercent: upPercent, penDownPercent: downPercent, speedPercent: 100 },
    ...(inFarm && { host }),
    ...(job !== undefined && { job }),
    ...(willPause && { willPause }),
    ...(paper !== undefined && { paper }),
    ...(room !== undefined && { room }),
    ...(tags.length > 0 && { tags }),
    ...(maintenance && { maintenance }),
    ...(grant && { grant }),
    grants,
    ...(marks && { marks }),
    ...(registers && { registers }),
    ...(feeder && { feeder }),
    ...(pens.length > 0 && { pens }),
    ...(penNames.length > 0 && { penNames }),
    ...(layerPens.length > 0 && { layerPens }),
    ...(config.button && { button: config.button }),
    ...(cut?.progress && {
      interrupted: { job: cut.id, title: cut.title, done: cut.progress.done, of: cut.progress.of },
    }),
    ...(device && { device: deviceView(device) }),
    ...(pace && { pace: { factor: rounded(paceFactor(pace)), plots: pace.plots } }),
    ...(position && { position }),
  }
}

const deviceView = ({
  dialect,
  firmware,
  nickname,
  volts,
  mustHome,
}: DeviceInfo): NonNullable<WirePlotter['device']> => ({
  dialect,
  firmware,
  ...(nickname !== undefined && { nickname }),
  ...(volts !== undefined && { volts }),
  ...(mustHome && { mustHome }),
})
