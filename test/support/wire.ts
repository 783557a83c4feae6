import type { WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'

/** A queued job as the daemon sends it, with changes. */
export const wireJob = (id: string, changes: Partial<WireJob> = {}): WireJob => ({
  id,
  task: 'text',
  title: `Job ${id}`,
  tags: [],
  priority: 50,
  order: 1,
  status: 'queued',
  createdAt: 0,
  attempts: 0,
  timeoutMs: 1,
  dependsOn: [],
  retries: { max: 0, backoffMs: 0 },
  touched: false,
  ...changes,
})

/** A plotter in this state as the daemon sends it, with changes. */
export const wirePlotter = (state: WirePlotter['state'], changes: Partial<WirePlotter> = {}): WirePlotter => ({
  name: 'axi',
  url: 'sim:ebb',
  profile: 'axidraw-v3',
  widthMm: 300,
  heightMm: 218,
  gate: true,
  queuePaused: false,
  state,
  planned: {},
  adjusted: {},
  ...changes,
})
