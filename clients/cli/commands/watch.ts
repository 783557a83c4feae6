import type { FeedEvent } from '../../node/index.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io/io.ts'
import { awayNotes } from '../jobs/away-notes.ts'
import { findJob } from '../jobs/find-jobs.ts'
import { follow } from '../jobs/follow.ts'
import { oneLine } from '../ui/columns.ts'
import { shortId, timeOfDay } from '../ui/format.ts'
import { jobDetail, plotterSentence, statusWord } from '../ui/sentences.ts'

export const watch = defineCommand({
  about: 'Follow a job to its end; without an id, follow all events until Ctrl-C.',
  positionals: { id: { type: 'string', describe: 'id, the end of an id, or `last`' } },
  flags: {},
  examples: [
    ['watch last', 'the newest job'],
    ['watch --json', 'every event as a line, for a program'],
  ],
  async run({ id }, io) {
    const jobId = id === undefined ? undefined : await findJob(io.daemon, id)
    await using client = await io.daemon.connect(awayNotes(io))
    if (jobId !== undefined) return await follow(io, client, jobId)
    for await (const event of client.events()) {
      if (io.json) io.line(event)
      else io.print(...eventLines(event, io))
    }
    return 0
  },
})

/** The lines for one event; none for the progress of a job, and none for a change of a plotter that plots. */
function eventLines(event: FeedEvent, { paint }: Io): string[] {
  const now = paint.dim(timeOfDay(Date.now()))
  switch (event.type) {
    case 'snapshot':
      return event.plotters.map((plotter) => `${now}  ${plotterSentence(plotter)}`)
    case 'job.changed': {
      const { id, status, title } = event.job
      const more = jobDetail(event.job)
      return [
        `${now}  ${paint.bold(shortId(id))}  ${statusWord(status, paint)}  ${oneLine(title)}${more ? `  ${paint.dim(more)}` : ''}`,
      ]
    }
    case 'job.removed':
      return [`${now}  ${paint.bold(shortId(event.id))}  ${paint.dim('forgotten')}`]
    case 'plotter.changed':
      return event.plotter.state.is === 'plotting' ? [] : [`${now}  ${plotterSentence(event.plotter)}`]
    case 'plotter.removed':
      return [`${now}  ${paint.bold(event.name)}  ${paint.dim('is gone: no host has this plotter any more')}`]
    case 'queue.changed':
      return [
        `${now}  ${event.paused.length > 0 ? `paused: ${event.paused.map((name) => name || 'the queue').join(', ')}` : 'no queue is paused'}`,
      ]
    case 'fonts.changed':
      return [`${now}  the fonts changed; there are ${event.fonts} now`]
    case 'job.progress':
      return []
    default:
      return event satisfies never
  }
}
