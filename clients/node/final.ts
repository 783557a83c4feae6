import type { WireJob } from '../../src/daemon/protocol/index.ts'

/** Nothing can happen to such a job any more unless a person retries it. */
export const FINAL: ReadonlySet<WireJob['status']> = new Set(['finished', 'failed', 'canceled', 'forgotten'])
