import {
  type Attributes,
  booleanOf,
  dpi,
  enumeration,
  integer,
  keyword,
  keywords,
  membersOf,
  numberOf,
  range,
  stringOf,
  stringsOf,
  UNSUPPORTED,
  type Value,
} from './ipp/values.ts'
import { defaultSheet, isWithin, largest, mediaCol, mediaNames, type Reach, sizeOfCol, sizeOfName } from './media.ts'

/** One job attribute that a client may set: its default, its supported values, and a check of a value. */
interface Choice {
  readonly standard?: readonly Value[]
  readonly supported: readonly Value[]
  accepts(values: readonly Value[]): boolean
}

/** Maximum number of copies of one job, as `plot.copies` allows. */
const MAX_COPIES = 1000
/** The usual resolution of raster pages, pixels per inch. */
export const RESOLUTION = 300
/** All resolutions of raster pages, pixels per inch. */
export const RESOLUTIONS: readonly number[] = [150, 180, 300, 360, 600, 720]

/** The numbers of pages that may share a sheet. */
const NUMBERS_UP: readonly number[] = [1, 2, 4, 6, 9, 16]

const PORTRAIT = 3
const LANDSCAPE = 4
const REVERSE_LANDSCAPE = 5
const REVERSE_PORTRAIT = 6

const number = (least: number, most: number) => (values: readonly Value[]) => {
  const value = numberOf(values)
  return values.length === 1 && value !== undefined && value >= least && value <= most
}

const oneOf = (...words: readonly string[]): Choice => ({
  standard: keywords(...words.slice(0, 1)),
  supported: keywords(...words),
  accepts: (values) => values.length === 1 && words.includes(stringOf(values) ?? ''),
})

const enums = (...numbers: readonly number[]): Choice => ({
  standard: numbers.slice(0, 1).map(enumeration),
  supported: numbers.map(enumeration),
  accepts: ([value, ...others]) => others.length === 0 && value?.is === 'enum' && numbers.includes(value.value),
})

/** The job template attributes of a printer (RFC 8011, section 5.2, and PWG 5100.7, 5100.13). */
export function templateOf(reaches: readonly Reach[], preferred: string): ReadonlyMap<string, Choice> {
  const fallback = defaultSheet(reaches, preferred)
  const { width, height } = largest(reaches)
  const fits = (size: { width: number; height: number } | undefined) =>
    size !== undefined &&
    Math.min(size.width, size.height) > 5 &&
    (reaches.some((reach) => isWithin(size.width, size.height, reach)) ||
      isWithin(size.width, size.height, { width, height }))
  return new Map<string, Choice>([
    ['copies', { standard: [integer(1)], supported: [range(1, MAX_COPIES)], accepts: number(1, MAX_COPIES) }],
    ['finishings', enums(3)],
    ['job-hold-until', oneOf('no-hold', 'indefinite')],
    ['job-priority', { standard: [integer(50)], supported: [integer(100)], accepts: number(1, 100) }],
    ['job-sheets', oneOf('none')],
    [
      'media',
      {
        standard: [keyword(fallback.name)],
        supported: keywords(...mediaNames(reaches)),
        accepts: (values) => fits(sizeOfName(stringOf(values) ?? '')),
      },
    ],
    [
      'media-col',
      {
        standard: [mediaCol(fallback)],
        supported: keywords(
          'media-bottom-margin',
          'media-left-margin',
          'media-right-margin',
          'media-size',
          'media-source',
          'media-top-margin',
          'media-type',
        ),
        accepts: (values) => fits(sizeOfCol(values)) || membersOf(values)?.has('media-size') === false,
      },
    ],
    ['multiple-document-handling', oneOf('separate-documents-collated-copies', 'separate-documents-uncollated-copies')],
    [
      'number-up',
      {
        standard: [integer(1)],
        supported: NUMBERS_UP.map(integer),
        accepts: (values) => values.length === 1 && NUMBERS_UP.includes(numberOf(values) ?? 0),
      },
    ],
    ['orientation-requested', enums(PORTRAIT, LANDSCAPE, REVERSE_LANDSCAPE, REVERSE_PORTRAIT)],
    // For face-up, CUPS would send the last page first.
    ['output-bin', oneOf('auto')],
    ['page-ranges', { supported: [{ is: 'boolean', value: true }], accepts: isPageRanges }],
    ['print-color-mode', oneOf('monochrome', 'color', 'auto')],
    ['print-content-optimize', oneOf('auto', 'photo')],
    ['print-quality', enums(4)],
    ['print-rendering-intent', oneOf('auto')],
    ['print-scaling', oneOf('auto', 'auto-fit', 'fill', 'fit', 'none')],
    [
      'printer-resolution',
      {
        standard: [dpi(RESOLUTION)],
        supported: RESOLUTIONS.map(dpi),
        accepts: ([value, ...others]) =>
          others.length === 0 && value?.is === 'resolution' && value.x === value.y && RESOLUTIONS.includes(value.x),
      },
    ],
    ['sides', oneOf('one-sided')],
  ])
}

