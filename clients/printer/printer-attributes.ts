import { JOB_STATES, OPERATIONS } from './ipp/codes.ts'
import {
  type Attributes,
  boolean,
  dateTime,
  dpi,
  enumeration,
  integer,
  keyword,
  keywords,
  name,
  range,
  seconds,
  stringsOf,
  text,
  UNKNOWN,
  uri,
  type Value,
} from './ipp/values.ts'
import { customCol, customSize, MARGIN, mediaCol, mediaSize, reachOf, sheetsFor } from './media.ts'
import { ANY, jobsOf, stateOf, suppliesOf, type View } from './plotter-state.ts'
import { describe, RESOLUTION, RESOLUTIONS, templateOf } from './template.ts'

/** The properties of a printer besides the state of its plotters. */
export interface Identity {
  /** ipp://HOST:PORT/ipp/print/NAME as the client reaches it; ipps:// with TLS. */
  readonly uri: string
  /** The address of this server as a browser opens it. */
  readonly web: string
  /** The address of plotd's page. */
  readonly page: string
  readonly uuid: string
  readonly isSecure: boolean
  readonly needsPassword: boolean
  readonly version: string
  /** IPP name of the default sheet, or only the middle part of that name, such as 'a4'. */
  readonly media: string
  readonly mostBytes: number
  /** Start of the printers, ms since 1970. */
  readonly startedAt: number
  /** Last change of a plotter or of the paused queues, ms since 1970. */
  readonly changedAt: number
}

export const FORMATS = [
  'application/pdf',
  'image/svg+xml',
  'image/jpeg',
  'image/png',
  'text/plain',
  'image/pwg-raster',
  'image/urf',
  'application/octet-stream',
] as const

/** The format name by which a client leaves the choice to the printer. */
export const AUTO_FORMAT = 'application/octet-stream'

/** Long attributes. A client gets them only by their own names, not by `all` or by the name of a group. */
const LONG: ReadonlySet<string> = new Set(['media-col-database'])

const mime = (...types: readonly string[]): Value[] => types.map((value) => ({ is: 'mimeMediaType', value }))

/** All attributes of a printer (RFC 8011, section 5.4, and PWG 5100.14), in groups for `requested-attributes`. */
export function printerAttributes(view: View, identity: Identity, now: number) {
  const reaches = view.plotters.map(reachOf)
  const template = templateOf(reaches, identity.media)
  const sheets = sheetsFor(reaches)
  const job: [string, readonly Value[]][] = [
    ...describe(template),
    ['media-ready', keywords(...sheets.map((sheet) => sheet.name))],
    ['media-col-ready', sheets.map(mediaCol)],
    ['media-size-supported', [...sheets.map(mediaSize), customSize(reaches)]],
    ...['bottom', 'left', 'right', 'top'].map((side): [string, Value[]] => [
      `media-${side}-margin-supported`,
      [MARGIN],
    ]),
    ['media-source-supported', keywords('manual')],
    ['media-type-supported', keywords('stationery')],
    [
      'job-creation-attributes-supported',
      keywords(...template.keys(), 'job-name', 'ipp-attribute-fidelity', 'job-mandatory-attributes'),
    ],
    ['overrides-supported', keywords('document-number', 'pages')],
  ]
  const long: [string, readonly Value[]][] = [['media-col-database', [...sheets.map(mediaCol), customCol(reaches)]]]
  const description = Object.entries(descriptionOf(view, identity, now))
  return { template: new Map(job), description: new Map([...description, ...long]) }
}

/**
 * The attributes that a client requests: by their own names, or by `all`, `job-template` or `printer-description`. When
 * the client requests none, the attributes of `all`.
 */
export function selectAttributes(
  { template, description }: ReturnType<typeof printerAttributes>,
  requested: readonly Value[] | undefined,
): Attributes {
  const words = new Set(requested ? stringsOf(requested) : ['all'])
  const hasAll = words.has('all')
  const chosen = (from: ReadonlyMap<string, readonly Value[]>, group: string) =>
    [...from].filter(([key]) => words.has(key) || (!LONG.has(key) && (hasAll || words.has(group))))
  return new Map([...chosen(template, 'job-template'), ...chosen(description, 'printer-description')])
}

