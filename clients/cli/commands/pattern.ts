import { defineCommand } from '../args/command.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'

export const pattern = defineCommand({
  about: 'Queue a generative pattern. Its parameters are flags; `plotd patterns` shows each pattern drawn.',
  positionals: { pattern: { type: 'string', describe: 'its name: spiral, grid, …' } },
  flags: SUBMIT,
  examples: [
    ['pattern spiral', 'with all its defaults, as an SVG'],
    ['pattern spiral --turns 60 --seed 7 --plot --wait', 'for ink, and stay'],
    ['pattern grid --cell 8 -q low', 'when there is time'],
  ],
  more: SUBMIT_MORE,
  open: true,
  task: 'pattern',
  async run(args, io) {
    const words = { ...paramsIn(args, ['pattern']), pattern: String(args.pattern) }
    return await submitJob({ task: 'pattern', words }, args, io)
  },
})
