import { z } from 'zod'
import { count, id } from './fields.ts'
import { job, progress } from './job.ts'
import { plotter } from './plotter.ts'

const seq = count.meta({ description: 'rises by 1 with each event, also of topics that the client leaves out' })

/** The daemon's notifications after `events.subscribe`. */
export const NOTIFICATIONS = {
  'job.changed': {
    summary: 'A job is new, or a field other than its progress has changed. The change is on the disk.',
    params: z.object({ seq, job }),
  },
  'job.progress': {
    summary: 'The progress of a job; at most 5 a second for one job.',
    params: z.object({ seq, id, progress }),
  },
  'job.removed': {
    summary: 'A job was removed from the spool.',
    params: z.object({ seq, id }),
  },
  'queue.changed': {
    summary: "Queues were paused or resumed. In `paused`, '' is the whole queue, and any other name is a plotter.",
    params: z.object({ seq, paused: z.array(z.string()).readonly() }),
  },
  'plotter.changed': {
    summary: 'A field of a plotter has changed. When only its position changes: at most 5 a second.',
    params: z.object({ seq, plotter }),
  },
  'plotter.removed': {
    summary: 'A plotter of another host is gone: that host was forgotten, or has started without the plotter.',
    params: z.object({ seq, name: z.string() }),
  },
  'fonts.changed': {
    summary: 'Files in the folder of fonts have changed; at most 5 a second. `fonts.list` has the fonts.',
    params: z.object({ seq, fonts: count.meta({ description: 'present number of fonts' }) }),
  },
} as const

export type NotificationName = keyof typeof NOTIFICATIONS
export type Notification<N extends NotificationName> = z.output<(typeof NOTIFICATIONS)[N]['params']>

/** The topics of a subscription. */
export const topics = z
  .array(z.enum(['jobs', 'queue', 'plotters', 'here', 'fonts']))
  .min(1)
  .max(5)
  .readonly()

/** 'here' is the part of 'plotters' that belongs to the host of this connection. */
export type Topic = z.output<typeof topics>[number]

export const TOPIC: Readonly<Record<NotificationName, Topic>> = {
  'job.changed': 'jobs',
  'job.progress': 'jobs',
  'job.removed': 'jobs',
  'queue.changed': 'queue',
  'plotter.changed': 'plotters',
  'plotter.removed': 'plotters',
  'fonts.changed': 'fonts',
}

/** The present state, for a client that begins to follow events or has missed some. */
export const snapshot = z.object({
  jobs: z.array(job).readonly(),
  total: count.meta({ description: 'jobs in the spool; `jobs` holds the first of them in queue order' }),
  paused: z.array(z.string()).readonly(),
  plotters: z.array(plotter).readonly(),
})

export type Snapshot = z.output<typeof snapshot>