function isPageRanges(values: readonly Value[]): boolean {
  let last = 0
  return values.every((value) => {
    if (value.is !== 'range' || value.low <= last || value.high < value.low) return false
    last = value.high
    return true
  })
}

/** The `-default` and `-supported` attributes of a template. */
export function* describe(template: ReadonlyMap<string, Choice>): Iterable<[string, readonly Value[]]> {
  for (const [name, { standard, supported }] of template) {
    if (standard) yield [`${name}-default`, standard]
    yield [`${name}-supported`, supported]
  }
}

/** Attributes that the printer accepts, but that have no effect on a drawing. */
const HARMLESS: ReadonlySet<string> = new Set([
  'job-name',
  'ipp-attribute-fidelity',
  'job-account-id',
  'job-accounting-user-id',
  'job-recipient-name',
  'job-mandatory-attributes',
])

/** The job attributes of a client, except those in `HARMLESS`: the supported ones, and the unsupported ones. */
export interface CheckedAttributes {
  readonly accepted: Attributes
  /**
   * The unsupported attributes for the answer. An attribute that the printer has keeps the client's value; any other
   * has the value `UNSUPPORTED`.
   */
  readonly unsupported: Attributes
}

export function checkAttributes(attributes: Attributes, template: ReadonlyMap<string, Choice>): CheckedAttributes {
  const accepted = new Map<string, readonly Value[]>()
  const unsupported = new Map<string, readonly Value[]>()
  for (const [name, values] of attributes) {
    const choice = template.get(name)
    if (choice?.accepts(values)) accepted.set(name, values)
    else if (choice) unsupported.set(name, values)
    else if (!HARMLESS.has(name)) unsupported.set(name, [UNSUPPORTED])
  }
  return { accepted, unsupported }
}

/** The supported job attributes in plotd's terms. */
export interface Order {
  readonly copies: number
  readonly isCollated: boolean
  /** Pages on a sheet. */
  readonly numberUp: number
  readonly priority: number
  readonly hold: boolean
  /** The size of the sheet that the client names, mm; absent when the client names none. */
  readonly sheet?: { readonly width: number; readonly height: number }
  readonly isLandscape: boolean
  readonly isUpsideDown: boolean
  readonly scaling: 'keep' | 'shrink' | 'fit' | 'fill'
  readonly isMonochrome: boolean
  /** Whether plotd also draws the pictures of a document. */
  readonly hasPictures: boolean
  /** Ranges of pages in order, which do not overlap; empty: all pages. */
  readonly pages: readonly { readonly from: number; readonly to: number }[]
}

const SCALINGS = { auto: 'shrink', 'auto-fit': 'shrink', fill: 'fill', fit: 'fit', none: 'keep' } as const

/** An absent attribute has its default. Without an attribute for the media, `sheet` is undefined. */
export function orderOf(accepted: Attributes): Order {
  const sheet = sizeOfCol(accepted.get('media-col')) ?? sizeOfName(stringOf(accepted.get('media')) ?? '')
  const orientation = numberOf(accepted.get('orientation-requested'))
  const scaling = stringOf(accepted.get('print-scaling')) as keyof typeof SCALINGS | undefined
  return {
    copies: numberOf(accepted.get('copies')) ?? 1,
    isCollated: stringOf(accepted.get('multiple-document-handling')) !== 'separate-documents-uncollated-copies',
    numberUp: numberOf(accepted.get('number-up')) ?? 1,
    priority: numberOf(accepted.get('job-priority')) ?? 50,
    hold: stringOf(accepted.get('job-hold-until')) === 'indefinite',
    ...(sheet && { sheet }),
    isLandscape: orientation === LANDSCAPE || orientation === REVERSE_LANDSCAPE,
    isUpsideDown: orientation === REVERSE_LANDSCAPE || orientation === REVERSE_PORTRAIT,
    scaling: SCALINGS[scaling ?? 'auto'],
    isMonochrome: (stringOf(accepted.get('print-color-mode')) ?? 'monochrome') === 'monochrome',
    hasPictures: stringOf(accepted.get('print-content-optimize')) === 'photo',
    pages: (accepted.get('page-ranges') ?? []).flatMap((value) =>
      value.is === 'range' ? [{ from: value.low, to: value.high }] : [],
    ),
  }
}

/** The names of unsupported attributes for which the client wants the printer to refuse the job. */
export function requiredNames(operation: Attributes, unsupported: Attributes): string[] {
  const mandatory = stringsOf(operation.get('job-mandatory-attributes') ?? [])
  const requiresAll = booleanOf(operation.get('ipp-attribute-fidelity')) ?? false
  return [...unsupported.keys()].filter((name) => requiresAll || mandatory.includes(name))
}
