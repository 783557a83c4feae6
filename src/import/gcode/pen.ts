import type { Channel, Levels, Move } from './moves.ts'

/** How a file lowers the pen. */
export interface PenRule {
  readonly isDown: (levels: Levels) => boolean
  /** Whether rapid moves with the pen down leave ink. A laser is off while it moves rapidly. */
  readonly drawsRapid: boolean
  /** A sentence for the user that says when the pen is down. */
  readonly message: string
}

/** The moves of a program at one value of a channel. */
interface Use {
  readonly value: number
  /** Length of the moves with a feed, mm. */
  drawn: number
  /** Length of the rapid moves, mm. */
  rapid: number
  /** How often the program comes to this value and moves there. */
  visits: number
  /** Visits without the first one and the last one of the program. */
  between: number
  /** Whether a rapid move raises the channel to this value. */
  isLift: boolean
}

/**
 * The channels in the order of preference: of channels that change equally often, the first decides. The servo comes
 * before Z, because a file with a servo may move Z for other reasons. Z comes before the fan and the outputs, because a
 * file with Z may switch them.
 */
const CHANNELS: readonly Channel[] = ['servo', 'spindle', 'z', 'fan']
const MAX_LEVELS = 10_000
const TITLES: Readonly<Partial<Record<Channel, string>>> = { servo: 'servo angle', spindle: 'S', fan: 'fan' }

const isOutput = (channel: string): channel is `output ${string}` => channel.startsWith('output ')

/**
 * Detects how a program lifts the pen. The channels are the servo (M280, M300), the spindle or laser (M3, M5), the Z
 * axis, a fan (M106), and an output (M7, M8, M42, M62 to M65, M67, M68). An output that is a coolant does not count.
 * The channel that changes most often decides:
 *
 * - Servo: the pen is up at each angle at which rapid moves are longer than drawn moves.
 * - Z: the pen is down at the lowest Z, and up from the first higher Z at which rapid moves are longer than drawn
 *   moves.
 * - Spindle, fan and output: the pen is up at each value that only rapid moves have.
 *
 * When rapid moves decide nothing:
 *
 * - Servo: the pen is up at the angle of the first move.
 * - Z: the pen is up from the highest Z at which the program often moves. If rapid moves raise Z, only the heights to
 *   which they raise Z count. If the program moves at none of these heights, the pen is up from the lowest of them.
 * - Spindle, fan and output: the pen is up at 0. If the program never sets 0, the pen is up at the value of the first
 *   move.
 *
 * With the spindle, the fan or an output, the pen is also up at 0 if only other values have drawn moves.
 *
 * @param downZ  the highest Z at which the pen is down, when the user gives it
 */
export function penRule(moves: readonly Move[], downZ?: number): PenRule {
  if (downZ !== undefined) return ruleAtMost(downZ, [])
  const outputs = Object.keys(moves.at(-1)?.levels ?? {}).filter(isOutput)
  const counts = [...CHANNELS, ...outputs].map((channel) => ({
    channel,
    changes: isOutput(channel) && isCoolant(moves, channel) ? 0 : changesOf(moves, channel),
  }))
  const most = Math.max(...counts.map(({ changes }) => changes))
  const channel = counts.find(({ changes }) => changes === most)?.channel
  if (most > 0 && channel !== undefined) {
    const uses = usesOf(moves, channel)
    return channel === 'z' ? ruleByHeight(uses) : ruleByLevel(moves, channel, uses)
  }
  const message = 'the file never lifts the pen: moves with a feed (G1, G2, G3) are drawn'
  return { isDown: () => true, drawsRapid: false, message }
}

/** Whether an output stays on during rapid and drawn moves, as coolant and the air of a laser do. */
const isCoolant = (moves: readonly Move[], output: Channel): boolean =>
  usesOf(moves, output).some(({ value, rapid, drawn }) => value !== 0 && rapid > 0 && drawn > 0)

/** How often the value of a channel changes. The first value that the program sets is no change. */
function changesOf(moves: readonly Move[], channel: Channel): number {
  let last: number | undefined
  let changes: number = 0
  for (const { levels } of moves) {
    const value = levels[channel]
    if (value !== undefined && last !== undefined && value !== last) changes++
    last = value
  }
  return changes
}

