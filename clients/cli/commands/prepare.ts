import { defineCommand } from '../command.ts'
import { writeFileOrExplain } from '../files.ts'
import { PREPARE, prepareFile } from '../prepare-flags.ts'
import { duration, plural } from '../ui/format.ts'

export const prepare = defineCommand({
  takes: '<file>',
  about:
    'Write an SVG as it would be drawn: placed, cut to the page, chained into trails, put into the best order. No daemon needed.',
  positionals: { file: { type: 'string', describe: 'an SVG file, or - for stdin' } },
  flags: {
    output: { alias: 'o', type: 'string', default: '-', describe: 'where to; - is stdout', requiresArg: true },
    'pen-up': { type: 'boolean', default: false, describe: 'with the ways of the lifted pen, in blue' },
    ...PREPARE,
  },
  examples: [
    ['prepare in.svg -o out.svg', ''],
    ['prepare in.svg --page a4 --fit --margin 15 > out.svg', ''],
  ],
  async run(args, io) {
    const { drawingToSvg } = await import('../../../src/index.ts')
    const { plan, report } = await prepareFile(String(args.file), args)
    await writeFileOrExplain(args.output, drawingToSvg(plan, { penUp: args['pen-up'] }))
    const { before, estimate } = report
    const words = `${plural(report.strokes, 'stroke')}, about ${duration(estimate.seconds)} instead of ${duration(before.seconds)}.`
    if (args.output === '-') io.note(words)
    else
      io.answer(
        { path: args.output, strokes: report.strokes, before, estimate },
        () => `Wrote ${args.output}: ${words}`,
      )
    return 0
  },
})
