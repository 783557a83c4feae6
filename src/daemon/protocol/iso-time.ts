const ISO_DATE = /^(\d{4})-(\d\d)(?:-(\d\d))?(?:[T ]|$)/

/**
 * The time of a text that begins with a date in ISO 8601, ms since 1970. NaN for a text without such a date, and for a
 * text that `Date.parse` cannot read. `Date.parse` alone reads 30 February as 2 March, and 03/04 as 4 March.
 */
export function isoTime(text: string): number {
  const trimmed = text.trim() // `Date.parse` reads a date after a blank in local time, not in UTC
  const [, year, month, day = '01'] = ISO_DATE.exec(trimmed) ?? []
  const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  return Number(day) <= daysInMonth ? Date.parse(trimmed) : Number.NaN
}
