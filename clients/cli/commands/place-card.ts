import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'
import { MERGE, refuseTableFlags } from './postcard.ts'

/** Words and flags that the verb handles itself, as in `postcard.ts`. */
const OWN = ['name', 'line', ...Object.keys(MERGE)]

export const placeCard = defineCommand({
  about:
    'Queue a place card that stands as a tent, with a name on both faces. With --csv, queue one for each row of a table of guests.',
  positionals: {
    name: { type: 'string', describe: 'name on the card' },
    line: { type: 'string', describe: 'a line in small letters under the name' },
  },
  flags: { ...SUBMIT, ...MERGE },
  examples: [
    ['place-card "Ada Lovelace" "Table 4" --font heron --hand 1', ''],
    ['place-card --csv guests.csv --map Guest=name --map Table=line --plot', 'a card for each row'],
    ['place-card Ada --code https://example.org/menu', 'with a QR code for the menu'],
  ],
  more: SUBMIT_MORE,
  text: 'line',
  hasTaskFlags: true,
  task: 'place-card',
  async run(args, io) {
    const words = {
      ...paramsIn(args, OWN),
      ...(args.name === undefined ? {} : { name: String(args.name) }),
      ...(args.line === undefined ? {} : { line: [args.line].flat().map(String).join(' ') }),
    }
    if (args.csv !== undefined) {
      const { merge } = await import('../jobs/merge.ts')
      return await merge('place-card', words, args, io)
    }
    refuseTableFlags(args)
    if (args.name === undefined) throw new PlotdError('ERR_PARAMS', 'Expected: plotd place-card NAME, or --csv FILE')
    return await submitJob({ task: 'place-card', words }, args, io)
  },
})
