import { defineCommand } from '../args/command.ts'
import { findJob } from '../jobs/find-jobs.ts'
import { timeOfDay } from '../ui/format.ts'

export const log = defineCommand({
  about: 'What a job had to say while it was rendered and drawn.',
  positionals: { id: { type: 'string', describe: 'id, the end of one, or `last`' } },
  flags: {},
  examples: [['log last', '']],
  async run({ id }, io) {
    const { entries } = await io.daemon.call('job.logs', { id: await findJob(io.daemon, String(id)) })
    if (io.json) for (const entry of entries) io.line(entry)
    else if (entries.length === 0) io.note('It said nothing.')
    else io.print(...entries.map(({ at, message }) => `${io.paint.dim(timeOfDay(at))}  ${message}`))
    return 0
  },
})
