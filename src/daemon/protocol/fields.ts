import ms, { type StringValue } from 'ms'
import { z } from 'zod'
import { PRIORITIES, STATUSES } from '../../spool/job.ts'
import { JOB_LIMITS, type Range } from '../../spool/job-fields.ts'
import { isoTime } from './iso-time.ts'

/* The fields that several methods share, with their descriptions for docs/protocol.md. */

export const id = z.string().min(1).max(JOB_LIMITS.id).meta({ description: 'id of a job' })
export const name = z.string().min(1).max(64).meta({ description: 'name of a plotter' })

const UP_TO_A_YEAR = { min: 1, max: 366 * 24 * 3600 * 1000 }

/** Milliseconds, or a duration as users write it: '2m', '1.5h'. Parsed to ms. */
export const durationIn = ({ min, max }: Range) =>
  z
    .union([z.number(), z.string().max(40)], { error: "expected milliseconds or a duration such as '2m'" })
    .transform((value, context) => {
      const milliseconds = typeof value === 'number' ? value : (ms((value.trim() || '-1') as StringValue) ?? -1)
      const rounded = Math.round(milliseconds)
      if (rounded >= min && rounded <= max) return rounded
      const message = `expected milliseconds or a duration such as '2m', of ${min} to ${max} ms`
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })

export const duration = durationIn(UP_TO_A_YEAR)

/** A moment: ms since 1970 or ISO 8601. Parsed to ms since 1970. */
export const moment = z
  .union([z.number(), z.string().max(40)], { error: 'expected ms since 1970 or an ISO 8601 date and time' })
  .transform((value, context) => {
    const time = Math.round(typeof value === 'number' ? value : isoTime(value))
    const { min, max } = JOB_LIMITS.runAt
    if (time >= min && time <= max) return time
    context.addIssue({ code: 'custom', message: 'expected ms since 1970 or an ISO 8601 date and time' })
    return z.NEVER
  })

/** A text of 1 to `most` characters. */
export const textUpTo = (most: number) => z.string().min(1).max(most)
export const inRange = ({ min, max }: Range) => z.number().min(min).max(max)

/** A priority: 1 … 100, higher first, or a name: high = 75, default = 50, low = 25. Parsed to the number. */
export const priority = z
  .union([inRange(JOB_LIMITS.priority).int(), z.enum(['high', 'default', 'low'])], {
    error: 'expected 1 to 100 (higher first), or high, default, low',
  })
  .transform((value) => (typeof value === 'number' ? value : PRIORITIES[value]))

/**
 * A field that may be absent. JSON has no `undefined`, so `maybe` accepts the same values as `exactOptional`. `maybe`
 * is faster, because `exactOptional` parses each absent field of each call, and builds errors that it then drops.
 */
export const maybe = <T extends z.ZodType>(field: T): z.ZodExactOptional<T> =>
  z.optional(field) as unknown as z.ZodExactOptional<T>

export const status = z.enum(STATUSES)

export const now = z
  .boolean()
  .default(false)
  .meta({ description: 'do not finish the stroke: brake and lift the pen at once; a resume continues from that point' })

export const count = z.number().int().min(0)
/** A finite length or coordinate on the wire, mm. The limits exceed the size of any machine. */
export const millimetres = z.number().min(-100_000).max(100_000)
