import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { camel, readText } from '../args/params.ts'
import { MERGE } from '../flags/merge-flags.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'

const OWN = ['recipient', 'message', ...Object.keys(MERGE).flatMap((name) => [name, camel(name)])]

export const postcard = defineCommand({
  about:
    'Queue a postcard: greeting, message and address in single-stroke type, with a template’s drawing; or one for ' +
    'every row of a table.',
  positionals: {
    recipient: { type: 'string', describe: 'whom it is for' },
    message: { type: 'string', describe: 'what to say; - reads it from stdin' },
  },
  flags: { ...SUBMIT, ...MERGE },
  examples: [
    ['postcard Ada "Happy birthday!" --template birthday', 'as an SVG'],
    ['postcard Ada "Happy birthday!" --plot -q high --wait', 'for ink, at once'],
    ['postcard --csv people.csv --template birthday --side both', 'a card a row'],
    ['postcard Grace - --template thank-you < letter.txt', 'a longer message'],
  ],
  more: `${SUBMIT_MORE}\n\`plotd templates\` shows each template drawn. \`--font\` and \`--greeting-font\` take\n.jhf and SVG font files, too.`,
  open: true,
  task: 'postcard',
  async run(args, io) {
    if (args.csv !== undefined) {
      const first = args.recipient === undefined ? {} : { recipient: String(args.recipient) }
      const { merge } = await import('../jobs/merge.ts')
      return await merge('postcard', { ...paramsIn(args, OWN), ...first }, args, io)
    }
    const lone = ['map', 'preview-row'].find((flag) => args[flag as 'map' | 'preview-row'] !== undefined)
    if (lone !== undefined)
      throw new PlotdError('ERR_PARAMS', `--${lone} is about a table: expected --csv FILE with it`)
    if (args.recipient === undefined)
      throw new PlotdError('ERR_PARAMS', 'Expected: plotd postcard RECIPIENT, or --csv FILE')
    const said = [args.message ?? []].flat().map(String)
    const message = said.length === 1 && said[0] === '-' ? (await readText('-')).trimEnd() : said.join(' ')
    const words = {
      ...paramsIn(args, OWN),
      recipient: String(args.recipient),
      ...(message === '' ? {} : { message }),
    }
    return await submitJob({ task: 'postcard', words }, args, io)
  },
})
