import { PlotdError } from '../../errors.ts'
import type { Profile } from './profile.ts'

type Fields = Readonly<Record<string, unknown>>

/** Whether a value is an object with fields, and no array. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Numbers that each profile must have, with the least and greatest allowed value. */
const NUMBERS: readonly (readonly [path: string, least: number, most: number])[] = [
  ['width', 1, 20_000],
  ['height', 1, 20_000],
  ['stepsPerMm', 0.1, 100_000],
  ['maxStepRate', 1, 100_000_000],
  ...(['down', 'up'] as const).flatMap((pen) => [
    [`${pen}.speed`, 0.01, 10_000] as const,
    [`${pen}.acceleration`, 0.1, 1_000_000] as const,
    [`${pen}.junctionDeviation`, 0.0001, 10] as const,
  ]),
  ['pen.upPercent', 0, 100],
  ['pen.downPercent', 0, 100],
  ['pen.raiseMs', 0, 60_000],
  ['pen.lowerMs', 0, 60_000],
]

/** Like NUMBERS, for the options of a dialect. */
const DIALECT_NUMBERS: Readonly<Record<Profile['dialect'], typeof NUMBERS>> = {
  ebb: [
    ['ebb.servoMin', 0, 65_535],
    ['ebb.servoMax', 0, 65_535],
    ['ebb.raiseRate', 1, 100_000],
    ['ebb.lowerRate', 1, 100_000],
    ['ebb.microstep', 1, 5],
  ],
  grbl: [],
  marlin: [],
  hpgl: [
    ['hpgl.pens', 1, 64],
    ['hpgl.penChangeMs', 0, 60_000],
    ['hpgl.bufferBytes', 240, 100_000_000],
    ['hpgl.baudRate', 75, 4_000_000],
    ['hpgl.unitMm', 0.000_1, 1],
    ['hpgl.origin.x', -1_000_000, 1_000_000],
    ['hpgl.origin.y', -1_000_000, 1_000_000],
  ],
}

/** Limits of a calibration. Beyond them, the profile is wrong or a number is mistyped. */
const CALIBRATION: typeof NUMBERS = [
  ['calibration.scaleX', 0.5, 2],
  ['calibration.scaleY', 0.5, 2],
  ['calibration.skewDegrees', -10, 10],
]

const gcodeNumbers = (dialect: 'grbl' | 'marlin'): typeof NUMBERS => [
  [`${dialect}.heights.at0`, -100_000, 100_000],
  [`${dialect}.heights.at100`, -100_000, 100_000],
  [`${dialect}.homeAt.x`, -100_000, 100_000],
  [`${dialect}.homeAt.y`, -100_000, 100_000],
]

/** Like DIALECT_NUMBERS, for numbers that may be absent. */
const OPTIONAL_NUMBERS: typeof DIALECT_NUMBERS = {
  ebb: [['ebb.servoPin', 0, 7]],
  grbl: [['grbl.lookAhead', 1, 10_000]],
  marlin: [
    ['marlin.servoMs', 0, 10_000],
    ['marlin.cruiseRatio', 0, 0.99],
  ],
  hpgl: [['hpgl.selectedAcceleration', 0.1, 1_000_000]],
}

/** The fields in the lists above that must be whole numbers. */
const WHOLE: ReadonlySet<string> = new Set([
  'ebb.microstep',
  'ebb.servoPin',
  'grbl.lookAhead',
  'hpgl.pens',
  'hpgl.bufferBytes',
])

type Choice = readonly [path: string, ...words: string[]]
const CHOICES: readonly Choice[] = [
  ['dialect', 'ebb', 'grbl', 'marlin', 'hpgl'],
  ['kinematics', 'cartesian', 'cartesian-yx', 'corexy'],
]
const DIALECT_CHOICES: Readonly<Record<Profile['dialect'], readonly Choice[]>> = {
  ebb: [],
  grbl: [],
  marlin: [['marlin.firmware', 'marlin', 'klipper']],
  hpgl: [['hpgl.flow', 'xon-xoff', 'hardware', 'ask']],
}

/** Fields that are true or false. A profile may leave them out. */
const FLAGS = ['homing', 'yUp', 'readsAtOnce', 'swapAxes', 'silent']

/**
 * Checks a profile field by field.
 *
 * @throws PlotdError ERR_PROFILE_INVALID; the detail has the first field at fault, its value and what is expected
 */
