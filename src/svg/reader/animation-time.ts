import { isColor } from './css/color-syntax.ts'
import type { SvgElement } from './document/tree.ts'

/** Seconds of each unit of time. */
const UNITS: Readonly<Record<string, number>> = { h: 3600, min: 60, s: 1, ms: 0.001 }
const CLOCK = /^([-+]?)(?:(?:(\d+):)?(\d\d):(\d\d(?:\.\d*)?)|(\d+(?:\.\d*)?|\.\d+)(h|min|m?s)?)$/
const MAX_VALUES = 10_000

/** The seconds of a time such as `2s`, `-0.5s`, `200ms` or `01:30`; undefined for an event or any other text. */
function secondsOf(text: string): number | undefined {
  const match = CLOCK.exec(text.trim())
  if (match === null) return undefined
  const [, sign, hours = '0', minutes = '0', seconds, count = '0', unit = 's'] = match
  const time =
    seconds === undefined
      ? Number(count) * (UNITS[unit] ?? 1)
      : 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds)
  return sign === '-' ? -time : time
}

const timesIn = (list: string): number[] => list.split(';').flatMap((text) => secondsOf(text) ?? [])

/**
 * The progress of an animation at time 0, from 0 (its first value) to below 1 (its last value). Undefined when the
 * animation has no effect at time 0: it begins later or on an event, or has ended.
 */
export function progressAtStart({ attributes }: SvgElement): number | undefined {
  const { begin = '0', end = '', dur = '', repeatCount, repeatDur = '' } = attributes
  const isPast = (time: number): boolean => time <= 0
  const starts = timesIn(begin).filter(isPast)
  if (starts.length === 0 || timesIn(end).some(isPast)) return undefined
  const once = secondsOf(dur) ?? 0
  if (!(once > 0)) return 0
  const count = repeatCount === 'indefinite' ? Infinity : Number(repeatCount)
  const repeated = count > 0 ? once * count : (secondsOf(repeatDur) ?? (repeatDur === 'indefinite' ? Infinity : once))
  // An animation with several starts plays from the earliest start whose repetitions have not ended.
  const ages = starts.map((time) => -time).filter((age) => age < repeated)
  return ages.length === 0 ? undefined : (Math.max(...ages) / once) % 1
}

/**
 * The value of an animation at a progress; undefined when the target keeps its own value.
 *
 * @param base  the target's own value, if it is known
 */
export function valueAt({ name, attributes }: SvgElement, progress: number, base?: string): string | undefined {
  if (name === 'set') return attributes['to']
  const { values, from, calcMode, keyTimes = '' } = attributes
  if (values === undefined && from === undefined && (progress === 0 || base === undefined)) return undefined
  const list =
    values
      ?.replace(/;\s*$/, '')
      .split(';', MAX_VALUES)
      .map((value) => value.trim()) ?? endsOf(attributes, base)
  if (progress === 0 || list.length < 2) return list[0] || undefined
  const last = list.length - 1
  const given = keyTimes.split(';', MAX_VALUES).map(Number)
  const isDiscrete = calcMode === 'discrete'
  const timeOf = (i: number): number =>
    given.length === list.length ? (given[i] ?? 0) : i / (isDiscrete ? list.length : last)
  let i = 0
  while (i < last && timeOf(i + 1) <= progress) i++
  const share = (progress - timeOf(i)) / (timeOf(i + 1) - timeOf(i))
  const [a = '', b] = [list[i], list[i + 1]]
  return (b === undefined || isDiscrete ? a : mixed(a, b, share)) || undefined
}

/** The first and the last value of an animation without a list of values. */
function endsOf({ from, to, by }: SvgElement['attributes'], base = ''): string[] {
  const first = from ?? base
  if (to !== undefined) return [first, to]
  return by === undefined ? [first] : [first, `${Number(first) + Number(by)}`]
}

const NUMBER = /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?/gi

/**
 * A text between two texts that differ only in their numbers. For colours and other texts, the nearer of the two texts.
 */
function mixed(a: string, b: string, share: number): string {
  const ends = b.match(NUMBER) ?? []
  const isNumeric = !isColor(a) && a.replace(NUMBER, '0') === b.replace(NUMBER, '0')
  if (!isNumeric) return share < 0.5 ? a : b
  let i = 0
  return a.replace(NUMBER, (start) => `${Number(start) + share * (Number(ends[i++]) - Number(start))}`)
}

/** The arguments of a transform between two lists. A missing argument is 0; for `scale`, it is the first one. */
export function argumentsBetween(lists: readonly [string, string], type: string, share: number): string {
  const [start = [], end = []] = lists.map((list) => (list.match(NUMBER) ?? []).map(Number))
  const at = (values: readonly number[], i: number): number => values[i] ?? (type === 'scale' ? values[0] : 0) ?? 0
  const longer = start.length > end.length ? start : end
  return longer.map((_, i) => at(start, i) + share * (at(end, i) - at(start, i))).join(' ')
}
