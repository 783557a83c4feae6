import { PlotdError } from '../../../src/errors.ts'
import type { Flags } from '../args/command.ts'
import { defineCommand } from '../args/command.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { textOf } from '../io/files.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'

const GROUP = 'Mail merge:'

/** Flags of a merge. The verbs for envelopes and place cards have these flags, too. */
export const MERGE = {
  csv: { type: 'string', describe: 'a table with a row for each card; - is stdin', requiresArg: true, group: GROUP },
  map: {
    type: 'string',
    array: true,
    describe: 'COLUMN=PARAMETER, for a column whose name differs from its parameter; repeat for more',
    requiresArg: true,
    group: GROUP,
  },
  batch: {
    type: 'string',
    describe: 'name of the batch; default: the name of the table',
    requiresArg: true,
    group: GROUP,
  },
  'order-by': {
    type: 'string',
    describe: 'draw the cards in the order of this column, such as the postcode',
    requiresArg: true,
    group: GROUP,
  },
  'bad-rows': {
    type: 'string',
    choices: ['refuse', 'skip', 'draw'],
    default: 'refuse',
    describe: 'for rows with a problem: queue nothing, skip the row, or draw what can be drawn',
    group: GROUP,
  },
  'preview-row': {
    type: 'number',
    describe: 'write the card of one row to a file (--output, or row-N.svg) and queue nothing',
    requiresArg: true,
    group: GROUP,
  },
} as const satisfies Flags

const PAIRS = {
  envelopes: {
    type: 'string',
    describe: 'also draw an envelope of this size for each card: dl, c6, c5, 10 and so on',
    requiresArg: true,
    group: GROUP,
  },
  'envelope-set': {
    type: 'string',
    array: true,
    describe: 'PARAMETER=VALUE for all envelopes, such as post=postnl; repeat for more',
    requiresArg: true,
    group: GROUP,
  },
  pairs: {
    type: 'string',
    choices: ['beside', 'runs'],
    default: 'beside',
    describe: 'each envelope after its card, or all cards and then all envelopes',
    group: GROUP,
  },
} as const satisfies Flags

/**
 * Words and flags that the verb handles itself. The flags that all verbs share and those of `SUBMIT` are handled
 * elsewhere. All other words and flags are parameters of the task.
 */
const OWN = ['recipient', 'message', ...Object.keys({ ...MERGE, ...PAIRS })]

/** Refuses flags that have a meaning only with a table. @throws PlotdError ERR_PARAMS naming the first */
export function refuseTableFlags(args: object, flags: readonly string[] = MERGE_ONLY): void {
  const given = new Map<string, unknown>(Object.entries(args))
  const flag = flags.find((name) => given.get(name) !== undefined)
  if (flag !== undefined) throw new PlotdError('ERR_PARAMS', `--${flag} needs a table: expected --csv FILE with it`)
}

const MERGE_ONLY = ['map', 'preview-row', 'batch', 'order-by']

export const postcard = defineCommand({
  about:
    'Queue a postcard with the drawing of a template. Greeting, message and address are in single-stroke type. With ' +
    '--csv, queue one for each row of a table.',
  positionals: {
    recipient: { type: 'string', describe: 'name of the recipient' },
    message: { type: 'string', describe: 'text of the card; - reads stdin' },
  },
  flags: { ...SUBMIT, ...MERGE, ...PAIRS },
  examples: [
    ['postcard Ada "Happy birthday!" --template birthday', 'as an SVG'],
    ['postcard Ada "Happy birthday!" --plot -q high --wait', 'draw the card with high priority, and follow the job'],
    ['postcard --csv people.csv --template birthday --side both', 'a card for each row'],
    ['postcard --csv people.csv --envelopes c6', 'a card and an envelope for each row'],
    ['postcard Grace - --template thank-you < letter.txt', 'a message from a file'],
  ],
  more: `${SUBMIT_MORE}\n\`plotd templates\` draws each template. \`--font\` and \`--greeting-font\` take\nfont files, too.`,
  text: 'message',
  hasTaskFlags: true,
  task: 'postcard',
  async run(args, io) {
    if (args.csv === '-' && String(args.message) === '-')
      throw new PlotdError('ERR_PARAMS', '--csv -: stdin is the message already; expected a file')
    const message = await textOf(args.message)
    const words = {
      ...paramsIn(args, OWN),
      ...(args.recipient === undefined ? {} : { recipient: String(args.recipient) }),
      ...(message === '' ? {} : { message }),
    }
    if (args.csv !== undefined) {
      const { merge } = await import('../jobs/merge.ts')
      return await merge('postcard', words, args, io)
    }
    refuseTableFlags(args, [...MERGE_ONLY, 'envelopes', 'envelope-set'])
    if (args.recipient === undefined)
      throw new PlotdError('ERR_PARAMS', 'Expected: plotd postcard RECIPIENT, or --csv FILE')
    return await submitJob({ task: 'postcard', words }, args, io)
  },
})
