import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { jsonParams } from '../args/params.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'

export const submit = defineCommand({
  about: 'Queue any task, custom ones too. Its parameters are flags, name=value words, or JSON.',
  positionals: {
    task: { type: 'string', describe: 'a task: see `plotd task list`' },
    words: { type: 'string', describe: 'parameters as name=value' },
  },
  flags: {
    params: {
      type: 'string',
      describe: 'parameters as JSON, @file, or - for stdin',
      requiresArg: true,
      group: 'The job:',
    },
    ...SUBMIT,
  },
  examples: [
    ['submit pattern --pattern spiral --turns 24', 'parameters as flags'],
    ['submit pattern pattern=grid cell=8 -q low', 'as words'],
    ['submit postcard --params @card.json --plot', 'as JSON'],
  ],
  more: SUBMIT_MORE,
  open: true,
  async run(args, io) {
    const values = await jsonParams(args.params)
    const flags = paramsIn(args, ['task', 'words', 'params'])
    const words = { ...pairs([args.words ?? []].flat().map(String)), ...flags }
    return await submitJob({ task: String(args.task), words, values }, args, io)
  },
})

function pairs(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^([\w-]+)=(.*)$/s.exec(word) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw new PlotdError('ERR_PARAMS', `${word}: expected a parameter as name=value, or --name value`)
    }),
  )
}
