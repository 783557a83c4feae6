/**
 * The room `shared`: wording of quantities, and small components that several rooms use. This room imports from no
 * other room of the page.
 */

/** The local time of a moment: '14:05'. */
export const clock = (ms: number): string => new Date(ms).toLocaleTimeString('sv-SE').slice(0, 5)

/** A duration in words: '35 seconds', '80 minutes', '1 h 30 min'. */
export function duration(seconds: number): string {
  if (seconds < 50) return plural(Math.max(1, Math.round(seconds)), 'second')
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 90) return plural(minutes, 'minute')
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A number with its noun: '1,204 strokes'. */
export const plural = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${number(count)} ${count === 1 ? noun : nouns}`

/** A number with separators: '1,204'. */
export const number = (value: number): string => Math.round(value).toLocaleString('en')

/** A size in mm: '148 × 105 mm'. */
export const size = (width: number, height: number): string => `${short(width)} × ${short(height)} mm`

/** A length, given in mm: '12.4 m', '85 mm'. */
export const length = (mm: number): string => (mm >= 1000 ? `${(mm / 1000).toFixed(1)} m` : `${short(mm)} mm`)

/** A number with at most one decimal place. */
export const short = (value: number): string => String(Math.round(value * 10) / 10)

/** A layer with its pen: 'red_pen' of pen 1 → '1 red pen'. Without a name, with its place from 1: 'Layer 1'. */
export function layerWords(name: string, pen: number, place: number): string {
  const words = name.replace(/[_\s]+/g, ' ').trim()
  return words === '' ? `Layer ${place}` : `${pen} ${words}`
}

/** The time since a moment: 'just now', '5 minutes ago', '3 days ago'. */
export function ago(then: number, now: number): string {
  const seconds = (now - then) / 1000
  if (seconds < 60) return 'just now'
  if (seconds < 5400) return `${plural(Math.round(seconds / 60), 'minute')} ago`
  if (seconds < 129_600) return `${plural(Math.round(seconds / 3600), 'hour')} ago`
  return `${plural(Math.round(seconds / 86_400), 'day')} ago`
}

/** Gives words a capital and a full stop: 'put in pen 2 (red)' → 'Put in pen 2 (red).' */
export const sentenceCase = (words: string): string => `${words.charAt(0).toUpperCase()}${withStop(words.slice(1))}`

/** The words with one full stop at their end. */
export const withStop = (words: string): string => words.replace(/\.?$/, '.')

/** The time left: '29 minutes', 'less than a minute'. The words change once a minute. */
export const timeLeft = (ms: number): string =>
  ms < 60_000 ? 'less than a minute' : duration(60 * Math.floor(ms / 60_000))

/** The label of a field: 'swellSize' → 'Swell size'. */
export const labelOf = (name: string): string => {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
