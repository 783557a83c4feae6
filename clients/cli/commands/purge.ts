import { defineCommand } from '../args/command.ts'
import { plural } from '../ui/format.ts'

export const purge = defineCommand({
  about: 'Forget all jobs that are final and ended longer ago than this. Their SVGs in the output folder stay.',
  positionals: {},
  flags: {
    older: { type: 'string', default: '7d', describe: 'than this: 30m, 12h, 7d; 0 is all of them', requiresArg: true },
  },
  examples: [
    ['purge', 'what ended more than a week ago'],
    ['purge --older 0', 'all that is done'],
  ],
  async run({ older }, io) {
    const answer = await io.daemon.call('job.purge', /^0\s*[a-z]*$/i.test(older) ? {} : { olderThanMs: older })
    io.answer(answer, () => `Forgot ${plural(answer.removed, 'job')}.`)
    return 0
  },
})
