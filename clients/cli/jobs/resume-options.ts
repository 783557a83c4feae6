import type { Result, WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import type { Io } from '../io.ts'
import { count } from '../ui/format.ts'
import { Prompt } from '../ui/prompt.ts'

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

/** How an interrupted plot goes on: from the flags, or from the person. @throws PlotdError ERR_PARAMS */
export async function resumeHow(job: WireJob, choice: Choice, io: Io) {
  const { from, back, 'back-mm': backMm, on } = choice
  const where = on === undefined ? {} : { plotter: on }
  const steps = {
    ...(back === undefined ? {} : { strokes: -back }),
    ...(backMm === undefined ? {} : { mm: -backMm }),
  }
  const words = (['redraw', 'skip', 'continue'] as const).filter((word) => choice[word])
  const [word, other] = words
  if (other) throw new PlotdError('ERR_PARAMS', `Either --${word} or --${other}, not both`)
  if (from !== undefined) return { ...counted(from), ...steps, ...where }
  if (word) return { cut: word, ...steps, ...where }
  const place = await io.daemon.call('job.place', { id: job.id, ...where })
  const known = place.first === place.last || (place.drawnMm !== undefined && backMm !== undefined)
  if (known) return { ...steps, ...where }
  return { ...(await asked(job, place, io)), ...steps, ...where }
}

async function asked(job: WireJob, place: Place, io: Io) {
  if (!io.interactive) {
    throw new PlotdError(
      'ERR_PARAMS',
      `${job.title} was cut ${inDoubt(place)}. Look at the sheet, then say --redraw, --skip, --continue or --from STROKE`,
    )
  }
  io.note(
    `${job.title} was cut (${job.reason?.message ?? 'interrupted'}) ${inDoubt(place)}.`,
    'Does the sheet lie as it lay?',
  )
  const go = place.drawnMm === undefined ? '' : ', [c]ontinue at that place'
  const prompt = `What was cut: [r]edraw it, [s]kip it${go}, a stroke number, or Enter to leave it: `
  const answer = await new Prompt(true).ask(prompt)
  if (answer.startsWith('r')) return { cut: 'redraw' as const }
  if (answer.startsWith('s')) return { cut: 'skip' as const }
  if (answer.startsWith('c')) return { cut: 'continue' as const }
  if (/^\d+$/.test(answer)) return counted(Number(answer))
  throw new PlotdError('ERR_PARAMS', 'Left as it was: nothing moves')
}

/** People count strokes from 1, as every line of ours does; the wire from 0. @throws PlotdError ERR_PARAMS */
function counted(stroke: number): { readonly from: number } {
  if (Number.isSafeInteger(stroke) && stroke >= 1) return { from: stroke - 1 }
  throw new PlotdError('ERR_PARAMS', `There is no stroke ${stroke}: strokes are counted 1, 2, 3 …`)
}

function inDoubt({ first, last, of, drawnMm }: Place): string {
  if (drawnMm !== undefined)
    return `in stroke ${count(first + 1)} of ${count(of)}, after ${drawnMm.toFixed(1)} mm of it`
  if (last - first <= 1) return `in stroke ${count(first + 1)} of ${count(of)}`
  return `somewhere in strokes ${count(first + 1)} to ${count(last)} of ${count(of)}: look which are on the sheet`
}

/** Where it goes on, in a sentence. */
export function nextPlace({ stroke, mm, x, y }: NonNullable<Place['next']>, of: number): string {
  const within = mm > 0 ? `, after ${mm.toFixed(1)} mm of it` : ''
  if (stroke >= of) return 'Nothing of it is left to draw.'
  return `Goes on with stroke ${count(stroke + 1)} of ${count(of)}${within}, at ${x.toFixed(1)}, ${y.toFixed(1)} mm.`
}
