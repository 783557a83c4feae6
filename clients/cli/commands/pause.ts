import { defineCommand } from '../args/command.ts'
import { plotterSays } from '../ui/sentences.ts'
import { plotterName } from './plotter.ts'

export const pause = defineCommand({
  about: 'Stop drawing at the end of the stroke, with the pen up. `plotd resume` goes on exactly there.',
  positionals: { plotter: { type: 'string', describe: 'which plotter; not needed where there is one' } },
  flags: {
    now: {
      type: 'boolean',
      default: false,
      describe: 'lift at once, in mid-stroke; `plotd resume` comes back to the very place',
    },
    queue: { type: 'boolean', default: false, describe: 'let the present sheet finish, but start no other' },
  },
  examples: [
    ['pause', 'the pen is up; take your time'],
    ['pause --now', 'the pen is in the wrong place: lift it'],
    ['pause --queue', 'finish this one, then wait'],
  ],
  async run({ plotter, now, queue }, io) {
    if (queue) {
      const paused = await io.daemon.call('queue.pause', plotter === undefined ? {} : { plotter })
      io.answer(paused, () => `Nothing new starts on ${plotter ?? 'any plotter'} until \`plotd resume --queue\`.`)
      return 0
    }
    const after = await io.daemon.call('plotter.pause', { name: await plotterName(io.daemon, plotter), now })
    io.answer(after, () => (after.state.is === 'plotting' ? soon(after.name, now) : plotterSays(after)))
    return 0
  },
})

const soon = (name: string, now: boolean): string =>
  now
    ? `${name} lifts the pen, and waits there. \`plotd resume\` goes on at the very place.`
    : `${name} lifts the pen at the end of this stroke, and waits. \`plotd pause --now\` lifts it at once.`
