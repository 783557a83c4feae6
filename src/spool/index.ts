/**
 * The room `spool`: the durable, prioritized queue of jobs. The room knows no plotter and no task.
 *
 * - `spool.ts` is the interface: the verbs, which every engine provides. `job.ts`, `next.ts` and `order.ts` are the
 *   job, its states and its order.
 * - `open.ts` chooses the engine by the configuration. `postgres/` keeps the queue on a server, for several hosts.
 * - `queue/` is the embedded engine over lowdb, and `journal/` makes lowdb durable. `embedded.ts` opens both on a
 *   folder. `memory.ts` keeps everything in memory. `repair.ts` recovers a damaged folder.
 * - Both engines use `open-claim.ts`, `holder-events.ts`, `job-errors.ts`, and some rules of `queue/`, such as those of
 *   `new-job.ts`.
 * - `output/` writes rendered files, and `render/` runs renders on threads.
 *
 * Other rooms import this file, the types of `spool.ts` and `farm.ts`, and the files without side effects: `job.ts`,
 * `job-fields.ts`, `next.ts`, `order.ts`.
 */
export type { EmbeddedSpool, SpoolOptions } from './embedded.ts'
/** @internal benches and tests open the embedded engine */
export { openSpool } from './embedded.ts'
export type * from './farm.ts'
export * from './job.ts'
export { unknownJob } from './job-errors.ts'
export { type Disk, nodeDisk, systemCode } from './journal/disk.ts'
export { writeDurably } from './journal/durable.ts'
export { exists, makeFolder, syncPath } from './journal/folder.ts'
export { KeyedTurns } from './keyed-turns.ts'
/** @internal only tests use this spool */
export { memorySpool } from './memory.ts'
export { type MoveResult, moveQueue } from './move-queue.ts'
export { openStore } from './open.ts'
export { checkOutputName, writeOutput } from './output/output.ts'
export { ofImported } from './queue/import.ts'
export { checkRunAt } from './queue/new-job.ts'
export { ClockWatch } from './queue/retention.ts'
export { RenderPool, type RenderPoolOptions, type RunOptions } from './render/render-pool.ts'
export { onThread } from './render/render-thread.ts'
export { Semaphore } from './render/semaphore.ts'
export { type Repair, repairSpool } from './repair.ts'
export type * from './spool.ts'
