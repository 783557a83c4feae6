import type { PlotdError } from '../../../../src/errors.ts'

/** The daemon's refusal of a form: the whole message, and the correction of each field. */
export interface Problem {
  readonly message: string
  /**
   * Corrections by the name of the field, as the schema spells it. A setting of the plot has 'plot.' before its name.
   */
  readonly fields: ReadonlyMap<string, string>
}

interface Issue {
  readonly field?: unknown
  readonly expected?: unknown
  readonly suggestion?: unknown
}

/** The key in `Problem.fields` of a path: 'address.0' → 'address', 'options.margin' → 'plot.margin'. */
const topOf = (field: string): string => {
  const [top = '', below = ''] = field.split('.')
  return top === 'options' && below !== '' ? `plot.${below}` : top
}

/** Sorts the daemon's refusal by field, so that each correction stands beside its field. */
export function problemOf({ message, detail }: Pick<PlotdError, 'message' | 'detail'>): Problem {
  const { issues, field: single } = detail as { readonly issues?: unknown; readonly field?: unknown }
  const fields = new Map<string, string>()
  if (issues === undefined && typeof single === 'string' && message.startsWith(`${single}: `)) {
    // The check in src/plotter/prepare/options.ts reports one setting of the plot as `field`, without issues.
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
  // The message about a single field often has more detail than the issue, such as the size of a text.
  if (only !== undefined && fields.size === 1 && message.startsWith(start)) {
    fields.set(only, message.slice(start.length))
  }
  return { message, fields }
}
