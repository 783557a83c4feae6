/**
 * The room `ui`: sentences, tables, progress and pictures for a terminal. This file writes numbers, lengths and times
 * for people. The room imports no other room of the command line, and most rooms may import from it.
 */
/** Numbers as people read them: 1,204. */
export const count = (n: number): string => Math.round(n).toLocaleString('en-US')

/** A number with its noun: '1 stroke', '1,204 strokes'. */
export const plural = (n: number, singular: string, pluralForm = `${singular}s`): string =>
  `${count(n)} ${n === 1 ? singular : pluralForm}`

export const isOrAre = (n: number): string => (n === 1 ? 'is' : 'are')

/** A duration, rounded for people: '38 s', '4 min', '1 h 12 min'. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?'
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const h = Math.floor(minutes / 60)
  const m = minutes % 60
  return m === 0 ? `${h} h` : `${h} h ${m} min`
}

/** A length of ink: in mm below a metre, then in m. */
export const length = (mm: number): string =>
  mm < 1000 ? `${trim(mm, 1)} mm` : `${trim(mm / 1000, mm < 1e5 ? 2 : 1)} m`

/** A length of ink in m, also below a metre. */
export const metres = (mm: number): string => `${trim(mm / 1000, 1)} m`

export const size = (widthMm: number, heightMm: number): string => `${trim(widthMm, 2)} × ${trim(heightMm, 2)} mm`

export const trim = (n: number, digits: number): string => String(Number(n.toFixed(digits)))

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`
  if (n >= 1e9) return `${trim(n / 1e9, 1)} GB`
  return n < 1e6 ? `${trim(n / 1e3, 1)} kB` : `${trim(n / 1e6, 1)} MB`
}

/** The time since a moment: 'just now', '4 min ago', '3 d ago'. */
export function ago(then: number, now: number): string {
  const seconds = (now - then) / 1000
  if (seconds < 10) return 'just now'
  if (seconds < 36 * 3600) return `${duration(seconds)} ago`.replace(/ h \d+ min/, ' h')
  return `${Math.round(seconds / 86400)} d ago`
}

/** The end of a job's id. A ULID begins with its time, so jobs of the same time differ only at the end. */
export const shortId = (id: string): string => id.slice(-6)

const NAMES = { high: 75, normal: 50, low: 25 } as const

/** The name of a priority; its number when it has no name. */
export const priorityName = (priority: number): string =>
  Object.entries(NAMES).find(([, value]) => value === priority)?.[0] ?? String(priority)

/** Date and time of a moment, local time: '2026-11-25 14:07'. */
export const dateAndTime = (ms: number): string =>
  `${new Date(ms).toLocaleDateString('sv-SE')} ${timeOfDay(ms).slice(0, 5)}`

/** The time of a moment, local time: '14:07:34'. */
export const timeOfDay = (ms: number): string => new Date(ms).toLocaleTimeString('sv-SE')
