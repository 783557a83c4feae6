export type { WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'
export { PlotdClient } from './client.ts'
export { type ConnectOptions, connect } from './connect.ts'
export type { FeedEvent } from './feed.ts'
