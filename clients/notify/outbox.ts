import { createHash, randomUUID } from 'node:crypto'
import type { Need, NeedKind } from './needs.ts'

/** A message on its way to one channel. */
export interface Delivery {
  readonly channel: string
  /** The id, which is the same for all tries, also after a restart. Not every channel sends the id (`hasIds`). */
  readonly id: string
  readonly need: Need
  /** Number of failed tries. */
  readonly tries: number
  /** Time of the next try, ms since 1970. */
  readonly next: number
  /** Whether a try has begun and its outcome is unknown. */
  readonly begun?: boolean
}

/** The state of the notifier on the disk. */
export interface Outbox {
  /** A UUID, so that two installations give different ids to their messages. */
  readonly installation: string
  /** Start of the installation, ms since 1970. Jobs and batches that ended before this time cause no message. */
  readonly since: number
  readonly waiting: readonly Delivery[]
  /** Keys of the needs that were handled, the oldest first. */
  readonly known: readonly string[]
  /** The number of times that the need of a key was met. A need that comes back after it was met is a new one. */
  readonly rounds?: Readonly<Record<string, number>>
}

/** Maximum number of keys in the outbox, besides those of the present needs. */
const MAX_KNOWN = 5000
/**
 * Waits after each failed try, ms. From one minute to ten hours, each wait is about the sum of the waits before it. So
 * the delay of a message stays in proportion to its receiver's downtime. The last five waits are those of the Standard
 * Webhooks. If the try after the last wait fails too, plotd drops the message.
 */
const WAITS = [5, 10, 30, 60, 120, 300, 600, 1200, 2400, 4800, 9600, 18_000, 36_000, 50_400, 72_000, 86_400].map(
  (s) => s * 1000,
)
/** The longest time between a failed try and the next one, ms. */
export const LONGEST_WAIT = 1.1 * 86_400_000
/** Needs that cause no message once they are met. */
const PASSING: ReadonlySet<NeedKind> = new Set(['sheet', 'pen', 'interrupted', 'fault', 'disk'])

/** The outbox of a new installation. @param now  ms since 1970 */
export const emptyOutbox = (now: number): Outbox => ({ installation: randomUUID(), since: now, waiting: [], known: [] })

/** The needs that a channel sends, and whether its messages have an id. */
export interface ChannelWants {
  readonly name: string
  readonly events: readonly NeedKind[]
  /** Whether the channel sends an id, so that the receiver recognizes a repeat. */
  readonly hasIds: boolean
}

/**
 * Whether the need of a message has ended, so that the message must not be sent. False while a try is under way.
 *
 * @param mayExist  whether the need with this key may still exist, so that the message is kept
 */
const hasEnded = ({ need, begun }: Delivery, mayExist: (key: string) => boolean): boolean =>
  PASSING.has(need.kind) && !mayExist(need.key) && begun !== true

/** The messages that may be sent. While plotd cannot see the need of a message (`isHiddenIn`), the message waits. */
export const sendableOf = ({ waiting }: Outbox, present: ReadonlySet<string>): readonly Delivery[] =>
  waiting.filter((delivery) => !hasEnded(delivery, (key) => present.has(key)))

/** The message that may be sent next on a channel: the one with the earliest next try, or the oldest of several. */
export const firstSendableOf = (outbox: Outbox, channel: string, present: ReadonlySet<string>): Delivery | undefined =>
  sendableOf(outbox, present)
    .filter((delivery) => delivery.channel === channel)
    .reduce<Delivery | undefined>((first, each) => (first && first.next <= each.next ? first : each), undefined)

/**
 * Adds messages for new needs, and drops messages that were not sent before their need was met.
 *
 * @param isMet  whether the need of a key was met. A later need of this key then gets a message
 * @param isHidden  whether the plotter of a need is unreachable. The need counts neither as met nor as new: its message
 *   waits until plotd reaches the plotter again
 */
export function takeUp(
  before: Outbox,
  needs: readonly Need[],
  channels: readonly ChannelWants[],
  now: number,
  isMet: (key: string) => boolean = () => false,
  isHidden: (key: string) => boolean = () => false,
): Outbox {
  const present = new Set(needs.map(({ key }) => key))
  const outbox = withoutMet(before, (key) => !present.has(key) && isMet(key))
  const known = new Set(outbox.known)
  const fresh = needs.filter(({ key }) => !known.has(key))
  const remaining = outbox.waiting.filter(
    (delivery) => !hasEnded(delivery, (key) => present.has(key) || (known.has(key) && isHidden(key))),
  )
  if (fresh.length === 0 && remaining.length === outbox.waiting.length) return outbox
  const added = fresh.flatMap((need) =>
    channels
      .filter(({ events }) => events.includes(need.kind))
      .map(({ name }) => ({ channel: name, id: idOf(outbox, need), need, tries: 0, next: now })),
  )
  const keys = [...outbox.known, ...fresh.map(({ key }) => key)]
  const old = new Set(keys.slice(0, Math.max(0, keys.length - MAX_KNOWN)).filter((key) => !present.has(key)))
  return { ...outbox, waiting: [...remaining, ...added], known: keys.filter((key) => !old.has(key)) }
}

