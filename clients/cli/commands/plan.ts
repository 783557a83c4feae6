import { PlotdError } from '../../../src/errors.ts'
import type { readPlan } from '../../../src/index.ts'
import { defineCommand } from '../args/command.ts'
import { writeFileOrExplain } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { findJob } from '../jobs/find-jobs.ts'
import { plural } from '../ui/format.ts'

type Plan = Awaited<ReturnType<typeof readPlan>>

export const plan = defineCommand({
  about:
    'Write the plan of a job, its strokes in the order of drawing, to a file: as G-code, HP-GL, PDF, or an animated SVG.',
  positionals: { id: { type: 'string', describe: 'a rendered job: id, end of an id, or last' } },
  flags: {
    output: {
      alias: 'o',
      type: 'string',
      describe: 'file to write: .gcode, .hpgl, .pdf or .svg; a name without these endings, or - for stdout, needs --as',
      requiresArg: true,
    },
    as: {
      type: 'string',
      choices: ['gcode', 'hpgl', 'pdf', 'svg'],
      describe: 'format of the file; default: by the end of its name',
    },
    for: {
      type: 'string',
      describe:
        'machine profile, such as marlin-z or klipper-servo; default: grbl-servo for G-code, hp-7475a for HP-GL',
      requiresArg: true,
    },
    seconds: { type: 'number', default: 10, describe: 'duration of the animation, s' },
  },
  examples: [
    ['plan last -o card.gcode --for grbl-servo', 'for a sender of G-code'],
    ['plan last -o card.hpgl --for hp-7475a', ''],
    ['plan last -o card.svg --seconds 20', 'an animation for a web page'],
  ],
  more: 'plotd does not watch a plotter that another program drives: there are no grants, no progress and no resume. Watch the pen while you send the file. In G-code for grbl, the origin is the top left corner of the page. G-code for Marlin and Klipper has the coordinates of the bed, and HP-GL those of the plotter.',
  async run({ id, output, as, for: machine, seconds }, io) {
    const kind = as ?? /\.(gcode|hpgl|pdf|svg)$/i.exec(output ?? '')?.[1]?.toLowerCase()
    if (output === undefined) throw new PlotdError('ERR_PARAMS', '--output: expected a file name, or - for stdout')
    if (kind === undefined) {
      throw new PlotdError(
        'ERR_PARAMS',
        `--output ${output}: expected a name that ends in .gcode, .hpgl, .pdf or .svg, or --as`,
      )
    }
    const job = await findJob(io.daemon, String(id))
    const client = await io.daemon.connect()
    const bytes = await client.plan(job).finally(() => client.close())
    const { readPlan } = await import('../../../src/index.ts')
    const read = async (into: Uint8Array, from: number) => into.set(bytes.subarray(from, from + into.length))
    const jobPlan = await readPlan({ bytes: bytes.length, read })
    await writeFileOrExplain(output, await contentFor(kind, jobPlan, machine, seconds))
    if (kind === 'gcode' || kind === 'hpgl') await warnOfReach(jobPlan, machine ?? USUAL[kind], io)
    if (kind === 'hpgl') await warnOfPauses(jobPlan, machine ?? USUAL[kind], io)
    const strokes = jobPlan.starts.length - 1
    if (output !== '-')
      io.answer({ file: output, kind, strokes }, () => `Wrote ${plural(strokes, 'stroke')} to ${output}.`)
    return 0
  },
})

/** The machine of a file without --for. */
const USUAL = { gcode: 'grbl-servo', hpgl: 'hp-7475a' } as const

/** Warns of ink that the machine does not reach. The program that sends the file cannot check this. */
async function warnOfReach(jobPlan: Plan, machine: string, io: Io): Promise<void> {
  const { boundsOf, profileNamed, reachError } = await import('../../../src/index.ts')
  const error = reachError(boundsOf(jobPlan), profileNamed(machine))
  if (error) io.warn({ code: 'out-of-reach', message: `Do not send this file to that machine: ${error.message}.` })
}

/**
 * Warns of layers before which the user may have to turn the sheet over or change the pen. HP-GL has no pauses. A
 * plotter with several pens fetches each pen that it has.
 */
async function warnOfPauses({ layers }: Plan, machine: string, io: Io): Promise<void> {
  const { profileNamed } = await import('../../../src/index.ts')
  const pens = profileNamed(machine).hpgl?.pens ?? 1
  const drawn = layers.filter(({ count }) => count > 0)
  const needsPen = (pen: number, i: number) => (pens > 1 ? pen > pens : i > 0 && drawn[i - 1]?.pen !== pen)
  const names = drawn
    .filter(({ pen, options }, i) => options.pauseBefore || needsPen(pen, i))
    .map(({ name, pen }) => (name === '' ? `pen ${pen}` : `“${name}”`))
  if (names.length === 0) return
  const message = `HP-GL has no pauses: the plotter does not stop before ${names.join(', ')}.`
  io.warn({ code: 'no-pause', message })
}

async function contentFor(kind: string, jobPlan: Plan, machine: string | undefined, seconds: number) {
  const { animatedSvg, drawingsToPdf, planToGcode, planToHpgl, profileNamed } = await import('../../../src/index.ts')
  switch (kind) {
    case 'gcode':
      return planToGcode(jobPlan, profileNamed(machine ?? USUAL.gcode))
    case 'hpgl':
      return planToHpgl(jobPlan, profileNamed(machine ?? USUAL.hpgl))
    case 'pdf':
      return drawingsToPdf([jobPlan])
    default:
      return animatedSvg(jobPlan, { seconds })
  }
}
