import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { textOf } from '../io/files.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'
import { MERGE, refuseTableFlags } from './postcard.ts'

/** Words and flags that the verb handles itself, as in `postcard.ts`. */
const OWN = ['recipient', 'address', ...Object.keys(MERGE)]

export const envelope = defineCommand({
  about:
    'Queue an envelope: the address in the form of its country, the return address, and handwritten postage. With --csv, queue ' +
    'one for each row of a table.',
  positionals: {
    recipient: { type: 'string', describe: 'name of the recipient' },
    address: { type: 'string', describe: 'the other lines of the address, each in quotes; - reads stdin' },
  },
  flags: { ...SUBMIT, ...MERGE },
  examples: [
    ['envelope "Ada Lovelace" --street "12 Mill Lane" --town York', ''],
    ['envelope "Ada Lovelace" "12 Mill Lane" "York YO1 6XX"', ''],
    ['envelope Ada - --size c6 --plot < address.txt', 'lines from a file'],
    ['envelope --csv people.csv --size dl --sender "$(cat sender.txt)"', 'an envelope for each row'],
    ['envelope --csv people.csv --post postnl', 'the column “postage” holds the postage codes'],
  ],
  more: `${SUBMIT_MORE}\n\`plotd postcard --csv FILE --envelopes SIZE\` draws cards and their envelopes.`,
  text: 'address',
  hasTaskFlags: true,
  task: 'envelope',
  async run(args, io) {
    const name = args.recipient === undefined ? {} : { recipient: String(args.recipient) }
    const lines = await textOf(args.address, '\n')
    if (args.csv !== undefined) {
      if (lines !== '')
        throw new PlotdError('ERR_PARAMS', 'With --csv, expected the addresses in the table', { verb: 'envelope' })
      const { merge } = await import('../jobs/merge.ts')
      return await merge('envelope', { ...paramsIn(args, OWN), ...name }, args, io)
    }
    refuseTableFlags(args)
    if (args.recipient === undefined && Object.keys(paramsIn(args, OWN)).length === 0)
      throw new PlotdError('ERR_PARAMS', 'Expected: plotd envelope RECIPIENT --street … --town …, or --csv FILE')
    const address = lines === '' ? {} : { address: [args.recipient ?? '', lines].join('\n').trim() }
    return await submitJob({ task: 'envelope', words: { ...paramsIn(args, OWN), ...name, ...address } }, args, io)
  },
})