function withoutMet(outbox: Outbox, isMet: (key: string) => boolean): Outbox {
  const metNeeds = new Set(outbox.known.filter(isMet))
  if (metNeeds.size === 0) return outbox
  const { rounds = {} } = outbox
  const again = [...metNeeds].map((key): [string, number] => [key, (rounds[key] ?? 0) + 1])
  const remainingRounds = Object.entries(rounds).filter(([key]) => !metNeeds.has(key))
  const most = [...remainingRounds, ...again].slice(-MAX_KNOWN)
  return { ...outbox, known: outbox.known.filter((key) => !metNeeds.has(key)), rounds: Object.fromEntries(most) }
}

function idOf({ installation, rounds = {} }: Outbox, { key }: Need): string {
  const round = rounds[key] === undefined ? '' : `\n${rounds[key]}`
  return `msg_${createHash('sha256').update(`${installation}\n${key}${round}`).digest('hex').slice(0, 32)}`
}

/** Whether two entries are the same message to the same channel. */
export const isSame = (a: Delivery, b: Delivery): boolean => a.id === b.id && a.channel === b.channel

/** The outbox during a try, while the outcome of the try is unknown. Write this outbox to the disk before the try. */
export const withDoubt = (outbox: Outbox, delivery: Delivery): Outbox =>
  replace(outbox, delivery, { ...delivery, begun: true })

/**
 * The outbox after a message arrived. The receiver of this message is up, so its other messages are due immediately.
 */
export function afterDelivery(outbox: Outbox, delivery: Delivery, now: number): Outbox {
  const waiting = without(outbox, delivery).waiting.map((entry) =>
    entry.channel === delivery.channel && entry.next > now ? { ...entry, next: now } : entry,
  )
  return { ...outbox, waiting }
}

/** The outbox without a message that is no longer needed, or cannot be delivered. */
export const without = (outbox: Outbox, delivery: Delivery): Outbox => replace(outbox, delivery, undefined)

/**
 * The outbox after a try that failed. If that was the last try, the outbox lacks the message.
 *
 * @param now  ms since 1970
 * @param jitter  0 … 1, changes the wait by at most a tenth
 * @param retryAfterMs  the least wait, as the receiver demands it
 */
export function afterFailure(
  outbox: Outbox,
  delivery: Delivery,
  now: number,
  jitter: number,
  retryAfterMs = 0,
): Outbox {
  const { begun: _, ...rest } = delivery
  const wait = WAITS[delivery.tries]
  if (wait === undefined) return without(outbox, delivery)
  const next = now + Math.max(retryAfterMs, wait * (0.9 + 0.2 * jitter))
  return replace(outbox, delivery, { ...rest, tries: delivery.tries + 1, next })
}

/**
 * The outbox after a crash. A message whose try had begun may have arrived. Such a message stays only if its receiver
 * recognizes repeats, or if its need is a fault. A message for a channel that is no longer configured is dropped.
 */
export function afterCrash(outbox: Outbox, channels: readonly ChannelWants[]): Outbox {
  const names = new Set(channels.map(({ name }) => name))
  const hasIds = new Set(channels.filter((channel) => channel.hasIds).map(({ name }) => name))
  const waiting = outbox.waiting
    .filter(({ channel }) => names.has(channel))
    .filter(({ begun: inDoubt, channel, need }) => inDoubt !== true || hasIds.has(channel) || need.kind === 'fault')
    .map(({ channel, id, need, tries, next }) => ({ channel, id, need, tries, next }))
  return { ...outbox, waiting }
}

/**
 * The outbox after the clock was set back. A start (`since`) in the future would hide every job that fails until then.
 * A message would wait too long for its next try.
 */
export function afterClock(outbox: Outbox, now: number): Outbox {
  const isLate = ({ next }: Delivery): boolean => next > now + LONGEST_WAIT
  if (outbox.since <= now && !outbox.waiting.some(isLate)) return outbox
  const waiting = outbox.waiting.map((entry) => (isLate(entry) ? { ...entry, next: now } : entry))
  return { ...outbox, since: Math.min(outbox.since, now), waiting }
}

function replace(outbox: Outbox, delivery: Delivery, by: Delivery | undefined): Outbox {
  const waiting = outbox.waiting.flatMap((entry) => (isSame(entry, delivery) ? (by ?? []) : entry))
  return { ...outbox, waiting }
}
