/** Millimetres in each unit. */
const UNITS: Readonly<Record<string, number>> = {
  mm: 1,
  cm: 10,
  m: 1000,
  in: 25.4,
  '"': 25.4,
  pt: 25.4 / 72,
  px: 25.4 / 96,
}

const LENGTH = /^([+-]?(?:\d+\.?\d*|\.\d+))\s*(mm|cm|m|in|"|pt|px)?$/i

/**
 * Reads a length as users write it: '12mm', '0.5in', '12'. A number without a unit is in mm.
 *
 * @returns mm; undefined when the word is no length
 */
export function lengthMm(word: string): number | undefined {
  const [, amount, unit = 'mm'] = LENGTH.exec(word.trim()) ?? []
  if (amount === undefined) return undefined
  const mm = Number(amount) * (UNITS[unit.toLowerCase()] ?? 1)
  return Number(mm.toFixed(6))
}
