import type { Result, WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import type { Io } from '../io/io.ts'
import { oneLine } from '../ui/columns.ts'
import { count, shortId } from '../ui/format.ts'
import { ask } from '../ui/prompt.ts'

type Place = Result<'job.place'>

interface Choice {
  readonly redraw: boolean
  readonly skip: boolean
  readonly continue: boolean
  readonly from: number | undefined
  readonly back: number | undefined
  readonly 'back-mm': number | undefined
  readonly on: string | undefined
}

/** The place at which an interrupted plot continues, by flags or by the user's answer. @throws PlotdError ERR_PARAMS */
export async function resumeOptions(job: WireJob, choice: Choice, io: Io) {
  const { from, back, 'back-mm': backMm, on } = choice
  const plotter = on === undefined ? {} : { plotter: on }
  const offset = {
    ...(back === undefined ? {} : { strokes: -back }),
    ...(backMm === undefined ? {} : { mm: -backMm }),
  }
  const words = (['redraw', 'skip', 'continue'] as const).filter((word) => choice[word])
  const [word, secondWord = from === undefined ? undefined : 'from'] = words
  if (word && secondWord) throw new PlotdError('ERR_PARAMS', `Either --${word} or --${secondWord}, not both`)
  if (from !== undefined) return { ...strokeIndex(from, job.progress?.of), ...offset, ...plotter }
  const cut = word === undefined ? {} : { cut: word }
  if (word && word !== 'continue') return { ...cut, ...offset, ...plotter }
  const place = await io.daemon.call('job.place', { id: job.id, ...plotter })
  // no stroke was cut, or --continue and --back-mm mean the known place of the pen
  const isKnown = place.first === place.last || (place.drawnMm !== undefined && (word ?? backMm) !== undefined)
  if (isKnown) return { ...cut, ...offset, ...plotter }
  return { ...(await askWhere(job, place, io)), ...offset, ...plotter }
}

async function askWhere(job: WireJob, place: Place, io: Io) {
  if (!io.isInteractive) {
    const choices = place.drawnMm === undefined ? '--redraw, --skip' : '--redraw, --skip, --continue'
    throw new PlotdError(
      'ERR_PARAMS',
      `Job ${shortId(job.id)} (${oneLine(job.title)}) was cut ${cutPlace(place)}. Look at the sheet, then choose ${choices} or --from STROKE`,
    )
  }
  io.note(
    `Job ${shortId(job.id)} (${oneLine(job.title)}) was cut ${cutPlace(place)}: ${job.reason?.message ?? 'interrupted'}.`,
    'Look at the sheet. The sheet must lie exactly where it lay during the plot.',
  )
  const go = place.drawnMm === undefined ? '' : ', [c]ontinue at that place'
  const prompt = `The cut stroke: [r]edraw it, [s]kip it${go}, or type a stroke number; Enter leaves the job as it is: `
  const answer = await ask(prompt)
  const cut = cutIn(answer)
  if (cut !== undefined) return { cut }
  if (/^\d+$/.test(answer)) return strokeIndex(Number(answer), place.of)
  throw new PlotdError('ERR_PARAMS', 'The job stays as it is: nothing moves')
}

/** What an answer says about the cut stroke, by its letter or its word. @internal tests try other words */
export const cutIn = (answer: string) =>
  (['redraw', 'skip', 'continue'] as const).find((word) => answer === word || answer === word[0])

/**
 * The index of a stroke. Users count strokes from 1, the protocol counts from 0.
 *
 * @param of  the number of strokes of the plot, if known
 * @throws PlotdError ERR_PARAMS
 */
function strokeIndex(stroke: number, of = Number.POSITIVE_INFINITY): { readonly from: number } {
  // `of + 1` is permitted: it means that no stroke is left to draw.
  if (stroke > of + 1) throw new PlotdError('ERR_PARAMS', `There is no stroke ${stroke}: the plot has ${count(of)}`)
  if (Number.isSafeInteger(stroke) && stroke >= 1) return { from: stroke - 1 }
  throw new PlotdError('ERR_PARAMS', `There is no stroke ${stroke}: strokes are counted 1, 2, 3 …`)
}

function cutPlace({ first, last, of, drawnMm }: Place): string {
  if (drawnMm !== undefined)
    return `in stroke ${count(first + 1)} of ${count(of)}, after ${drawnMm.toFixed(1)} mm of it`
  if (last - first <= 1) return `in stroke ${count(first + 1)} of ${count(of)}`
  return `somewhere in strokes ${count(first + 1)} to ${count(last)} of ${count(of)}`
}

/** The place at which the plot would continue, as a sentence. The daemon may still refuse to continue. */
export function nextPlace({ stroke, mm, x, y }: NonNullable<Place['next']>, total: number): string {
  const within = mm > 0 ? `, after ${mm.toFixed(1)} mm of it` : ''
  if (stroke >= total) return 'No stroke is left to draw.'
  return `The place to continue is stroke ${count(stroke + 1)} of ${count(total)}${within}, at ${x.toFixed(1)}, ${y.toFixed(1)} mm.`
}
