import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { defineCommand } from '../command.ts'
import type { Daemon } from '../daemon.ts'
import { findJobs } from '../jobs.ts'
import { jobLine } from '../ui/sentences.ts'

type Method = 'job.cancel' | 'job.hold' | 'job.release' | 'job.top' | 'job.retry'

/** A verb that does one thing to each of the jobs it is given, and says so of each. */
const onJobs = (
  about: string,
  said: string,
  act: (daemon: Daemon, id: string) => Promise<WireJob>,
  examples: readonly (readonly [string, string])[],
) =>
  defineCommand({
    takes: '<id..>',
    about,
    positionals: { id: { type: 'string', describe: 'ids, their ends, or `last`' } },
    flags: {},
    examples,
    async run({ id }, io) {
      for (const each of await findJobs(io.daemon, [id ?? []].flat().map(String))) {
        const job = await act(io.daemon, each)
        io.answer(job, () => jobLine(said, job, io.paint))
      }
      return 0
    },
  })

const by =
  (method: Method) =>
  (daemon: Daemon, id: string): Promise<WireJob> =>
    daemon.call(method, { id })

export const cancel = onJobs(
  'Cancel jobs that are not final. A running render is stopped; a plot lifts the pen and ends.',
  'Canceled',
  by('job.cancel'),
  [['cancel 4XK9QZ', 'by the end of its id']],
)

export const hold = onJobs('Keep waiting jobs back until `plotd release`.', 'Held', by('job.hold'), [['hold last', '']])

export const release = onJobs('Let held jobs go.', 'Released', by('job.release'), [['release last', '']])

export const top = onJobs('Move jobs to the front of the queue.', 'To the top', by('job.top'), [['top 4XK9QZ', '']])

export const retry = onJobs(
  'Once more from the start. An interrupted plot begins again on a new sheet; to go on with the old one: `plotd resume`.',
  'Queued again',
  by('job.retry'),
  [['retry last', '']],
)

export const forget = onJobs(
  'Drop jobs that are final from the list. Their SVGs in the output folder stay.',
  'Forgotten',
  async (daemon, id) => {
    const job = await daemon.call('job.get', { id })
    await daemon.call('job.remove', { id })
    return job
  },
  [['forget last', '']],
)