export function validProfile(value: unknown): Profile {
  if (!isFields(value)) throw invalid('profile', value, 'an object')
  checkNames(value)
  for (const field of ['name', 'title']) {
    const text = value[field]
    if (typeof text !== 'string' || text === '') throw invalid(field, text, 'a string that is not empty')
  }
  for (const choice of CHOICES) checkChoice(value, choice)
  const profile = value as unknown as Profile
  if (!isFields(value[profile.dialect])) throw invalid(profile.dialect, value[profile.dialect], "the dialect's options")
  for (const bounds of [...NUMBERS, ...DIALECT_NUMBERS[profile.dialect]]) checkNumber(value, bounds)
  for (const bounds of [...CALIBRATION, ...OPTIONAL_NUMBERS[profile.dialect]])
    if (read(value, bounds[0]) !== undefined) checkNumber(value, bounds)
  checkPens(value, profile.dialect)
  for (const [field, most] of OVERLAPS) checkOverlap(value, profile, field, most)
  for (const field of ['down.jerk', 'up.jerk']) checkJerk(value, profile.dialect, field)
  for (const choice of DIALECT_CHOICES[profile.dialect]) checkChoice(value, choice)
  for (const flag of FLAGS) checkFlag(value, `${profile.dialect}.${flag}`)
  checkPairs(value, profile.dialect)
  checkLines(value, profile.dialect)
  return profile
}

/** The allowed fields of a profile, and of the objects in it. `PEN` has the fields of the entries of `pens`. */
const KNOWN: Readonly<Record<string, string>> = {
  profile:
    'name title dialect width height kinematics stepsPerMm maxStepRate down up pen pens calibration ' +
    'ebb grbl marlin hpgl',
  calibration: 'scaleX scaleY skewDegrees',
  down: 'speed acceleration junctionDeviation jerk',
  up: 'speed acceleration junctionDeviation jerk',
  pen: 'upPercent downPercent raiseMs lowerMs clearMs touchMs leadMs',
  ebb: 'servoMin servoMax raiseRate lowerRate microstep servoPin',
  grbl: 'penUp penDown homing heights yUp homeAt start end lookAhead readsAtOnce',
  marlin: 'penUp penDown homing heights yUp homeAt start end firmware servoMs cruiseRatio',
  hpgl: 'pens penChangeMs bufferBytes flow baudRate origin swapAxes unitMm selectedAcceleration initialize silent',
  'grbl.heights': 'at0 at100',
  'grbl.homeAt': 'x y',
  'marlin.heights': 'at0 at100',
  'marlin.homeAt': 'x y',
  'hpgl.origin': 'x y',
}

/** Refuses unknown fields, because a misspelt field would have no effect. */
function checkNames(profile: Fields): void {
  for (const [object, names] of Object.entries(KNOWN)) {
    const fields = object === 'profile' ? profile : read(profile, object)
    if (fields === undefined) continue
    if (!isFields(fields)) throw invalid(object, fields, 'an object')
    for (const [field, value] of Object.entries(fields)) {
      const path = object === 'profile' ? field : `${object}.${field}`
      if (!names.split(' ').includes(field)) throw unknownField(path, value, 'profile')
    }
  }
}

function checkNumber(profile: Fields, [field, least, most]: (typeof NUMBERS)[number]): void {
  const value = read(profile, field)
  const isWhole = WHOLE.has(field)
  const isInRange = typeof value === 'number' && value >= least && value <= most
  if (!isInRange || (isWhole && !Number.isInteger(value)))
    throw invalid(field, value, `a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}`)
}

function checkChoice(profile: Fields, [field, ...words]: Choice): void {
  const value = read(profile, field)
  if (!words.some((word) => word === value)) throw invalid(field, value, `one of ${words.join(', ')}`)
}

function checkFlag(profile: Fields, field: string): void {
  const value = read(profile, field)
  if (value !== undefined && typeof value !== 'boolean') throw invalid(field, value, 'true or false')
}

/** Refuses a jerk limit for boards that plan their own motion: the limit works only in plotd's own planner. */
function checkJerk(profile: Fields, dialect: Profile['dialect'], field: string): void {
  const value = read(profile, field)
  if (value === undefined) return
  if (dialect !== 'ebb') throw invalid(field, value, `for ${dialect} boards, which plan their own motion: only for ebb`)
  checkNumber(profile, [field, 1, 1e9])
}