/** The first `MAX_LEVELS` values of a channel, ascending, with the length of the moves at each value. */
function usesOf(moves: readonly Move[], channel: Channel): Use[] {
  const uses = new Map<number, Use>()
  let last: Use | undefined
  for (const move of moves) {
    const value = move.levels[channel]
    if (value === undefined) continue
    let use = uses.get(value)
    if (use === undefined) {
      if (uses.size >= MAX_LEVELS) continue
      use = { value, drawn: 0, rapid: 0, visits: 0, between: 0, isLift: false }
      uses.set(value, use)
    }
    const length = lengthOf(move.line)
    if (length > 0 && use !== last) {
      use.visits++
      // The first visit does not count, and the last one is subtracted below.
      if (last !== undefined) use.between++
    }
    if (length > 0) last = use
    if (move.isRapid && value > (move.before[channel] ?? Infinity)) use.isLift = true
    if (move.isRapid) use.rapid += length
    else use.drawn += length
  }
  if (last !== undefined) last.between--
  return [...uses.values()].sort((a, b) => a.value - b.value)
}

function lengthOf(line: readonly number[]): number {
  let length = 0
  for (let i = 2; i < line.length; i += 2)
    length += Math.hypot((line[i] ?? 0) - (line[i - 2] ?? 0), (line[i + 1] ?? 0) - (line[i - 1] ?? 0))
  return length
}

/** The rule for the Z axis, as `penRule` describes it. */
function ruleByHeight(uses: readonly Use[]): PenRule {
  const lowest = uses[0]?.value ?? 0
  const highest = uses.at(-1)?.value ?? 0
  const higher = uses.filter(({ value }) => value > lowest)
  const lifts = higher.filter(({ isLift }) => isLift)
  const travels = higher.find(({ rapid, drawn }) => rapid > drawn)
  const lifted = travels ?? usualOf(lifts) ?? lifts[0]
  const above = (lifted ?? usualOf(higher))?.value ?? highest
  const below = uses.filter(({ value }) => value < above).map(({ value }) => value)
  const highestDown = below.at(-1) ?? lowest
  const candidates = lifts.length > 0 ? lifts : higher.filter(({ visits }) => visits > 0)
  return ruleAtMost(
    (highestDown + above) / 2,
    uses.map(({ value }) => value),
    travels === undefined && candidates.length > 1 && (lifted === undefined || lifted.drawn > 0),
  )
}

/**
 * The highest of the heights `uses` at which the program often moves; undefined if the program moves at none of them.
 * Still higher Z are for the start and the end. The program may move more often at a lower Z, which a ramp or a brush
 * needs.
 */
function usualOf(uses: readonly Use[]): Use | undefined {
  const mostVisits = Math.max(...uses.map(({ visits }) => visits))
  return uses.findLast(
    ({ visits, between }) => visits > 0 && (2 * visits >= mostVisits || between > 2 || 10 * between >= mostVisits),
  )
}

function ruleAtMost(limit: number, heights: readonly number[], isUnclear = false): PenRule {
  const usedHeights = heights.length === 0 ? '' : `; the file uses ${listOf(heights)} mm`
  const unclear = isUnclear ? '; the file does not show which of these heights draw' : ''
  return {
    isDown: ({ z }) => z !== undefined && z <= limit,
    drawsRapid: true,
    message: `the pen is down at Z of at most ${short(limit)} mm${usedHeights}${unclear}`,
  }
}

function ruleByLevel(moves: readonly Move[], channel: Channel, uses: readonly Use[]): PenRule {
  const first = moves.find(({ line, levels }) => line.length > 2 && levels[channel] !== undefined)?.levels[channel]
  // A program for a laser does not change S for rapid moves, so only a value without drawn moves means travel.
  const isTravel = ({ rapid, drawn }: Use): boolean => (channel === 'servo' ? rapid > drawn : rapid > 0 && drawn === 0)
  const travels = uses.filter(isTravel).map(({ value }) => value)
  const isSwitch = channel !== 'servo' && uses.some(({ value }) => value === 0)
  const startLevel = isSwitch ? 0 : (first ?? uses[0]?.value)
  const up = new Set(travels.length > 0 ? travels : [startLevel])
  // A program that moves the pen by S often ends with M5. M5 sets 0 and does not lower the pen. So 0 is no pen-down
  // value when another value draws the lines.
  const drawn = uses.filter((use) => use.drawn > 0 && !up.has(use.value))
  if (channel !== 'servo' && drawn.length > 0 && !drawn.some(({ value }) => value === 0)) up.add(0)
  const downs = uses.map(({ value }) => value).filter((value) => !up.has(value))
  return {
    isDown: (levels) => {
      const value = levels[channel]
      return value !== undefined && !up.has(value)
    },
    drawsRapid: channel === 'servo',
    message: `the pen is down at ${TITLES[channel] ?? 'output'} ${listOf(downs)}, and up at ${listOf([...up].map(Number))}`,
  }
}

const short = (value: number): string => String(Math.round(value * 1000) / 1000)

function listOf(values: readonly number[]): string {
  const list = values.slice(0, 6).map(short).join(', ')
  return values.length > 6 ? `${list} and ${values.length - 6} more` : list
}
