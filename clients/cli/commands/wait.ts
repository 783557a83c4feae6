import { UNSUCCESSFUL } from '../../../src/daemon/protocol/constants.ts'
import type { Params, WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { inTime } from '../../../src/in-time.ts'
import { OPEN } from '../../node/job.ts'
import { defineCommand } from '../args/command.ts'
import { EXIT } from '../errors/exit-codes.ts'
import { span } from '../flags/submit-flags.ts'
import { awayNotes } from '../jobs/away-notes.ts'
import { findJobs, idsOf, refuseWordsWith } from '../jobs/find-jobs.ts'
import { oneLine } from '../ui/columns.ts'
import { plural, shortId } from '../ui/format.ts'
import { jobDetail, statusWord } from '../ui/sentences.ts'

/** A wait also ends when a job is interrupted: only a user can continue such a job. */
const ENDS = ['finished', 'failed', 'canceled', 'interrupted'] as const
const NOT_ENDED = OPEN.filter((status) => status !== 'interrupted')
const CHOICES = [...NOT_ENDED, ...ENDS]
/** States of a job in their order. */
const COURSE: Until = ['scheduled', 'queued', 'started', 'rendered', 'plotting', 'paused']
/** The largest number of ids in one call. */
const IDS_PER_CALL = 500

type Until = NonNullable<Params<'job.wait'>['until']>

export const wait = defineCommand({
  about: 'Wait until jobs have ended. Prints a line for each job when the job ends.',
  positionals: { id: { type: 'string', describe: 'ids, the ends of ids, or `last`' } },
  flags: {
    all: {
      alias: 'a',
      type: 'boolean',
      default: false,
      describe: 'every job that has neither ended nor been interrupted',
    },
    tag: { type: 'string', describe: 'the jobs with this tag', requiresArg: true },
    batch: { type: 'string', describe: 'the jobs of this batch', requiresArg: true },
    until: {
      type: 'string',
      choices: CHOICES,
      describe: 'wait for this status; a job that is past it or has ended counts, too',
      requiresArg: true,
    },
    any: { type: 'boolean', default: false, describe: 'wait for the first of the jobs, not for all' },
    timeout: { type: 'string', describe: 'longest wait, such as 90s, 20m or 1.5h', requiresArg: true },
  },
  examples: [
    ['wait last', 'the newest job; the exit code is 0 if it finished'],
    ['wait --batch people --timeout 2h', 'a whole batch, two hours at most'],
    ['wait 4XK9QZ --until rendered', 'until the size and the time of the drawing are known'],
  ],
  more: 'The exit code is 7 if the time is up, else 4 if a job failed, was canceled or was interrupted, else 0.',
  async run({ id, all, tag, batch, until, any, timeout }, io) {
    const words = [id ?? []].flat().map(String)
    const flag = all ? 'all' : batch !== undefined ? 'batch' : tag !== undefined ? 'tag' : undefined
    refuseWordsWith(flag, words, 'wait')
    if (words.length === 0 && flag === undefined)
      throw new PlotdError('ERR_PARAMS', 'Which job? Expected ids, the ends of ids, `last`, --tag, --batch or --all', {
        verb: 'wait',
      })
    const end = endOf(timeout)
    const filter = {
      ...(all ? { status: NOT_ENDED } : {}),
      ...(tag === undefined ? {} : { tag }),
      ...(batch === undefined ? {} : { batch }),
    }
    const chosen = words.length > 0 ? await findJobs(io.daemon, words) : await idsOf(io.daemon, filter)
    if (chosen.length === 0) {
      io.note('No job matches.')
      return EXIT.ok
    }
    const states: Until = until === undefined ? ENDS : statesFrom(until as Until[number])
    await using client = await io.daemon.connect(awayNotes(io))
    const waiting = new Set(chosen)
    let exitCode: number = EXIT.ok
    let isOver = false
    const poll = async (part: readonly string[]): Promise<void> => {
      let ids = part
      while (!isOver && ids.length > 0) {
        const remainingMs = end - Date.now()
        const limit = Number.isFinite(remainingMs)
          ? { timeoutMs: Math.min(Math.max(0, remainingMs), LONGEST_CALL_MS) }
          : {}
        const { jobs } = await client.call('job.wait', { ids, until: states, any: true, ...limit })
        if (isOver) return
        for (const job of jobs) {
          io.answer(job, () => lineOf(job, io.paint))
          if (hasFailed(job)) exitCode = EXIT.job
          waiting.delete(job.id)
        }
        isOver = waiting.size === 0 || (any && jobs.length > 0)
        if (remainingMs <= 0 && jobs.length === 0) return
        ids = ids.filter((id) => waiting.has(id))
      }
    }
    const polls = partsOf([...waiting]).map(poll)
    // With --any, the other polls end with the connection.
    const allEnded = Promise.race(polls).then(() => (isOver ? undefined : Promise.all(polls)))
    await beforeTimeUp(allEnded, end)
    if (isOver) return exitCode
    const missed = until === undefined ? 'ended' : `reached the status ${until}`
    io.note(`The time is up: ${plural(waiting.size, 'job')} had not ${missed}. The wait changed no job.`)
    return EXIT.time
  },
})

/** The ids in parts for one call each. */
const partsOf = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / IDS_PER_CALL) }, (_, i) =>
    ids.slice(i * IDS_PER_CALL, (i + 1) * IDS_PER_CALL),
  )

/** Longest wait in one call of the daemon, ms. */
const LONGEST_CALL_MS = 55_000

/** The end of the wait, ms since 1970. @throws PlotdError ERR_PARAMS */
function endOf(timeout: string | undefined): number {
  if (timeout === undefined) return Number.POSITIVE_INFINITY
  const ms = span(timeout)
  if (ms !== undefined) return Date.now() + ms
  throw new PlotdError('ERR_PARAMS', `--timeout ${timeout}: expected a time such as 90s, 20m or 1.5h`)
}

/** The longest time of a timer of Node, ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** The daemon may answer the last call up to this time after the end of the wait, ms. */
const GRACE_MS = 1000

/**
 * Waits for `ended`, at most until `GRACE_MS` after `end`. While the daemon is away, a call does not end by itself. If
 * `end` is too far away for a timer of Node, only `ended` ends the wait.
 */
async function beforeTimeUp(ended: Promise<unknown>, end: number): Promise<void> {
  const remainingMs = end - Date.now() + GRACE_MS
  if (remainingMs > LONGEST_TIMER_MS) return void (await ended)
  const timeUp = new Error('the time is up')
  await inTime(ended, remainingMs, () => timeUp).catch((thrown: unknown) => {
    if (thrown !== timeUp) throw thrown
  })
}

const hasFailed = ({ status }: WireJob): boolean => UNSUCCESSFUL.has(status) || status === 'interrupted'

function lineOf(job: WireJob, paint: Parameters<typeof statusWord>[1]): string {
  const detail = jobDetail(job)
  const head = `${paint.bold(shortId(job.id))}  ${statusWord(job.status, paint)}  ${oneLine(job.title)}`
  return detail === '' ? head : `${head}  ${paint.dim(detail)}`
}

/**
 * `state`, the later states and the ends, because a fast job may have passed `state` before the wait begins. Only the
 * ends count as later than `held`.
 */
function statesFrom(state: Until[number]): Until {
  const place = COURSE.indexOf(state)
  return [state, ...(place < 0 ? [] : COURSE.slice(place + 1)), ...ENDS]
}
