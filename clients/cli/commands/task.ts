import type { Result } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { fieldsOf, kebab, type Schema } from '../args/params.ts'
import { didYouMean } from '../args/suggest.ts'
import type { Io } from '../io.ts'
import { columns } from '../ui/columns.ts'
import { hang, wrap } from '../ui/text.ts'

type TaskInfo = Result<'task.list'>['tasks'][number]

export const task = defineCommand({
  about: 'The tasks that a job can ask for, and the parameters of each.',
  positionals: {
    what: {
      type: 'string',
      choices: ['list', 'show', 'new'],
      default: 'list',
      describe: 'all of them, one, or one of your own to begin with',
    },
    name: { type: 'string', describe: 'which' },
  },
  flags: {
    folder: { type: 'string', default: 'tasks', describe: 'new: where it goes', requiresArg: true },
  },
  examples: [
    ['task list', ''],
    ['task show pattern', 'its parameters, with limits and defaults'],
    ['task new star', 'writes tasks/star.mjs and a test, which run as they are'],
    ['task show pattern --json', 'their JSON Schema'],
  ],
  async run({ what, name, folder }, io) {
    if (what === 'new') {
      const { newTask } = await import('./task-new.ts')
      return await newTask(name ?? '', folder, io)
    }
    const { tasks } = await io.daemon.call('task.list', {})
    if (what === 'list' && name === undefined) {
      if (io.json) for (const one of tasks) io.line(one)
      else io.print(...table(tasks, io))
      return 0
    }
    const found = tasks.find((one) => one.name === name)
    if (!found) {
      const meant = didYouMean(
        String(name),
        tasks.map((one) => one.name),
        'plotd task show ',
      )
      throw new PlotdError('ERR_TASK_UNKNOWN', `There is no task ${name ?? ''}. ${meant}`.trim())
    }
    io.answer(found, () => sheet(found, io))
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

function sheet({ name, summary, schema }: TaskInfo, { paint, width }: Io): string[] {
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

/** 'number 1 … 400, 36 unless given' */
export function limits(field: Schema & { minimum?: number; maximum?: number }): string {
  const { type = '', minimum, maximum } = field
  const kind = field.enum
    ? field.enum.join(' | ')
    : field.const === undefined
      ? [type].flat().join(' | ')
      : JSON.stringify(field.const)
  const range = minimum === undefined && maximum === undefined ? '' : ` ${minimum ?? ''} … ${maximum ?? ''}`
  return `${kind}${range}${field.default === undefined ? '' : `, ${JSON.stringify(field.default)} unless given`}`.trim()
}
