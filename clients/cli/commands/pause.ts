import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { defineCommand } from '../args/command.ts'
import { shortId } from '../ui/format.ts'
import { plotterSentence } from '../ui/sentences.ts'
import { plotterName } from './plotter.ts'

export const pause = defineCommand({
  about:
    'Stop at the end of the stroke, with the pen up. `plotd resume` continues exactly there. Other motions, such as a jog ' +
    'or `home`, stop at once.',
  positionals: { plotter: { type: 'string', describe: 'name of the plotter; not needed when there is only one' } },
  flags: {
    now: {
      type: 'boolean',
      default: false,
      describe: 'lift at once, within the stroke; `plotd resume` continues at that place',
    },
    queue: {
      type: 'boolean',
      default: false,
      describe: 'finish this sheet, but start no other; without a plotter, also render no job',
    },
  },
  examples: [
    ['pause', 'lift the pen at the end of the stroke'],
    ['pause --now', 'lift the pen at once'],
    ['pause --queue', 'finish this sheet, then wait'],
  ],
  async run({ plotter, now, queue }, io) {
    if (queue) {
      const paused = await io.daemon.call('queue.pause', plotter === undefined ? {} : { plotter })
      io.answer(paused, () => pausedQueueSentence(plotter ?? ''))
      return 0
    }
    const after = await io.daemon.call('plotter.pause', { name: await plotterName(io.daemon, plotter), now })
    io.answer(after, () => pausingSentence(after, now) ?? plotterSentence(after))
    return 0
  },
})

/** Tells the user the effect of `pause --queue` for one plotter, or for all plotters when `plotter` is ''. */
export const pausedQueueSentence = (plotter: string): string =>
  plotter === ''
    ? 'No sheet starts on any plotter, and no job is rendered, until `plotd resume --queue`.'
    : `No sheet starts on ${plotter} until \`plotd resume ${plotter} --queue\`.`

/** A sentence about a pause that has not taken effect yet; undefined when there is no such pause. */
export function pausingSentence({ name, state, job, grant }: WirePlotter, now: boolean): string | undefined {
  if (state.is === 'idle' && (job !== undefined || grant)) {
    const next = job === undefined ? 'the next job' : shortId(job)
    return `${name} waits before the first stroke of ${next}. \`plotd resume ${name}\` lets it begin.`
  }
  if (state.is !== 'plotting') return undefined
  return now
    ? `${name} lifts the pen and waits. \`plotd resume\` continues at that place.`
    : `${name} lifts the pen at the end of this stroke and waits. \`plotd pause --now\` lifts it at once.`
}
