import { defineCommand } from '../args/command.ts'
import { PREPARE, prepareFile } from '../flags/prepare-flags.ts'
import { requireSvgName, writeFileOrExplain } from '../io/files.ts'
import { duration, plural } from '../ui/format.ts'
import { lossLines, noteLines } from '../ui/sentences.ts'

export const prepare = defineCommand({
  about:
    'Write an SVG as it would be drawn: placed, clipped to the page, merged into trails and ordered. Needs no daemon.',
  positionals: { file: { type: 'string', describe: 'an SVG, PDF or other file, or - for stdin' } },
  flags: {
    output: { alias: 'o', type: 'string', default: '-', describe: 'file to write; - is stdout', requiresArg: true },
    'pen-up': { type: 'boolean', default: false, describe: 'show pen-up travel in blue' },
    ...PREPARE,
  },
  examples: [
    ['prepare in.svg -o out.svg', ''],
    ['prepare in.svg --page a4 --fit --margin 15 > out.svg', ''],
  ],
  async run(args, io) {
    requireSvgName(args.output)
    const { drawingToSvg } = await import('../../../src/index.ts')
    const { plan, report, losses, notes } = await prepareFile(String(args.file), args)
    const svg = drawingToSvg(plan, { penUp: args['pen-up'] })
    const { before, estimate, strokes } = report
    const [time, timeBefore] = [duration(estimate.seconds), duration(before.seconds)]
    const saving = time === timeBefore ? '' : ` instead of ${timeBefore}`
    const words = `${plural(strokes, 'stroke')}, about ${time}${saving}.`
    const toStdout = args.output === '-'
    // with --json and without a file for --output, the SVG is a field of the answer
    if (!(toStdout && io.json)) await writeFileOrExplain(args.output, svg)
    if (toStdout) io.note(words)
    io.note(...lossLines(losses, io.notePaint), ...noteLines(notes, io.notePaint))
    if (!toStdout || io.json) {
      const figures = { strokes, before, estimate, losses }
      io.answer({ ...(toStdout ? { svg } : { path: args.output }), ...figures }, () => `Wrote ${args.output}: ${words}`)
    }
    return 0
  },
})
