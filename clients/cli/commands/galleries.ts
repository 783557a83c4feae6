import { PlotdError } from '../../../src/errors.ts'
import { fieldsOf, type Schema, variants } from '../../node/typed.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io/io.ts'
import { brailleDrawing } from '../ui/braille.ts'

/** A verb that lists the values of one parameter of a task, each drawn small. */
const gallery = (verb: string, task: string, field: string, about: string, params: Readonly<Record<string, unknown>>) =>
  defineCommand({
    about,
    positionals: { name: { type: 'string', describe: 'only these names' } },
    flags: {
      plain: { type: 'boolean', default: false, describe: 'without the drawings' },
      seed: { type: 'number', describe: 'seed of the drawings', requiresArg: true },
    },
    examples: [[verb, '']],
    async run({ name, plain, seed }, io) {
      const chosen = new Set([name ?? []].flat().map(String))
      const all = await valuesOf(task, field)
      const unknown = [...chosen].find((each) => !all.some((item) => item.name === each))
      if (unknown !== undefined)
        throw new PlotdError(
          'ERR_PARAMS',
          `no ${field} is called ${unknown}: expected ${all.map((item) => item.name).join(', ')}`,
          { verb },
        )
      const items = all.filter((item) => chosen.size === 0 || chosen.has(item.name))
      for (const item of items) {
        const request = { ...params, [field]: item.name, ...(seed === undefined ? {} : { seed }) }
        if (io.json) io.line(item)
        else
          io.print(
            `${plain ? '' : '\n'}${io.paint.accent(item.name)}  ${io.paint.dim(item.summary)}`,
            ...(plain ? [] : await thumbnail(task, request, io)),
          )
      }
      return 0
    },
  })

export const patterns = gallery(
  'patterns',
  'pattern',
  'pattern',
  'List the patterns, each drawn small with its defaults.',
  {},
)

export const templates = gallery(
  'templates',
  'postcard',
  'template',
  'List the postcard templates, each drawn small.',
  {
    recipient: 'Ada Lovelace',
    message: 'Wish you were here: the engine weaves patterns just as the loom weaves flowers.',
  },
)

interface Item {
  readonly name: string
  readonly summary: string
}

/** The values that a task's schema allows for a field, with their descriptions. */
async function valuesOf(task: string, field: string): Promise<Item[]> {
  const { taskList } = await import('../../../src/index.ts')
  const schema = (taskList().find(({ name }) => name === task)?.schema ?? {}) as Schema
  return variants(schema).flatMap((variant) => {
    const { const: only, enum: several = [], description = '' } = fieldsOf(variant).get(field) ?? {}
    const values = only === undefined ? several : [only]
    return values.map((value) => ({
      name: String(value),
      summary: values.length === 1 ? description : summaryIn(description, String(value)),
    }))
  })
}

/** The summary of a value, from a description that lists all values: 'birthday (a cake and balloons), …'. */
function summaryIn(description: string, value: string): string {
  const start = description.indexOf(`${value} (`)
  if (start < 0) return ''
  const from = start + value.length + 2
  return description.slice(from, description.indexOf(')', from))
}

async function thumbnail(task: string, params: object, io: Io): Promise<string[]> {
  const { readSvg, render } = await import('../../../src/index.ts')
  const { svg } = await render(task, params)
  const { drawing } = readSvg(svg)
  return brailleDrawing(drawing, drawing, Math.min(64, io.width - 4), 24)
    .rows()
    .map((row) => `  ${row}`.trimEnd())
}
