import { z } from 'zod'
import { DEFAULT_LIMITS } from '../../svg/reader/reading/options.ts'
import { duration } from '../protocol/fields.ts'

/* The keys `render`, `retention`, `limits` and `svg` of the configuration. */

const MIB = 1024 * 1024

export const whole = (min: number, max: number) => z.number().int().min(min).max(max)

/** A limit of the configuration, with its default. The description is for docs/operations.md. */
const limit = ([min, max]: readonly [number, number], initial: number, description: string) =>
  whole(min, max).default(initial).meta({ description })

const days = (initial: number, description: string) =>
  z.number().min(0).max(36_500).default(initial).meta({ description })

export const render = z.strictObject({
  workers: whole(1, 64)
    .optional()
    .meta({ description: 'maximum number of jobs rendered at a time; default: one per core, at most 4' }),
  memoryMb: limit([32, 65_536], 512, 'JavaScript heap of one rendering, MB'),
  timeout: duration.prefault('5m').meta({ description: 'time limit of a rendering whose job sets none, ms' }),
})

export const retention = z.strictObject({
  jobs: limit([0, 1_000_000], 10_000, 'maximum number of ended jobs that the spool keeps'),
  days: days(90, 'days for which the spool keeps an ended job'),
  keys: limit(
    [0, 10_000_000],
    1_000_000,
    'maximum number of idempotency keys of removed jobs; about 130 bytes of memory each',
  ),
  keyDays: days(365, 'days for which an idempotency key is kept, counted from the submit of its job'),
  uploadDays: days(7, 'days for which plotd keeps an upload that no job names'),
})

export const limits = z.strictObject({
  messageBytes: limit([1024, 256 * MIB], 4 * MIB, 'maximum size of a message, bytes; larger data must be an upload'),
  heldBytes: limit(
    [1024, 1024 * MIB],
    16 * MIB,
    'maximum size of the unfinished and unanswered messages of one token together, bytes; all tokens together may ' +
      'hold four times as much. At the limit the daemon drops the oldest unfinished message',
  ),
  uploadBytes: limit([1024, 1024 * MIB], 64 * MIB, 'maximum size of one upload, bytes'),
  allUploadsBytes: limit([1024, 1024 * 1024 * MIB], 2048 * MIB, 'maximum size of all uploads together, bytes'),
  depth: limit([8, 1000], 64, 'deepest nesting of lists and objects in a message'),
  entries: limit(
    [100, 1_000_000],
    15_000,
    'maximum number of entries of one list in a message; an object may have a tenth as many members',
  ),
  values: limit([1000, 10_000_000], 200_000, 'maximum number of values in all lists and objects of a message together'),
  batch: limit(
    [1, 100_000],
    1000,
    'maximum number of calls in one message, and of messages of one WebSocket that wait for an answer',
  ),
  messagesPerSecond: limit(
    [1, 1_000_000],
    2000,
    'maximum number of calls a second of one WebSocket, or of one token over HTTP; a burst may have twice as many. ' +
      'Each call of a batch counts. 8 KiB in or out count as one call, and a list of jobs counts as ten',
  ),
  connections: limit(
    [2, 100_000],
    2000,
    'maximum number of WebSockets at a time on the port; the socket file takes the same number',
  ),
  outgoingBytes: limit(
    [64 * 1024, 1024 * MIB],
    16 * MIB,
    'maximum size of an answer to a call that changes nothing, bytes. A client with more unread bytes is disconnected',
  ),
})

export const svg = z.strictObject({
  bytes: limit([1024, 1024 * MIB], DEFAULT_LIMITS.bytes, 'maximum size of an SVG file, also after unpacking, bytes'),
  elements: limit([1, 100_000_000], DEFAULT_LIMITS.elements, 'maximum number of elements of an SVG'),
  depth: limit([1, 2000], DEFAULT_LIMITS.depth, 'deepest nesting of elements'),
  useExpansions: limit(
    [1, 100_000_000],
    DEFAULT_LIMITS.useExpansions,
    'maximum number of elements drawn through use, markers, clip paths and masks',
  ),
  points: limit([1, 1_000_000_000], DEFAULT_LIMITS.points, 'maximum number of points of the drawing'),
  entityBytes: limit(
    [0, 1024 * MIB],
    DEFAULT_LIMITS.entityBytes,
    'maximum size of all entities after expansion, bytes',
  ),
  work: limit(
    [1, 1_000_000_000_000],
    DEFAULT_LIMITS.work,
    'maximum number of steps of reading a file, about 10 ns each',
  ),
})
