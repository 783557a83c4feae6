import { PlotdError } from '../../../src/errors.ts'
import { parseJson } from '../../node/typed.ts'
import { defineCommand } from '../args/command.ts'
import { SUBMIT, SUBMIT_MORE } from '../flags/submit-flags.ts'
import { readText } from '../io/files.ts'
import { paramsIn, submitJob } from '../jobs/submit-job.ts'

export const submit = defineCommand({
  about: 'Queue any task, also a custom one. Parameters are flags, name=value words, or JSON.',
  positionals: {
    task: { type: 'string', describe: 'name of a task; `plotd task list` shows all' },
    words: { type: 'string', describe: 'parameters as name=value' },
  },
  flags: {
    params: {
      type: 'string',
      describe: 'parameters as JSON, @file, or - for stdin',
      requiresArg: true,
      group: 'Job:',
    },
    ...SUBMIT,
  },
  examples: [
    ['submit pattern --pattern spiral --turns 24', 'parameters as flags'],
    ['submit pattern pattern=grid cell=8 -q low', 'as words'],
    ['submit postcard --params @card.json --plot', 'as JSON'],
  ],
  more: SUBMIT_MORE,
  hasTaskFlags: true,
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

export const pattern = defineCommand({
  about: 'Queue a generative pattern. Its parameters are flags; `plotd patterns` shows each pattern.',
  positionals: { pattern: { type: 'string', describe: 'name of the pattern: spiral, grid, …' } },
  flags: SUBMIT,
  examples: [
    ['pattern spiral', 'an SVG with all defaults'],
    ['pattern spiral --turns 60 --seed 7 --plot --wait', 'draw the pattern and follow the job'],
    ['pattern grid --cell 8 -q low', 'with low priority'],
  ],
  more: SUBMIT_MORE,
  hasTaskFlags: true,
  task: 'pattern',
  async run(args, io) {
    const words = { ...paramsIn(args, ['pattern']), pattern: String(args.pattern) }
    return await submitJob({ task: 'pattern', words }, args, io)
  },
})

/**
 * The parameters from `--params`, which is JSON itself, `@file`, or `-` for stdin.
 *
 * @throws PlotdError ERR_PARAMS, ERR_FILE
 */
export async function jsonParams(source: string | undefined): Promise<Record<string, unknown>> {
  if (source === undefined) return {}
  const value = parseJson(await jsonText(source), '--params')
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  throw new PlotdError('ERR_PARAMS', '--params: expected a JSON object')
}

async function jsonText(source: string): Promise<string> {
  if (source === '-') return await readText('-')
  return source.startsWith('@') ? await readText(source.slice(1)) : source
}
