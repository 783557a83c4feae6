import { CORNERS, type Corner, type Params, type WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { lengthMm } from '../../node/length.ts'
import { defineCommand } from '../args/command.ts'
import { plotterName } from './plotter.ts'

type Place = NonNullable<Params<'plotter.mark'>['at']>

export const mark = defineCommand({
  about:
    'Record how a sheet lies. Move the pen over a mark or a corner of the sheet (`plotd jog`), then name that mark or ' +
    'corner. Two marks far apart are enough; a third mark shows the error.',
  positionals: {
    place: {
      type: 'string',
      describe:
        'place of the mark in the drawing as X,Y, mm from the top left; or the corner: top-left, top-right, bottom-left, bottom-right',
    },
    plotter: { type: 'string', describe: 'name of the plotter; not needed when there is only one' },
  },
  flags: { forget: { type: 'boolean', default: false, describe: 'forget the marks' } },
  examples: [
    ['mark 10,10', 'the pen stands over the mark at the top left'],
    ['mark 200,138', 'the pen stands over the mark at the bottom right'],
    ['mark top-left', 'the sheet was turned over in a pause: the pen stands over that corner'],
    ['mark --forget', 'another sheet lies on the plotter now'],
  ],
  more:
    'Marks are for one sheet. Before a job that was queued with --printed begins, record marks for the whole ' +
    'drawing. In a pause before a layer, record marks for the rest of the drawing if you turned over or moved the ' +
    'sheet.',
  async run({ place, plotter, forget }, io) {
    const name = await plotterName(io.daemon, forget ? (plotter ?? place) : plotter)
    const where = forget ? {} : { at: placeOf(place) }
    const after = await io.daemon.call('plotter.mark', { name, ...where })
    io.answer(after, () => markLine(after))
    return 0
  },
})

function placeOf(word: string | undefined): Place {
  if (word !== undefined && Object.hasOwn(CORNERS, word)) return { corner: word as Corner }
  const parts = (word ?? '').split(',')
  const [x, y] = parts.map((part) => lengthMm(part))
  if (x !== undefined && y !== undefined && parts.length === 2) return { x, y }
  throw new PlotdError('ERR_PARAMS', `${word ?? 'nothing'}: expected the place of a mark, such as 10,10 or top-left`, {
    verb: 'mark',
  })
}

function markLine({ name, marks, registers }: WirePlotter): string {
  const count = marks?.places.length ?? 0
  if (!marks || count === 0) return `${name}: no marks.`
  if (marks.turnDegrees === undefined) {
    return `${name}: one mark. Move the pen over another mark, far from the first, and run plotd mark ${registers ? 'with its corner or X,Y' : 'X,Y'}.`
  }
  const miss = count > 2 ? `, and the worst of ${count} marks is off by ${(marks.missMm ?? 0).toFixed(2)} mm` : ''
  const next = registers ? `plotd resume ${name}` : 'plotd ready'
  return `${name}: the sheet is turned by ${marks.turnDegrees.toFixed(2)}°${miss}. Run ${next}.`
}