/** Times that let the motions of carriage and pen overlap, each with the field that is its upper limit. */
const OVERLAPS = [
  ['pen.clearMs', 'pen.raiseMs'],
  ['pen.touchMs', 'pen.lowerMs'],
  ['pen.leadMs', 'pen.lowerMs'],
] as const

/** Checks one of OVERLAPS, and refuses it on boards where it would have no effect. */
function checkOverlap(profile: Fields, { dialect }: Profile, field: string, most: string): void {
  const value = read(profile, field)
  if (value === undefined) return
  if (dialect === 'hpgl') throw invalid(field, value, 'for hpgl boards: they time their pens themselves')
  if (dialect !== 'ebb' && field === 'pen.leadMs') throw invalid(field, value, `for ${dialect} boards: only for ebb`)
  checkNumber(profile, [field, 0, Number(read(profile, most))])
}

/** Fields of a pen, with the least and greatest allowed value. */
const PEN: typeof NUMBERS = [
  ['pen', 1, 1000],
  ['dx', -100, 100],
  ['dy', -100, 100],
  ['dwellMs', 0, 60_000],
]

function checkPens(profile: Fields, dialect: Profile['dialect']): void {
  const pens = profile['pens']
  if (pens === undefined) return
  if (!Array.isArray(pens) || pens.length > 64 || !pens.every(isFields))
    throw invalid('pens', pens, 'a list of at most 64 pens')
  const numbers = pens.map((entry) => entry['pen'])
  for (const entry of pens) {
    for (const field of Object.keys(entry))
      if (!PEN.some(([name]) => name === field)) throw unknownField(`pens.${field}`, entry[field], 'pen')
    for (const [field, least, most] of PEN)
      if (field === 'pen' || entry[field] !== undefined) checkNumber({ pens: entry }, [`pens.${field}`, least, most])
    if (!Number.isInteger(entry['pen'])) throw invalid('pens.pen', entry['pen'], 'a whole number')
    if (dialect === 'hpgl' && entry['dwellMs'] !== undefined)
      throw invalid('pens.dwellMs', entry['dwellMs'], 'for hpgl boards: they time their pens themselves')
  }
  if (new Set(numbers).size < numbers.length) throw invalid('pens', numbers, 'a list that names each pen once')
}

/** If `heights` or `homeAt` is present, requires both of its numbers. */
function checkPairs(profile: Fields, dialect: Profile['dialect']): void {
  if (dialect !== 'grbl' && dialect !== 'marlin') return
  for (const bounds of gcodeNumbers(dialect))
    if (read(profile, bounds[0].replace(/\.\w+$/, '')) !== undefined) checkNumber(profile, bounds)
}

/** A line of G-code. A line break would make two lines of it, and the board would answer both. */
const LINE = /^[ -~]+$/

/** Checks the lines of G-code and the HP-GL in a profile. */
function checkLines(profile: Fields, dialect: Profile['dialect']): void {
  const initialize = read(profile, 'hpgl.initialize')
  if (initialize !== undefined && typeof initialize !== 'string')
    throw invalid('hpgl.initialize', initialize, 'a string')
  if (dialect !== 'grbl' && dialect !== 'marlin') return
  for (const field of ['penUp', 'penDown', 'start', 'end']) {
    const lines = read(profile, `${dialect}.${field}`)
    const isPen = field.startsWith('pen')
    if (lines === undefined && !isPen) continue
    const isList = Array.isArray(lines) && lines.every((line) => typeof line === 'string')
    const expected = isPen ? 'a list of at least one line of G-code' : 'a list of lines of G-code'
    if (!isList || (isPen && lines.length === 0)) throw invalid(`${dialect}.${field}`, lines, expected)
    const bad = lines.find((line) => !LINE.test(line))
    if (bad !== undefined) throw invalid(`${dialect}.${field}`, bad, 'one line of G-code in printable ASCII')
  }
}

const read = (from: Fields, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (isFields(value) ? value[key] : undefined), from)

function unknownField(field: string, value: unknown, owner: 'profile' | 'pen'): PlotdError {
  const expected = `a field of a ${owner}`
  return new PlotdError('ERR_PROFILE_INVALID', `${field} is not ${expected}`, { field, value, expected })
}

function invalid(field: string, value: unknown, expected: string): PlotdError {
  const message =
    value === undefined
      ? `${field} is missing: expected ${expected}`
      : `${field}: ${JSON.stringify(value)} is not ${expected}`
  return new PlotdError('ERR_PROFILE_INVALID', message, { field, value, expected })
}
