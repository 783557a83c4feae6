/// <reference types="node" preserve="true" />
/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The room `node`: the TypeScript client. `connect()` gives a connected client with events. `enqueue…`, `getJobStatus`,
 * `waitForJob` and `cancelJob` send HTTP requests and leave no connection open. `mailMerge` makes a job of each row of
 * a table. Other rooms may import any file of this room.
 */
export type { WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'
export { PlotdClient } from './client.ts'
export { type ConnectOptions, connect } from './connect.ts'
export {
  cancelJob,
  type EnqueueOptions,
  enqueue,
  enqueuePostcardGeneration,
  enqueueSvgGeneration,
  getJobStatus,
  type JobStatusReport,
  type JobWait,
  type PostcardGeneration,
  type SvgGeneration,
  waitForJob,
} from './enqueue.ts'
export type { FeedEvent } from './feed.ts'
export {
  type BadRow,
  type MergeOptions,
  type MergeReport,
  mailMerge,
  previewRow,
  type RowsWarning,
} from './merge/index.ts'
