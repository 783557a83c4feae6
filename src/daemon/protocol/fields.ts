import ms, { type StringValue } from 'ms'
import { z } from 'zod'
import { PRIORITIES, STATUSES } from '../../spool/job.ts'

/** The fields that several methods share, each with the words that docs/protocol.md prints. */
export const id = z.string().min(1).max(64).meta({ description: 'id of a job' })
export const name = z.string().min(1).max(64).meta({ description: 'name of a plotter' })

const LONGEST_MS = 366 * 24 * 3600 * 1000

/** Milliseconds, or a duration as people write it: '2m', '1.5h'. Parsed to ms. */
export const duration = z
  .union([z.number(), z.string().max(40)], { error: "expected milliseconds or a duration such as '2m'" })
  .transform((value, context) => {
    const parsed = typeof value === 'number' ? value : ms((value.trim() || '-1') as StringValue)
    if (parsed > 0 && parsed <= LONGEST_MS) return Math.round(parsed)
    context.addIssue({ code: 'custom', message: "expected milliseconds or a duration such as '2m', up to a year" })
    return z.NEVER
  })

/** A moment: ms since 1970 or ISO 8601. Parsed to ms since 1970. */
export const moment = z
  .union([z.number(), z.string().max(40)], { error: 'expected ms since 1970 or an ISO 8601 date and time' })
  .transform((value, context) => {
    const parsed = typeof value === 'number' ? value : Date.parse(value)
    if (Number.isFinite(parsed) && Math.abs(parsed) < 8.64e15) return Math.round(parsed)
    context.addIssue({ code: 'custom', message: 'expected ms since 1970 or an ISO 8601 date and time' })
    return z.NEVER
  })

/** 1 … 100, higher first, or the names of it: high = 75, default = 50, low = 25. Parsed to the number. */
export const priority = z
  .union([z.number().int().min(1).max(100), z.enum(['high', 'default', 'low'])], {
    error: 'expected 1 to 100 (higher first), or high, default, low',
  })
  .transform((value) => (typeof value === 'number' ? value : PRIORITIES[value]))

/**
 * A field that may be left out. JSON has no `undefined`, so this accepts what `exactOptional` does; but that would parse
 * the absent value and build its errors, only to throw them away, for every such field of every call.
 */
export const maybe = <T extends z.ZodType>(field: T): z.ZodExactOptional<T> =>
  z.optional(field) as unknown as z.ZodExactOptional<T>

export const status = z.enum(STATUSES)

export const now = z
  .boolean()
  .default(false)
  .meta({ description: 'do not finish the stroke: brake, lift, and come back to that point on resume' })

export const count = z.number().int().min(0)
/** A length or coordinate on the wire: finite, and no larger than any machine. */
export const millimetres = z.number().min(-100_000).max(100_000)
