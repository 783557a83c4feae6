import type { PlotdError } from '../../../../src/errors.ts'

/** Why the daemon refuses a form: the whole message, and what is wrong with each field. */
export interface Problem {
  readonly message: string
  /** By name of the field, as the schema spells it; 'plot.' and the name for a setting of the plot. */
  readonly fields: ReadonlyMap<string, string>
}

interface Issue {
  readonly field?: unknown
  readonly expected?: unknown
  readonly suggestion?: unknown
}

/** A part of a path belongs to the field that it begins with: 'address.0' is shown beside `address`. */
const topOf = (field: string): string => {
  const [top = '', below = ''] = field.split('.')
  return top === 'options' && below !== '' ? `plot.${below}` : top
}

/** Sorts the daemon's refusal by field, so that each correction stands where it can be made. */
export function problemOf({ message, detail }: Pick<PlotdError, 'message' | 'detail'>): Problem {
  const { issues, field: single } = detail as { readonly issues?: unknown; readonly field?: unknown }
  const fields = new Map<string, string>()
  if (issues === undefined && typeof single === 'string' && message.startsWith(`${single}: `)) {
    // The planner names a setting of the plot in this way.
    return { message, fields: fields.set(`plot.${single}`, message.slice(single.length + 2)) }
  }
  for (const { field, expected, suggestion } of Array.isArray(issues) ? (issues as readonly Issue[]) : []) {
    if (typeof field !== 'string' || field === '' || typeof expected !== 'string') continue
    if (fields.has(topOf(field))) continue
    const hint = typeof suggestion === 'string' ? ` (did you mean ${suggestion}?)` : ''
    fields.set(topOf(field), `${expected}${hint}`)
  }
  const [only] = fields.keys()
  const start = `${only}: `
  // The message of a single field often says more than the issue: how much text there is, and how small it would be.
  if (only !== undefined && fields.size === 1 && message.startsWith(start))
    fields.set(only, message.slice(start.length))
  return { message, fields }
}
