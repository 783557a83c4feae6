import { defineCommand } from '../command.ts'
import { readText } from '../params.ts'
import { SUBMIT, SUBMIT_MORE } from '../submit-flags.ts'
import { paramsIn, submitJob } from '../submit-job.ts'

export const postcard = defineCommand({
  takes: '<recipient> [message..]',
  about: 'Queue a postcard: greeting, message and address in single-stroke type, with a template’s drawing.',
  positionals: {
    recipient: { type: 'string', describe: 'whom it is for' },
    message: { type: 'string', describe: 'what to say; - reads it from stdin' },
  },
  flags: SUBMIT,
  examples: [
    ['postcard Ada "Happy birthday!" --template birthday', 'as an SVG'],
    ['postcard Ada "Happy birthday!" --plot -q high --wait', 'for ink, at once'],
    ['postcard Grace - --template thank-you < letter.txt', 'a longer message'],
  ],
  more: `${SUBMIT_MORE}\n\`plotd templates\` shows each template drawn.`,
  open: true,
  task: 'postcard',
  async run(args, io) {
    const said = [args.message ?? []].flat().map(String)
    const message = said.length === 1 && said[0] === '-' ? (await readText('-')).trimEnd() : said.join(' ')
    const words = {
      ...paramsIn(args, ['recipient', 'message']),
      recipient: String(args.recipient),
      ...(message === '' ? {} : { message }),
    }
    return await submitJob({ task: 'postcard', words }, args, io)
  },
})
