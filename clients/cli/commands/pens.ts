import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { type Column, columns } from '../ui/columns.ts'
import { ago, count, metres } from '../ui/format.ts'
import { plotterName } from './plotter.ts'

type Pen = NonNullable<WirePlotter['pens']>[number]
interface Row extends Pen {
  readonly plotter: string
}

const columnsOf = (now: number): Column<Row>[] => [
  { title: 'PLOTTER', text: ({ plotter }) => plotter },
  { title: 'SLOT', text: ({ slot }) => String(slot), align: 'right' },
  { title: 'PEN', text: ({ pen }) => pen ?? 'not named', shrinkTo: 12 },
  { title: 'COLOUR', text: ({ color }) => color ?? '', expendable: 2 },
  { title: 'DRAWN', text: ({ drawnMm }) => metres(drawnMm), align: 'right' },
  { title: 'LEFT', text: leftWords, align: 'right' },
  {
    title: 'SHEETS LEFT',
    text: ({ sheetsLeft }) => (sheetsLeft === undefined ? '' : count(sheetsLeft)),
    align: 'right',
  },
  { title: 'PUT IN', text: ({ since }) => (since === undefined ? '' : ago(since, now)), align: 'right', expendable: 1 },
]

function leftWords({ leftMm, isGuess }: Pen): string {
  if (leftMm === undefined) return ''
  return isGuess ? `about ${metres(leftMm)} (a guess)` : metres(leftMm)
}

export const pens = defineCommand({
  about:
    'Show what each pen has drawn and what is left in it; record that you put another pen in; or choose the pen of a layer.',
  positionals: {
    pen: { type: 'string', describe: 'name of a pen in the configuration: the new pen, or the pen for --layer' },
  },
  flags: {
    plotter: {
      alias: 'p',
      type: 'string',
      describe: 'plotter name; with several plotters, needed to put a pen in',
      requiresArg: true,
    },
    slot: { type: 'number', default: 1, describe: 'slot of a carousel, or number of the pen in the drawing' },
    layer: {
      type: 'string',
      describe: 'from now on, layers of this name are drawn with that pen',
      requiresArg: true,
    },
    forget: { type: 'boolean', default: false, describe: 'with --layer: remove the pen of that layer' },
    drawn: { type: 'number', default: 0, describe: 'metres that the pen has drawn before; 0 is a fresh pen' },
  },
  examples: [
    ['pens', 'metres drawn, metres and sheets left'],
    ['pens blue-g2', 'a fresh pen is in the holder'],
    ['pens red --slot 2 --drawn 120', 'a used pen is in slot 2 of the carousel'],
    ['pens blue-g2 --layer sea', 'from now on, layers that are called sea are drawn with blue-g2'],
  ],
  more: 'The configuration names pens, the metres that a fresh pen draws, and service rules: docs/workshop.md.',
  async run({ pen, plotter, slot, drawn, layer, forget }, io) {
    if (layer !== undefined) {
      if ((pen === undefined) !== forget) throw new PlotdError('ERR_PARAMS', '--layer: expected a pen, or --forget')
      const all = await io.daemon.call('plotter.list', {})
      const names = plotter === undefined ? all.map(({ name }) => name) : [plotter]
      const what = { layer, ...(pen !== undefined && { pen: String(pen) }) }
      const after = await Promise.all(names.map((name) => io.daemon.call('plotter.layerPen', { name, ...what })))
      const how = pen === undefined ? 'has no pen of its own any more' : `is drawn with ${String(pen)} from now on`
      io.answer(after, () => `The layer ${layer} ${how}, on ${names.join(', ')}.`)
      return 0
    }
    if (forget) throw new PlotdError('ERR_PARAMS', '--forget: expected --layer')
    if (pen !== undefined) {
      if (!(drawn >= 0)) throw new PlotdError('ERR_PARAMS', `--drawn ${drawn}: expected metres`)
      const name = await plotterName(io.daemon, plotter, '--plotter ')
      const after = await io.daemon.call('plotter.putPen', { name, slot, pen: String(pen), drawnMm: 1000 * drawn })
      io.answer(after, () => `${name} has the pen ${String(pen)} in slot ${slot}.`)
      return 0
    }
    const all =
      plotter === undefined
        ? await io.daemon.call('plotter.list', {})
        : [await io.daemon.call('plotter.get', { name: plotter })]
    const rows = all.flatMap(({ name, pens: own = [] }) => own.map((pen) => ({ ...pen, plotter: name })))
    if (io.json) for (const row of rows) io.line(row)
    else if (rows.length === 0) io.print('No pen has drawn yet. `plotd pens NAME` records which pen is in the holder.')
    else io.print(...columns(rows, columnsOf(Date.now()), io.width))
    if (!io.json) {
      for (const { name, layerPens = [] } of all)
        for (const layerPen of layerPens) io.print(`${name} draws the layer ${layerPen.layer} with ${layerPen.pen}.`)
    }
    return 0
  },
})
