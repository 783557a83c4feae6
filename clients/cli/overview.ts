import { GROUPS, type Group } from './args/command.ts'
import type { Paint } from './ui/paint.ts'
import { hang, pad, wrap } from './ui/text.ts'
import { VERBS } from './verbs.ts'

/** The text of `plotd` and `plotd --help`: the verbs in groups. */
export function overview(paint: Paint, cells: number): string {
  const groups = (Object.keys(GROUPS) as Group[]).map((group) => [
    paint.bold(GROUPS[group]),
    ...lines(group, paint, cells),
  ])
  return [
    ...hang(`${paint.bold('plotd')} keeps a queue of drawings and draws them on a pen plotter.`, cells, 0),
    '',
    ...FIRST.flatMap(([typed, description]) => first(typed, description, paint, cells)),
    '',
    ...groups.flatMap((group) => [...group, '']),
    ...wrap(
      '`plotd VERB --help` explains a verb. Every verb takes --json. A job is named by its id, the end of its id, or `last`.',
      cells,
    ).map((line) => paint.dim(line)),
    '',
  ].join('\n')
}

const FIRST = [
  ['plotd demo', 'try plotd without a plotter'],
  ['plotd postcard Ada "Happy birthday!" --plot', 'queue a postcard and draw it'],
  ['plotd plot drawing.svg --wait', 'queue a file and follow the job'],
] as const

/** A first command to try, with an explanation beside it, or below it on a narrow terminal. */
const first = (typed: string, description: string, paint: Paint, cells: number): string[] =>
  cells < 80 ? [`  ${typed}`, `      ${paint.dim(description)}`] : [`  ${pad(typed, 43)}  ${paint.dim(description)}`]

function lines(group: Group, paint: Paint, cells: number): string[] {
  const verbs = Object.entries(VERBS).filter(([, verb]) => verb.group === group)
  return verbs.flatMap(([name, { summary }]) =>
    wrap(summary, Math.max(20, cells - 14)).map((line, i) => `  ${paint.accent(pad(i === 0 ? name : '', 11))} ${line}`),
  )
}
