import { hash } from 'node:crypto'
import { decodeTime } from 'ulid'
import type { ForgottenKey, KeyPage } from '../spool.ts'

/** Keys on a page, when the caller names no number. */
export const KEYS_A_PAGE = 1000

const DIGEST_CHARS = 22
export const DIGEST = /^[\w-]{22}$/

/** The first 132 bits of the SHA-256 of an idempotency key, base64url. */
export const digestOf = (key: string): string => hash('sha256', key, 'base64url').slice(0, DIGEST_CHARS)

/**
 * Deletes the first key, and then the next, while one of two conditions holds: there are more than `most` keys, or the
 * job of the first key was submitted at `before` or earlier.
 *
 * @param keys    digest → id of the job, in the order in which the jobs were forgotten
 * @param before  ms since 1970
 * @returns       how many were deleted
 */
export function trimKeys(keys: Map<string, string>, most: number, before: number): number {
  const { size } = keys
  for (const [digest, id] of keys) {
    if (keys.size <= most && decodeTime(id) > before) break
    keys.delete(digest)
  }
  return size - keys.size
}

/** One page of the keys; the first page when `after` is no longer kept. @param after  last digest of the page before */
export function pageOfKeys(keys: ReadonlyMap<string, string>, limit: number, after: string | undefined): KeyPage {
  const page: ForgottenKey[] = []
  let isBefore = after !== undefined && keys.has(after)
  for (const [digest, id] of keys) {
    if (!isBefore) page.push({ digest, id })
    if (page.length === limit) return { keys: page, next: digest }
    isBefore &&= digest !== after
  }
  return { keys: page }
}
