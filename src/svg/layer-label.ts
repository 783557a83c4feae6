import { PlotdError } from '../errors.ts'
import type { Layer, LayerOptions } from '../geometry/drawing.ts'

/** The parsed label of a layer. */
export interface LayerLabel {
  /** Whether the label starts with `%`. Such a layer is visible in pictures and is not plotted. */
  readonly isHidden: boolean
  /** The number before the text; undefined when there is none. */
  readonly number: number | undefined
  readonly options: LayerOptions
  /** The rest of the label. */
  readonly name: string
}

const MAX_LAYER_NUMBER = 1000

/** Longest delay, ms: 24.8 days, the longest time of a timer. */
const LONGEST_DELAY_MS = 2 ** 31 - 1

/** The option and the range of each flag. */
const FLAGS: Readonly<
  Record<
    string,
    { readonly key: Exclude<keyof LayerOptions, 'pauseBefore'>; readonly from: number; readonly to: number }
  >
> = {
  H: { key: 'penDownPercent', from: 0, to: 100 },
  S: { key: 'speedPercent', from: 1, to: 110 },
  D: { key: 'delayMs', from: 1, to: LONGEST_DELAY_MS },
}

/** A full stop is a separator only before a blank: `0.5 mm` is layer 0 with the name `.5 mm`. */
const SEPARATOR = /^\s*(?:[-–—_:)]+|\.(?=\s))/

/**
 * Parses a layer's label by AxiDraw's grammar, for example `!3+D500+H20+S40 red`. A label may have these parts, in this
 * order:
 *
 * - `%`: the layer is not plotted, and the rest of the label has no effect.
 * - `!`: pause before the layer.
 * - 0 … 1000: the number of the layer.
 * - flags, upper or lower case: `+H0..100` pen height while drawing, `+S1..110` speed, `+D1..2147483647` delay in ms.
 *   The last flag of a kind wins. A value outside its range has no effect, as in AxiDraw's software.
 * - free text.
 *
 * Leading blanks are ignored, and so are separators between number and text: `1-red pen`, `2_hills`, `3: sea`.
 */
export function parseLayerLabel(label: string): LayerLabel {
  const text = label.trim()
  if (text.startsWith('%')) return { isHidden: true, number: undefined, options: {}, name: text.slice(1).trim() }

  const hasPause = text.startsWith('!')
  const afterPause = hasPause ? text.slice(1).trimStart() : text
  const digits = /^\d+/.exec(afterPause)?.[0] ?? ''
  const isNumber = digits !== '' && Number(digits) <= MAX_LAYER_NUMBER
  const { options, rest } = takeFlags(isNumber ? afterPause.slice(digits.length) : afterPause)
  return {
    isHidden: false,
    number: isNumber ? Number(digits) : undefined,
    options: hasPause ? { pauseBefore: true, ...options } : options,
    name: isNumber ? rest.replace(SEPARATOR, '').trim() : rest.trim(),
  }
}

function takeFlags(text: string): { options: LayerOptions; rest: string } {
  let options: LayerOptions = {}
  let rest = text.trimStart()
  for (;;) {
    const [whole = '', letter = '', digits = ''] = /^\+([hsd])\s*(\d+)\s*/i.exec(rest) ?? []
    const flag = FLAGS[letter.toUpperCase()]
    const value = Number(digits)
    if (flag === undefined) return { options, rest }
    if (value >= flag.from && value <= flag.to) options = { ...options, [flag.key]: value }
    rest = rest.slice(whole.length)
  }
}

/**
 * The label of a layer, which `parseLayerLabel` parses. A hyphen stands before a name that would be read as a flag or
 * a separator. A pen above 1000 is in an attribute, see `penText`.
 */
export function layerLabel({ name, pen, options }: Pick<Layer, 'name' | 'pen' | 'options'>): string {
  const flags = [
    options.penDownPercent === undefined ? '' : `+H${options.penDownPercent}`,
    options.speedPercent === undefined ? '' : `+S${options.speedPercent}`,
    options.delayMs === undefined || options.delayMs === 0 ? '' : `+D${options.delayMs}`,
  ].join('')
  const start = `${options.pauseBefore ? '!' : ''}${Math.min(pen, MAX_LAYER_NUMBER)}${flags}`
  const label = `${start} ${name}`.trim()
  return parseLayerLabel(label).name === name.trim() ? label : `${start} - ${name}`.trim()
}

/**
 * Checks that a label and attributes can hold a pen and options.
 *
 * @throws PlotdError ERR_PARAMS that names a value that a reader would ignore
 */
export function checkLayer({ pen, options }: Pick<Layer, 'pen' | 'options'>): void {
  // AxiDraw has a layer 0, which means pen 1. `layerPen` reads at most 15 digits.
  requireWhole('pen', pen, 0, 1e15 - 1)
  for (const { key, from, to } of Object.values(FLAGS))
    requireWhole(key, options[key], key === 'delayMs' ? 0 : from, to)
  for (const key of Object.values(TIMES)) requireWhole(key, options[key], 0, LONGEST_MS)
}

function requireWhole(what: string, value: number | undefined, from: number, to: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= from && value <= to)) return
  throw new PlotdError('ERR_PARAMS', `${what} must be a whole number from ${from} to ${to}, got ${value}`)
}

const PEN = 'data-plotd-pen'

/** The pen above 1000 that an attribute of a layer names; undefined when the attribute is missing or invalid. */
export function layerPen(attributes: Readonly<Record<string, string | undefined>>): number | undefined {
  const text = attributes[PEN] ?? ''
  return /^\d{4,15}$/.test(text) && Number(text) > MAX_LAYER_NUMBER ? Number(text) : undefined
}

/** A pen above 1000 as text for the start tag: the inverse of `layerPen`. */
export const penText = (pen: number): string => (pen > MAX_LAYER_NUMBER ? ` ${PEN}="${pen}"` : '')

const EMPTY = 'data-plotd-empty'

/** Whether a layer counts as a layer of the drawing although it has no strokes. */
export const isKeptEmpty = (attributes: Readonly<Record<string, string | undefined>>): boolean =>
  attributes[EMPTY] !== undefined

/** The attribute of a layer for which `isKeptEmpty` is true, as text for the start tag. */
export const EMPTY_TEXT = ` ${EMPTY}="true"`

/** Attributes of a layer on a calibration sheet, each with the option that it sets. */
const TIMES = { 'data-plotd-clear-ms': 'clearMs', 'data-plotd-touch-ms': 'touchMs' } as const
const LONGEST_MS = 10_000

/** The times that the attributes of a layer set, as options. A value outside of 0 … 10,000 ms has no effect. */
export function layerTimes(attributes: Readonly<Record<string, string | undefined>>): LayerOptions {
  const times = Object.entries(TIMES).map(([attribute, key]) => [key, attributes[attribute]] as const)
  const valid = times.filter(([, text]) => text !== undefined && /^\d+$/.test(text) && Number(text) <= LONGEST_MS)
  return Object.fromEntries(valid.map(([key, text]) => [key, Number(text)]))
}

/** The times as text for the start tag: the inverse of `layerTimes`. */
export const timesText = (options: LayerOptions): string =>
  Object.entries(TIMES)
    .map(([attribute, key]) => (options[key] === undefined ? '' : ` ${attribute}="${options[key]}"`))
    .join('')
