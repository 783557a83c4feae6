/**
 * The room `events`: the parts that follow the changes of jobs and plotters. `hub` numbers the events of spool and
 * plotters and keeps the latest. `fan-out` calls the connections of the clients. `throttle` limits the rate of
 * announcements of progress and of positions. `batches` sums the jobs of a batch. `job-waits` has the long polls.
 * `job-log` writes a job's history, and `metrics` counts for Prometheus (`exposition` is the text format).
 */
export { Batches, type BatchJob, batchView, type Card, cardsOf, inkOf, inOrderOfIds, secondsOf } from './batches.ts'
export { Hub } from './hub.ts'
export { keepJobLog } from './job-log.ts'
export { JobWaits } from './job-waits.ts'
export { Metrics } from './metrics.ts'
