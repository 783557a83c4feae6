import { beginningOf } from '../../../../src/values.ts'
import type { MergeOptions } from '../../../node/merge/index.ts'
import { duration, plural } from '../shared/format.ts'
import type { PlotRequest, PlotSettings } from './composition.ts'
import { paramsOf, type Schema, type Values } from './schema.ts'

/** The task that draws the cards. */
export const MERGE_TASK = 'postcard'
/** The entry in `MergeChoices.map` of a column that gives no parameter. */
export const UNUSED = ''
/** Parameters that no column may give. The merge numbers a card and its envelope by their row. */
const NEVER_MAPPED: ReadonlySet<string> = new Set(['strict', 'number', 'numberOn'])

/** The user's choices for a mail merge, besides the parameters of all cards. */
export interface MergeChoices {
  /** Column → parameter, or `UNUSED`. */
  readonly map: Readonly<Record<string, string>>
  /** The size of the envelopes; '' when there are none. */
  readonly envelopes: string
  /** The order of cards and envelopes, as in `EnvelopeOptions`. */
  readonly pairs: 'beside' | 'runs'
  /** The column that gives the order of the cards; '' is the order of the table. */
  readonly orderBy: string
}

/** Whether a column gives the parameter. */
export const isMapped = ({ map }: MergeChoices, param: string): boolean => Object.values(map).includes(param)

/** The parameters that columns may give: those of the card, and with envelopes those of the envelope. */
export function mappableParams(card: Schema, envelope: Schema, hasEnvelopes: boolean): string[] {
  const ofEnvelope = hasEnvelopes ? Object.keys(envelope.properties ?? {}) : []
  const names = new Set([...Object.keys(card.properties ?? {}), ...ofEnvelope])
  return [...names].filter((name) => !NEVER_MAPPED.has(name))
}

interface MergeForm {
  /** Parameters of all cards. */
  readonly values: Values
  readonly settings: PlotSettings
  readonly choices: MergeChoices
  readonly plot: PlotRequest | undefined
}

/** The schemas of the two tasks of a mail merge. */
interface MergeSchemas {
  readonly card: Schema
  readonly envelope: Schema
}

/**
 * The options of a mail merge that leaves out bad rows.
 *
 * @param file  the name of the table's file, which names the batch
 */
export function mergeOptions(
  file: string,
  { card, envelope }: MergeSchemas,
  { values, settings, choices, plot }: MergeForm,
): MergeOptions {
  const { map, envelopes, pairs, orderBy } = choices
  const { priority = 'default' } = settings
  const params = Object.fromEntries(
    Object.entries(paramsOf(card, values, settings.strict)).filter(([param]) => !isMapped(choices, param)),
  )
  // The merge refuses cards with addresses unless `side` is set. 'front' draws the cards without their addresses.
  const needsSide = isMapped(choices, 'address') && envelopes === ''
  const options: MergeOptions = {
    task: MERGE_TASK,
    params: needsSide ? { side: 'front', ...params } : params,
    map,
    bad: 'skip',
    batch: batchName(file),
    ...(orderBy !== '' && { orderBy }),
    job: { priority, ...(plot ? { plot } : {}) },
  }
  if (envelopes === '') return options
  const job = { priority, ...(plot ? { plot: envelopePlot(plot) } : {}) }
  return {
    ...options,
    envelopes: { params: paramsOf(envelope, { size: envelopes }, settings.strict), order: pairs, job },
  }
}

/** The plot of the envelopes: the plot of the cards without `pageSize`, `layers` and `fit`. */
function envelopePlot(plot: PlotRequest): PlotRequest {
  const { pageSize: _, layers: __, options = {}, ...rest } = plot
  const { fit: ___, ...others } = options
  return Object.keys(others).length === 0 ? rest : { ...rest, options: others }
}

/** The name of the batch: at most 100 characters of the name of the table's file, without the ending. */
const batchName = (file: string): string =>
  beginningOf((file.replace(/\.[^.]*$/, '') || file).replace(/\p{Cc}/gu, ''), 100)

/** Maximum number of cards whose time is computed. For all further cards the page takes the average of these times. */
const SAMPLES = 5

/** The rows to preview: the first, the last, and some at equal distances between them. */
export function sampleRows(rows: readonly number[]): number[] {
  const count = Math.min(SAMPLES, rows.length)
  const places = Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (rows.length - 1)) / (count - 1)),
  )
  return places.map((place) => rows[place] ?? 0)
}

/**
 * The number and the time of the cards: '194 cards, about 12 h 40 min of drawing'.
 *
 * @param seconds  the drawing times of some cards
 * @param sheets  sheets of each card
 */
export function totalWords(cards: number, seconds: readonly number[], sheets: number): string {
  const words = plural(cards, 'card')
  if (seconds.length === 0) return words
  const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length
  const about = cards > seconds.length ? 'about ' : ''
  return `${words}, ${about}${duration(mean * cards * sheets)} of drawing`
}

const normalize = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/** Usual names of columns, each with the parameter that such a column gives. */
const USUAL: Readonly<Record<string, string>> = { name: 'recipient', to: 'recipient', text: 'message' }

/**
 * A first mapping from columns to parameters. A column maps to the parameter of its name. A column with a usual name
 * maps to its usual parameter, unless another column maps to that parameter. All other columns map to `UNUSED`. The
 * result lacks columns without a name.
 */
export function firstMap(columns: readonly string[], params: readonly string[]): Record<string, string> {
  const own = (column: string) => params.find((param) => normalize(param) === normalize(column))
  const usedNames = new Set(columns.flatMap((column) => own(column) ?? []))
  const pairs = columns
    .filter((column) => column !== '')
    .map((column) => {
      const usual = USUAL[normalize(column)]
      const param = own(column)
      if (param !== undefined || usual === undefined || usedNames.has(usual)) return [column, param ?? UNUSED]
      usedNames.add(usual)
      return [column, usual]
    })
  return Object.fromEntries(pairs)
}
