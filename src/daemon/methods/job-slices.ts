import { JOB_LIMITS } from '../../spool/job-fields.ts'
import { valuesIn } from '../../values.ts'

/** Most jobs of one turn of the event loop, and most values in their parameters together. */
const [JOBS, VALUES] = [100, JOB_LIMITS.values]

/** Divides a list into the parts of one turn each. @returns the start and the end of each part */
export function* slicesOf(jobs: readonly { readonly params?: unknown }[]): Generator<readonly [number, number]> {
  if (jobs.length === 1) {
    yield [0, 1]
    return
  }
  let [from, values] = [0, 0]
  for (const [i, { params }] of jobs.entries()) {
    const here = valuesIn(params, VALUES)
    if (i > from && (i - from >= JOBS || values + here > VALUES)) {
      yield [from, i]
      from = i
      values = 0
    }
    values += here
  }
  yield [from, jobs.length]
}
