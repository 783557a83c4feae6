import type { Paint } from '../ui/paint.ts'
import { hang, pad, wrap } from '../ui/text.ts'
import { GROUPS, type Group, VERBS } from './verbs.ts'

/** `plotd` and `plotd --help`: what one can say to it, by what one has in mind. */
export function overview(paint: Paint, cells: number): string {
  const groups = (Object.keys(GROUPS) as Group[]).map((group) => [
    paint.bold(GROUPS[group]),
    ...lines(group, paint, cells),
  ])
  return [
    ...hang(`${paint.bold('plotd')} keeps a queue of drawings and draws them on a pen plotter.`, cells, 0),
    '',
    ...FIRST.flatMap(([typed, says]) => first(typed, says, paint, cells)),
    '',
    ...groups.flatMap((group) => [...group, '']),
    ...wrap(
      'plotd VERB --help tells more of each. Every verb takes --json. Jobs are named by their id or its end, or `last`.',
      cells,
    ).map((line) => paint.dim(line)),
    '',
  ].join('\n')
}

const FIRST = [
  ['plotd demo', 'see it work, no plotter needed'],
  ['plotd postcard Ada "Happy birthday!" --plot', 'queue a postcard for ink'],
  ['plotd plot drawing.svg --wait', 'queue a file, and stay'],
] as const

/** What it does beside what is typed, or under it where the terminal is narrow. */
const first = (typed: string, says: string, paint: Paint, cells: number): string[] =>
  cells < 80 ? [`  ${typed}`, `      ${paint.dim(says)}`] : [`  ${pad(typed, 43)}  ${paint.dim(says)}`]

function lines(group: Group, paint: Paint, cells: number): string[] {
  const verbs = Object.entries(VERBS).filter(([, verb]) => verb.group === group)
  return verbs.flatMap(([name, { summary }]) =>
    wrap(summary, Math.max(20, cells - 14)).map((line, i) => `  ${paint.accent(pad(i === 0 ? name : '', 11))} ${line}`),
  )
}
