import { JOB_LIMITS } from '../../spool/job-fields.ts'
import { valuesIn } from '../../values.ts'

/** Maximum number of jobs in a slice. */
const MAX_JOBS = 100
/** Maximum number of values in the parameters of all jobs of a slice together. A slice of one job may have more. */
const MAX_VALUES = JOB_LIMITS.values

/** The start and the end of a slice. */
type Slice = readonly [from: number, to: number]

type Jobs = readonly { readonly params?: unknown }[]

/** Divides jobs into slices. A turn of the event loop works on one slice. */
export const slicesOf = (jobs: Jobs): Iterable<Slice> => (jobs.length === 1 ? ONE_JOB : divided(jobs))

const ONE_JOB: readonly Slice[] = [[0, 1]]

function* divided(jobs: Jobs): Generator<Slice> {
  let from = 0
  let values = 0
  for (const [i, { params }] of jobs.entries()) {
    const jobValues = valuesIn(params, MAX_VALUES)
    if (i > from && (i - from >= MAX_JOBS || values + jobValues > MAX_VALUES)) {
      yield [from, i]
      from = i
      values = 0
    }
    values += jobValues
  }
  yield [from, jobs.length]
}
