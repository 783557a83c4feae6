import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'
import { timeLeft } from '../shared/format.ts'

type Grant = NonNullable<WirePlotter['grant']>

/** The purpose of a grant: 'for Birthday for Ada', 'for the next 3 sheets'. */
export function grantedFor({ for: purpose }: Grant): string {
  if ('job' in purpose) return `for ${purpose.title}`
  return purpose.sheets === 1 ? 'for the next sheet' : `for the next ${purpose.sheets} sheets`
}

/**
 * The giver and the end of a grant: 'by master, until 21:40 (29 minutes left)'. Even when the clock of this computer is
 * slow, the time left is at most the time from the grant's beginning to its end.
 *
 * @param now  ms since 1970
 */
export function grantedBy({ by, since, until }: Grant, now: number): string {
  const left = Math.max(0, Math.min(until - now, until - since))
  const end = new Date(until).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  return `by ${by}, until ${end} (${timeLeft(left)} left)`
}
