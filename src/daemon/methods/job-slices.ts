import { JOB_LIMITS } from '../../spool/job-fields.ts'
import { valuesIn } from '../../values.ts'

/** Jobs that are accepted in one turn of the event loop, and values in the parameters of them all. */
const [JOBS, VALUES] = [100, JOB_LIMITS.values]

/** The parts of a list that go to a thread, or through the checks, in one turn: from where to where. */
export function* slicesOf(jobs: readonly { readonly params?: unknown }[]): Generator<readonly [number, number]> {
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
