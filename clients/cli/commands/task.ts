import type { Options } from 'yargs'
import type { Result } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { fieldsOf, type Schema, variants } from '../../node/typed.ts'
import { defineCommand, kebab } from '../args/command.ts'
import { didYouMean } from '../args/suggest.ts'
import type { Io } from '../io/io.ts'
import { columns } from '../ui/columns.ts'
import { hang, wrap } from '../ui/text.ts'

type TaskInfo = Result<'task.list'>['tasks'][number]

export const task = defineCommand({
  about: 'List the tasks that a job can ask for, or the parameters of one.',
  positionals: {
    what: {
      type: 'string',
      choices: ['list', 'show', 'new'],
      default: 'list',
      describe: 'list all tasks, show a task, or write a new task',
    },
    name: { type: 'string', describe: 'name of the task' },
  },
  flags: {
    folder: { type: 'string', default: 'tasks', describe: 'folder for a new task', requiresArg: true },
  },
  examples: [
    ['task list', ''],
    ['task show pattern', 'the parameters of `pattern`, with limits and defaults'],
    ['task new star', 'write tasks/star.mjs and its test, both ready to run'],
    ['task show pattern --json', 'the same as JSON, with the JSON Schema'],
  ],
  async run({ what, name, folder }, io) {
    if (what === 'new') {
      const { newTask } = await import('./task-new.ts')
      return await newTask(name ?? '', folder, io)
    }
    const { tasks } = await io.daemon.call('task.list', {})
    if (what === 'list' && name === undefined) {
      if (io.json) for (const info of tasks) io.line(info)
      else io.print(...table(tasks, io))
      return 0
    }
    if (name === undefined)
      throw new PlotdError('ERR_PARAMS', 'Which task? Expected: plotd task show NAME', { verb: 'task' })
    const task = tasks.find((info) => info.name === name)
    if (!task) {
      const suggestion = didYouMean(
        name,
        tasks.map((info) => info.name),
        'plotd task show ',
      )
      throw new PlotdError('ERR_TASK_UNKNOWN', `There is no task ${name}. ${suggestion}`.trim())
    }
    io.answer(task, () => taskLines(task, io))
    return 0
  },
})

const table = (tasks: readonly TaskInfo[], { paint, width }: Io): string[] =>
  columns(
    tasks,
    [
      { title: 'TASK', text: ({ name }) => name, paint: (text) => paint.bold(text) },
      { title: 'MAKES', text: ({ summary }) => summary, shrinkTo: 20 },
    ],
    width,
  )

function taskLines({ name, summary, schema }: TaskInfo, { paint, width }: Io): string[] {
  const fields = [...fieldsOf(schema as Schema)]
  return [
    ...hang(`${paint.bold(name)}: ${summary}`, width),
    '',
    ...fields.flatMap(([field, about]) => [
      ...hang(`  ${paint.accent(`--${kebab(field)}`)}  ${paint.dim(limits(about))}`, width, 6),
      ...(about.description ? wrap(about.description, width - 6).map((line) => `      ${line}`) : []),
    ]),
  ]
}

/** The type, the limits and the default of a field: 'number 1 … 400, default: 36'. */
export function limits(field: Schema & { minimum?: number; maximum?: number }): string {
  const { type = '', minimum, maximum } = field
  let kind = [type].flat().join(' | ')
  if (field.const !== undefined) kind = JSON.stringify(field.const)
  if (field.enum) kind = field.enum.join(' | ')
  const range = minimum === undefined && maximum === undefined ? '' : ` ${minimum ?? ''} … ${maximum ?? ''}`
  return `${kind}${range}${field.default === undefined ? '' : `, default: ${JSON.stringify(field.default)}`}`.trim()
}

/**
 * A task's parameters as flags, for the help of a verb. The tasks are the built-in ones, so help needs no daemon. A
 * task may have several variants, such as the patterns of the task `pattern`. `word` names a variant. Without `word`,
 * only the parameters that all variants share are flags.
 *
 * @param own  flags and words of the verb itself, which are left out
 */
export async function taskFlags(task: string, word: string | undefined, own: readonly string[]) {
  const { taskList } = await import('../../../src/index.ts')
  const schema = taskList().find(({ name }) => name === task)?.schema as Schema | undefined
  if (!schema) return {}
  const fields = word === undefined ? sharedFields(schema) : fieldsOf(schema, { [task]: word })
  const flags = [...fields]
    .filter(([name, { const: only }]) => only === undefined && !own.includes(name))
    .map(([name, field]): [string, Options] => [kebab(name), { group: 'Drawing:', describe: fieldText(field) }])
  return Object.fromEntries(flags)
}

function sharedFields(schema: Schema): Map<string, Schema> {
  const isShared = (name: string) => variants(schema).every(({ properties = {} }) => Object.hasOwn(properties, name))
  return new Map([...fieldsOf(schema)].filter(([name]) => isShared(name)))
}

const fieldText = (field: Schema): string => [field.description, `(${limits(field)})`].filter(Boolean).join(' ')
