/** At most `most` UTF-16 units of a text, without the first half of a character at the end. */
export const beginningOf = (text: string, most: number): string => text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')

/** A SHA-256 in 64 hexadecimal digits. */
export const SHA256 = /^[0-9a-f]{64}$/

/**
 * Whether a value as JSON has at most `most` characters, by a rough count. A number, boolean or null counts as 4. Stops
 * counting above `most`.
 */
export function isShortJson(value: unknown, most: number): boolean {
  let remaining = most
  const visit = (inner: unknown): boolean => {
    if (typeof inner !== 'object' || inner === null) {
      remaining -= typeof inner === 'string' ? inner.length + 2 : 4
      return remaining >= 0
    }
    return Object.entries(inner).every(([key, value]) => {
      remaining -= key.length + 4
      return remaining >= 0 && visit(value)
    })
  }
  return visit(value)
}

/** Counts the value, and all array elements and object members in it. Stops a little above `most`. */
export function valuesIn(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return 1
  let count = 1
  // for…in makes no list of the keys: there may be thousands.
  for (const key in value) {
    count += valuesIn((value as Readonly<Record<string, unknown>>)[key], most - count)
    if (count > most) break
  }
  return count
}
