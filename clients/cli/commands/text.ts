import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { textOf } from '../io/files.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'

export const text = defineCommand({
  about: 'Queue a text in a single-stroke font.',
  positionals: { text: { type: 'string', describe: 'the text; - reads stdin' } },
  flags: {
    ...SUBMIT,
    fit: {
      type: 'boolean',
      default: false,
      describe:
        'choose the largest size that fits into --width by --height, or along a --path of SVG data; without them, scale to --page',
      group: 'Drawing:',
    },
  },
  examples: [
    ['text "Bread, butter, ink" --font scripts --size 8', ''],
    ['text "SOON" --fit --width 148 --height 105', 'as large as the sheet allows'],
    ['text - --plot < poem.txt', 'from a file'],
    ['text "Round and round and round it goes" --path spiral', 'along a spiral'],
    ['text "Dear Ada," --font ./my-hand.svg --hand 1', 'in your own font, like handwriting'],
  ],
  more: `${SUBMIT_MORE}\n\`plotd fonts\` lists the fonts, \`plotd fonts --covers "…"\` those that have your letters.\n\`--font\` takes a font file, too.`,
  text: 'text',
  hasTaskFlags: true,
  task: 'text',
  async run(args, io) {
    const text = await textOf(args.text)
    const words = { ...paramsIn(args, ['text']), text }
    if (!args.fit) return await submitJob({ task: 'text', words }, args, io)
    // The task fits the text into a size or along a path. Without a size or a path, the plot scales the text to --page.
    const hasSheet = ['width', 'height', 'path'].some((name) => Object.hasOwn(words, name))
    if (hasSheet) return await submitJob({ task: 'text', words, values: { fit: true } }, { ...args, fit: false }, io)
    if (args.page !== undefined) return await submitJob({ task: 'text', words }, args, io)
    throw new PlotdError('ERR_PARAMS', '--fit: expected --page, both --width and --height, or --path with path data')
  },
})
