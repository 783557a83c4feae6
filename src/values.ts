/** Counts array elements and object members, up to a little above `most`. */
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
