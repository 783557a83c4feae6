import { existsSync } from 'node:fs'
import type { Params, WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { allJobs } from '../../node/all-jobs.ts'
import type { Daemon } from '../io/daemon.ts'

const WHOLE_ID = /^[0-9A-HJKMNP-TV-Z]{26}$/i
const ID_OR_END = /^(last|[0-9A-HJKMNP-TV-Z]{4,26})$/i

/** Whether a word can name a job and names no file. */
export const canNameJob = (word: string): boolean => ID_OR_END.test(word) && !existsSync(word)

/**
 * The id of the job that a word names. The word is a whole id, the beginning or the end of an id, or `last` for the
 * newest job. Returns a whole id without checking that such a job exists.
 *
 * @throws PlotdError ERR_JOB_UNKNOWN when no job matches, ERR_PARAMS when several jobs match or the word is empty
 */
export async function findJob(daemon: Daemon, word: string): Promise<string> {
  if (WHOLE_ID.test(word)) return word.toUpperCase()
  if (word === 'last') return newest(daemon)
  // A script with an empty variable gives an empty word, which is the end of every id.
  if (word === '') throw new PlotdError('ERR_PARAMS', "Expected the id of a job, got ''")
  const part = word.toUpperCase()
  let match: string | undefined
  for await (const { id } of allJobs(daemon, { search: word })) {
    if (!id.startsWith(part) && !id.endsWith(part)) continue
    if (match !== undefined)
      throw new PlotdError('ERR_PARAMS', `${word} matches several jobs, such as ${match} and ${id}: expected one job`)
    match = id
  }
  if (match !== undefined) return match
  throw new PlotdError('ERR_JOB_UNKNOWN', `No job has the id ${word}`, { id: word })
}

async function newest(daemon: Daemon): Promise<string> {
  const { jobs } = await daemon.call('job.list', { sort: 'newest', limit: 1 })
  if (jobs[0]) return jobs[0].id
  throw new PlotdError('ERR_JOB_UNKNOWN', 'There is no job', { id: 'last' })
}

/** The ids for several words. Fails at the first word for which `findJob` fails. */
export async function findJobs(daemon: Daemon, words: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const word of words) ids.push(await findJob(daemon, word))
  return ids
}

/** Refuses words beside a flag that chooses the jobs, because the verb would ignore one of the two. */
export function refuseWordsWith(flag: string | undefined, words: readonly string[], verb: string): void {
  if (flag !== undefined && words.length > 0)
    throw new PlotdError('ERR_PARAMS', `--${flag} finds jobs; leave out the ids`, { verb })
}

/** The ids of all jobs that match. The order is `filter.sort`, or 'queue' when `filter.sort` is absent. */
export async function idsOf(
  daemon: Daemon,
  filter: Params<'job.list'>,
  isMatch: (job: WireJob) => boolean = () => true,
): Promise<string[]> {
  const ids: string[] = []
  for await (const job of allJobs(daemon, filter)) if (isMatch(job)) ids.push(job.id)
  return ids
}