function descriptionOf(view: View, identity: Identity, now: number): Record<string, readonly Value[]> {
  const { state, reasons, message } = stateOf(view)
  const { uri: address, web, page, uuid, isSecure, needsPassword, version, mostBytes, startedAt, changedAt } = identity
  const title = view.name === ANY ? 'plotd (any plotter)' : `plotd ${view.name}`
  const [plotter] = view.plotters
  const model = view.name === ANY || plotter === undefined ? 'pen plotters' : plotter.profile
  const english: Value = { is: 'naturalLanguage', value: 'en' }
  return {
    'charset-configured': [utf8],
    'charset-supported': [utf8],
    'natural-language-configured': [english],
    'generated-natural-language-supported': [english],
    'ipp-versions-supported': keywords('1.1', '2.0'),
    'ipp-features-supported': keywords('ipp-everywhere'),
    'operations-supported': Object.values(OPERATIONS).map(enumeration),
    'printer-uri-supported': [uri(address)],
    'uri-security-supported': keywords(isSecure ? 'tls' : 'none'),
    'uri-authentication-supported': keywords(needsPassword ? 'basic' : 'requesting-user-name'),
    'printer-name': [name(view.name)],
    'printer-info': [text(title)],
    'printer-location': [text(plotter && view.name !== ANY ? (plotter.room ?? '') : '')],
    'printer-make-and-model': [text(`plotd ${model}`)],
    'printer-device-id': [text(`MFG:plotd;MDL:${model.replace(/[:;]/g, ' ')};CMD:PDF,SVG,JPEG,PNG,PWGRaster,URF;`)],
    'printer-more-info': [uri(page)],
    'printer-icons': [uri(`${web}/icon.png`)],
    'printer-uuid': [uri(`urn:uuid:${uuid}`)],
    'printer-firmware-name': [name('plotd')],
    'printer-firmware-string-version': [text(version)],
    'printer-geo-location': [UNKNOWN],
    'printer-organization': [text('')],
    'printer-organizational-unit': [text('')],
    'printer-kind': keywords('document', 'photo'),
    'printer-state': [enumeration(state)],
    'printer-state-reasons': keywords(...reasons),
    'printer-state-message': [text(message ?? '')],
    'printer-is-accepting-jobs': [boolean(true)],
    'printer-up-time': [seconds(now)],
    'printer-current-time': [dateTime(now)],
    'printer-state-change-time': [seconds(changedAt)],
    'printer-state-change-date-time': [dateTime(changedAt)],
    'printer-config-change-time': [seconds(startedAt)],
    'printer-config-change-date-time': [dateTime(startedAt)],
    'queued-job-count': [integer(jobsOf(view).length)],
    ...documentAttributes(mostBytes),
    ...jobAttributes(),
    ...rasterAttributes(),
    ...supplyAttributes(view, page),
  }
}

const utf8: Value = { is: 'charset', value: 'utf-8' }

const documentAttributes = (mostBytes: number): Record<string, readonly Value[]> => ({
  'document-format-supported': mime(...FORMATS),
  'document-format-default': mime(AUTO_FORMAT),
  'document-format-preferred': mime('application/pdf'),
  'compression-supported': keywords('none', 'deflate', 'gzip'),
  'pdl-override-supported': keywords('attempted'),
  'pdf-versions-supported': keywords('adobe-1.3', 'adobe-1.4', 'adobe-1.5', 'adobe-1.6', 'iso-32000-1_2008'),
  'pdf-k-octets-supported': [range(0, Math.floor(mostBytes / 1024))],
  'job-k-octets-supported': [range(0, Math.floor(mostBytes / 1024))],
  'jpeg-k-octets-supported': [range(0, Math.floor(mostBytes / 1024))],
  'color-supported': [boolean(true)],
  'pages-per-minute': [integer(1)],
  'pages-per-minute-color': [integer(1)],
})

const jobAttributes = (): Record<string, readonly Value[]> => ({
  'job-ids-supported': [boolean(true)],
  'preferred-attributes-supported': [boolean(false)],
  'multiple-document-jobs-supported': [boolean(false)],
  'multiple-operation-time-out': [integer(INCOMING_SECONDS)],
  'multiple-operation-time-out-action': keywords('abort-job'),
  'which-jobs-supported': keywords('not-completed', 'all', ...Object.keys(JOB_STATES)),
  'printer-get-attributes-supported': keywords('document-format'),
  'identify-actions-default': keywords('display'),
  'identify-actions-supported': keywords('display'),
  'job-account-id-supported': [boolean(false)],
  'job-accounting-user-id-supported': [boolean(false)],
})

/** A job waits this long for its document, s. */
export const INCOMING_SECONDS = 120

const URF_RESOLUTIONS = [150, RESOLUTION, 600]

const rasterAttributes = (): Record<string, readonly Value[]> => ({
  'pwg-raster-document-resolution-supported': RESOLUTIONS.map(dpi),
  'pwg-raster-document-sheet-back': keywords('normal'),
  'pwg-raster-document-type-supported': keywords('sgray_8', 'srgb_8', 'black_1', 'cmyk_8', 'srgb_16'),
  'urf-supported': keywords(
    'V1.4',
    'CP255',
    'W8',
    'SRGB24',
    `RS${URF_RESOLUTIONS.join('-')}`,
    'IS1',
    'MT1',
    'OB9',
    'PQ4',
    'FN3',
  ),
})

/** The pens as supplies: in the attributes `printer-supply` of PWG 5100.13, and in the attributes `marker` of CUPS. */
function supplyAttributes({ plotters }: View, page: string): Record<string, readonly Value[]> {
  const supplies = suppliesOf(plotters)
  return {
    'printer-supply': supplies.map(({ name: pen, level }) => octets(supply(pen, level))),
    'printer-supply-description': supplies.map((supply) => text(supply.name)),
    'printer-supply-info-uri': [uri(page)],
    'marker-names': supplies.map((supply) => name(supply.name)),
    'marker-types': supplies.map(() => keyword('ink')),
    'marker-colors': supplies.map(({ color }) => name(color)),
    'marker-levels': supplies.map(({ level }) => integer(level)),
  }
}

const supply = (pen: string, level: number): string =>
  `type=ink;maxcapacity=100;level=${level};class=supplyThatIsConsumed;unit=percent;colorantname=${pen.replace(/[;=]/g, ' ')};`

const octets = (value: string): Value => ({ is: 'octetString', value: Buffer.from(value) })
