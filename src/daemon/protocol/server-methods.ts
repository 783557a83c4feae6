import { z } from 'zod'
import { SHA256 } from '../../values.ts'
import { snapshot, topics } from './events.ts'
import { count } from './fields.ts'
import { plotRequest, result, taskParams } from './job.ts'
import { ROLES } from './roles.ts'

const font = z.object({
  name: z.string(),
  title: z.string(),
  style: z.string(),
  weight: z.number().meta({ description: 'number of strokes that make one stem' }),
  italic: z.boolean(),
  licence: z.string(),
  sample: z.string(),
})
const layer = z.object({
  name: z.string(),
  pen: count,
  strokes: count,
  color: z.string().optional(),
  seconds: z.number().optional().meta({ description: 'drawing time; absent for layers that are not drawn' }),
})
const none = z.strictObject({})
const queue = z.strictObject({
  plotter: z.string().max(64).exactOptional().meta({ description: 'the whole queue when absent' }),
})
const paused = z.object({ paused: z.array(z.string()).readonly() })

/** Methods on queue, tasks, fonts, previews, the daemon, hosts and events. */
export const SERVER_METHODS = {
  'queue.pause': {
    role: 'operate',
    summary:
      'Begin no new plot on one plotter. Without `plotter`, begin no new plot on any plotter, and no new rendering.',
    params: queue,
    result: paused,
    errors: ['ERR_PLOTTER_UNKNOWN'],
  },
  'queue.resume': {
    role: 'operate',
    summary: 'Undo queue.pause with the same parameters. Without `plotter`, a pause of one plotter stays.',
    params: queue,
    result: paused,
    errors: ['ERR_PLOTTER_UNKNOWN'],
  },
  'task.list': {
    role: 'watch',
    summary: 'The tasks, each with the JSON Schema of its parameters.',
    params: none,
    result: z.object({
      tasks: z
        .array(
          z.object({
            name: z.string(),
            summary: z.string(),
            schema: z.record(z.string(), z.unknown()),
            extensions: z.array(z.string()).readonly().optional().meta({
              description: 'for an importer: the usual extensions of the files that its parameter `upload` names',
            }),
          }),
        )
        .readonly(),
    }),
    errors: [],
  },
  'fonts.list': {
    role: 'watch',
    summary: 'The single-stroke fonts.',
    params: none,
    result: z.object({ fonts: z.array(font).readonly() }),
    errors: [],
  },
  'preview.render': {
    role: 'submit',
    summary: 'The drawing of a job, without queueing it: the SVG, its figures and its warnings.',
    params: z.strictObject({
      task: z.string().min(1).max(100),
      params: taskParams.exactOptional(),
      plot: plotRequest
        .exactOptional()
        .meta({ description: 'as in `job.submit`; the SVG then shows the sheet with the ink in its place' }),
      profile: z.string().max(64).exactOptional().meta({ description: 'machine profile for the estimate' }),
      bound: z
        .boolean()
        .exactOptional()
        .meta({
          description:
            'also search for the drawing order as for a plot, then for a bound: every order takes at least this ' +
            'time; both searches end soon after 20 s',
        }),
    }),
    result: result.omit({ path: true }).extend({
      svg: z.string(),
      title: z.string(),
      repeats: z
        .object({ mm: z.number(), seconds: z.number(), removed: z.boolean() })
        .meta({ description: 'ink that the drawing would draw twice, and whether `once` leaves it out' }),
      layers: z.array(layer).readonly().meta({ description: 'all layers, from which `plot.layers` chooses' }),
      bound: z.object({ seconds: z.number(), gap: z.number(), isOptimal: z.boolean() }).optional().meta({
        description:
          'no other order takes less than `seconds`, so another order saves at most the fraction `gap` of the estimated time. Absent if a layer has more than 20,000 strokes after `trails`; also absent with `keepOrder`, `reverse` or several `passes`',
      }),
    }),
    errors: [
      'ERR_TASK_UNKNOWN',
      'ERR_PLOTTER_UNKNOWN',
      'ERR_PROFILE_INVALID',
      'ERR_TASK_MODULE',
      'ERR_TASK_FAILED',
      'ERR_TASK_TIMEOUT',
      'ERR_TASK_MEMORY',
      'ERR_SVG_INVALID',
      'ERR_SVG_LIMIT',
      'ERR_DOCUMENT',
      'ERR_EMPTY',
      'ERR_FONT_UNKNOWN',
      'ERR_FONT_INVALID',
      'ERR_FILE',
      'ERR_DAEMON_AWAY',
    ],
  },
  'document.describe': {
    role: 'submit',
    cost: 5,
    summary: 'The format of an uploaded file, the task that draws it, and its number of pages. A job draws one page.',
    params: z.strictObject({
      upload: z.string().max(64).regex(SHA256).meta({ description: 'sha256 of the upload' }),
      name: z.string().max(200).exactOptional().meta({ description: 'name of the file' }),
    }),
    result: z.object({
      format: z.string().meta({ description: 'svg, png, jpeg, or the name of an importer, such as pdf' }),
      task: z.string().meta({ description: 'the task that takes the file as its parameter `upload`' }),
      pages: count.meta({ description: 'number of pages; the parameter `pageNumber` of the task names one' }),
    }),
    errors: [
      'ERR_DOCUMENT',
      'ERR_SVG_LIMIT',
      'ERR_FILE',
      'ERR_TASK_MODULE',
      'ERR_TASK_FAILED',
      'ERR_TASK_TIMEOUT',
      'ERR_TASK_MEMORY',
      'ERR_DAEMON_AWAY',
    ],
  },
  'server.info': {
    role: 'watch',
    summary: 'The daemon that answers, and its limits.',
    params: none,
    result: z.object({
      name: z.literal('plotd'),
      version: z.string(),
      protocol: z.literal(1),
      pid: count,
      startedAt: z.number(),
      host: z.string().meta({ description: 'the name of the host that answers' }),
      output: z.string().meta({ description: 'the output folder on the daemon’s computer' }),
      state: z.string(),
      fonts: z.string().optional().meta({ description: 'the folder of the user’s own fonts on the daemon’s computer' }),
      limits: z.object({
        messageBytes: count,
        uploadBytes: count,
        depth: count,
        entries: count,
        values: count,
        messagesPerSecond: count,
        batch: count,
      }),
    }),
    errors: [],
  },
  'host.list': {
    role: 'watch',
    summary:
      'The hosts that share this queue. The first in the list is the host that answers. ' +
      'A daemon that shares its queue with no other host lists only itself.',
    params: none,
    result: z.object({
      hosts: z
        .array(
          z.object({
            name: z.string(),
            here: z.boolean().meta({ description: 'whether this is the host that answers' }),
            url: z.string(),
            version: z.string(),
            plotters: z.array(z.string()).readonly(),
            silentMs: z.number().meta({
              description: 'time since the last sign of life of this host in the database; 0 for the host that answers',
            }),
            lost: z.boolean().meta({ description: 'whether the other hosts count this host as lost' }),
            reached: z.boolean().meta({ description: 'whether the host that answers has a connection to this host' }),
            problems: z.array(z.string()).readonly(),
          }),
        )
        .readonly(),
    }),
    errors: [],
  },
  'host.forget': {
    role: 'operate',
    summary: 'Forget a lost host and its plotters. When the host starts again, it appears again.',
    params: z.strictObject({ name: z.string().min(1).max(64) }),
    result: z.object({}),
    errors: ['ERR_HOST'],
  },
  'host.call': {
    role: 'operate',
    summary: 'For hosts of one farm only: a host passes on a call of one of its clients, in the name of that client.',
    params: z.strictObject({
      method: z.string().max(64),
      params: z.unknown(),
      by: z.strictObject({ name: z.string().max(64), role: z.enum(ROLES) }),
    }),
    result: z.unknown(),
    errors: ['ERR_FORBIDDEN'],
  },
  'rpc.discover': {
    role: 'watch',
    cost: 50, // its answer has more than 400 KB
    summary: 'These methods as an OpenRPC document.',
    params: none,
    result: z.object({ openrpc: z.string(), info: z.unknown(), methods: z.array(z.unknown()).readonly() }),
    errors: [],
  },
  'events.subscribe': {
    role: 'watch',
    cost: 10,
    summary:
      'Receive the events from now on. With `since`, also receive the events since the end of the last connection.',
    params: z.strictObject({
      topics: topics
        .exactOptional()
        .meta({ description: 'all topics when absent; the topic `here` has only the plotters of this host' }),
      since: z
        .strictObject({ session: z.string().max(64), seq: count })
        .exactOptional()
        .meta({
          description:
            '`seq` of the last notification that the client received, and the `session` that its subscription returned',
        }),
      limit: z
        .number()
        .int()
        .min(0)
        .max(10_000)
        .default(200)
        .meta({ description: 'maximum number of jobs in the snapshot; the daemon sends at most 1,000' }),
    }),
    result: z.object({
      session: z.string().meta({ description: 'changes when the daemon restarts' }),
      seq: count.meta({ description: 'the number of the last event before the first notification' }),
      snapshot: snapshot.optional().meta({ description: 'absent when all missed events follow as notifications' }),
    }),
    errors: [],
  },
  'events.unsubscribe': {
    role: 'watch',
    summary: 'Receive no more events.',
    params: none,
    result: z.object({}),
    errors: [],
  },
} as const
