import { PlotdError } from '../../../src/errors.ts'
import { calibrationOf, profileNamed } from '../../../src/index.ts'
import { type PenTimes, rowTimes, SHEETS, type Sheet, SIDE_MM } from './sheets.ts'

/** A profile in the configuration: a name, or a base with the fields that differ. */
export type ConfiguredProfile = string | Readonly<Record<string, unknown>>

export interface Change {
  /** The changed profile; undefined when no field of a profile holds the numbers of this sheet. */
  readonly profile: ConfiguredProfile | undefined
  readonly message: string
}

/**
 * The change of a profile by the numbers that a user read from a sheet. The machine drew the sheet with its present
 * calibration. So for `square` plotd multiplies the old and the measured scales, and adds the skews.
 *
 * @throws PlotdError ERR_PARAMS when the sheet asks for other numbers, ERR_PROFILE_INVALID for an unknown base
 */
export function changeBy(sheet: Sheet, numbers: readonly number[], profile: ConfiguredProfile): Change {
  const { numbers: expectedCount, asks } = SHEETS[sheet]
  const [first = Number.NaN, second = 0, third = 0, fourth = 0] = numbers
  if (numbers.length !== expectedCount || !numbers.every((value) => Number.isFinite(value) && value >= 0))
    throw new PlotdError('ERR_PARAMS', `--measured ${numbers.join(' ')}: expected ${asks}`)
  const old = typeof profile === 'string' ? { base: profile } : profile
  const base = profileNamed(String(old['base']))
  if (sheet === 'heights')
    return {
      profile: { ...old, pen: { ...group(old, 'pen'), downPercent: first } },
      message: `The pen draws at a height of ${first} %.`,
    }
  if (sheet === 'pen') return penChange(first, second, old, base)
  if (sheet === 'speed') {
    const present = Number(group(old, 'down')['speed'] ?? base.down.speed)
    const speed = Math.round(present * first) / 100
    return {
      profile: { ...old, down: { ...group(old, 'down'), speed } },
      message: `The machine draws at ${speed} mm/s.`,
    }
  }
  if (sheet === 'lines')
    return {
      profile: undefined,
      message:
        `The pen draws lines ${first} mm wide. Give this width to tasks that draw a QR code: --pen ${first}, or ` +
        `--code-pen ${first} for a postcard.`,
    }
  if (sheet === 'backlash')
    return {
      profile: undefined,
      message:
        first < 0.1
          ? `${first} mm is small. No change is needed.`
          : `${first} mm of play: tighten the belts, and look for a loose pulley. plotd cannot correct play.`,
    }
  return squareChange({ top: first, left: second, falling: third, rising: fourth }, old)
}

type Base = ReturnType<typeof profileNamed>

const group = (profile: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> =>
  (profile[name] as Readonly<Record<string, unknown>> | undefined) ?? {}

/** The full times in which the pen of a configured machine rises and comes down, ms. */
export function penTimes(profile: ConfiguredProfile): PenTimes {
  const old = typeof profile === 'string' ? { base: profile } : profile
  const { raiseMs, lowerMs } = { ...profileNamed(String(old['base'])).pen, ...group(old, 'pen') }
  return { raiseMs, lowerMs }
}

/** Longest delay between a command to an EBB's servo and the start of the servo's motion: one frame, ms. */
const FRAME_MS = 24

/**
 * Changes the pen times of a profile. On an EBB with firmware 3 the pen begins to fall `leadMs` before a travel ends.
 * `leadMs` is the measured `touchMs` less one servo frame and one row of the sheet, so that the pen cannot touch early.
 */
function penChange(clearMs: number, touchMs: number, old: Exclude<ConfiguredProfile, string>, base: Base): Change {
  const full = penTimes(old)
  if (clearMs > full.raiseMs || touchMs > full.lowerMs)
    throw new PlotdError(
      'ERR_PARAMS',
      `--measured ${clearMs} ${touchMs}: expected two numbers of the sheet, up to ${full.raiseMs} and ${full.lowerMs}`,
    )
  // A pen that drags over less than the width of its line leaves no visible hook on the sheet. So the profile gets the
  // times of the next row.
  const next = (ms: number, fullMs: number): number => Math.min(fullMs, ms + (rowTimes(fullMs)[1] ?? 0))
  const times = { clearMs: next(clearMs, full.raiseMs), touchMs: next(touchMs, full.lowerMs) }
  const leadMs = Math.max(0, Math.round(touchMs - FRAME_MS - (rowTimes(full.lowerMs)[1] ?? 0)))
  const lead = base.dialect === 'ebb' ? { leadMs } : {}
  return {
    profile: { ...old, pen: { ...group(old, 'pen'), ...times, ...lead } },
    message:
      `With one row more for safety, the machine travels ${times.clearMs} ms after the pen began to rise, and draws ` +
      `${times.touchMs} ms after the pen began to fall.` +
      (base.dialect === 'ebb' ? ` On firmware 3 the pen begins to fall ${leadMs} ms before a travel ends.` : ''),
  }
}

function squareChange(measured: Parameters<typeof calibrationOf>[0], old: Readonly<Record<string, unknown>>): Change {
  const drawn = calibrationOf(measured, SIDE_MM)
  const { scaleX = 1, scaleY = 1, skewDegrees = 0 } = group(old, 'calibration') as Record<string, number>
  const calibration = {
    scaleX: rounded(scaleX * (drawn.scaleX ?? 1)),
    scaleY: rounded(scaleY * (drawn.scaleY ?? 1)),
    skewDegrees: rounded(skewDegrees + (drawn.skewDegrees ?? 0)),
  }
  const { scaleX: x, scaleY: y, skewDegrees: skew } = calibration
  return {
    profile: { ...old, calibration },
    message: `Without correction, 1 mm is ${x} mm along x and ${y} mm along y, and y leans by ${skew}°. plotd corrects this.`,
  }
}

const rounded = (value: number): number => Math.round(value * 1e5) / 1e5
