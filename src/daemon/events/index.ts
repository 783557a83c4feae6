/**
 * The room `events`: what happens, for those who follow it. `hub` numbers the events of spool and plotters and keeps the
 * latest; `fan-out` calls the followers; `throttle` limits progress. `batches` answers for batches as a whole. `job-waits` holds the long polls. `job-log` writes a
 * job's history, `metrics` counts for Prometheus.
 */
export { Batches, type BatchJob, batchView, type Card, cardsOf, inkOf, secondsOf } from './batches.ts'
export { Hub } from './hub.ts'
export { keepJobLog } from './job-log.ts'
export { JobWaits } from './job-waits.ts'
export { Metrics } from './metrics.ts'
