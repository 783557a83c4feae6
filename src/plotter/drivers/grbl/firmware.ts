import { isHold } from './hold.ts'
import { type GrblSettings, readSettings } from './settings.ts'

/** A firmware of grbl's family, from the answer to `$I`. */
export interface GrblFirmware {
  readonly name: 'grbl' | 'FluidNC' | 'grblHAL'
  /** The version that users see. The version of FluidNC and grblHAL contains the firmware's name. */
  readonly version: string
  /** The whole version line, with the name that a user gave the board. */
  readonly id: string
  /** Number of blocks that the firmware plans ahead; undefined when `$I` does not report it. */
  readonly blocks: number | undefined
}

const GRBL_BLOCKS = 15

function firmwareOf(info: readonly string[]): GrblFirmware {
  const text = info.join('\n')
  const version = (/\[VER:([^:\]]+)/.exec(text)?.[1] ?? 'unknown').trim()
  const blocks = Number(/\[OPT:[^,\]]*,(\d+)/.exec(text)?.[1] ?? Number.NaN)
  const name = nameIn(version, text)
  return {
    name,
    version: name === 'grblHAL' ? `grblHAL ${version}` : version,
    id: info.find((line) => line.startsWith('[VER:')) ?? version,
    blocks: Number.isFinite(blocks) ? blocks : undefined,
  }
}

function nameIn(version: string, info: string): GrblFirmware['name'] {
  if (/FluidNC/.test(version)) return 'FluidNC'
  return /\[FIRMWARE:grblHAL\]/i.test(info) ? 'grblHAL' : 'grbl'
}

/** The part of `GrblTalk` that is needed to read a board. */
interface BoardTalk {
  ask(line: string): Promise<string[]>
  reset(): Promise<void>
}

/** FluidNC's settings that `$$` does not list, with the numbers of the same settings in grbl and grblHAL. */
const NAMED: readonly (readonly [name: string, number: number])[] = [
  ['stepping/idle_ms', 1],
  ['junction_deviation_mm', 11],
  ['planner_blocks', 398],
]

/** The settings of a board, completed by the settings that FluidNC reports only by name. */
async function withNamed(settings: GrblSettings, { name }: GrblFirmware, talk: BoardTalk): Promise<GrblSettings> {
  if (name !== 'FluidNC') return settings
  const all = new Map(settings)
  for (const [setting, number] of NAMED) {
    // An older FluidNC may refuse a name. After a refusal `GrblTalk` sends no line until a reset.
    const lines = await talk.ask(`$/${setting}`).catch(async (error: unknown) => {
      if (isHold(error)) throw error
      await talk.reset()
      return []
    })
    const answer = lines.find((line) => line.startsWith(`$/${setting}=`))
    const value = Number(answer?.split('=')[1] ?? Number.NaN)
    if (Number.isFinite(value)) all.set(number, value)
  }
  return all
}

/**
 * The properties of a board that decide how long a plot takes: its look-ahead, how it reads lines, and how it waits.
 */
export interface GrblTiming {
  readonly blocks: number
  /** Whether the board reads lines as fast as they arrive. If so, a stroke begins when its first line arrives. */
  readonly readsAtOnce: boolean
  /** Each dwell lasts a multiple of this time, ms. */
  readonly dwellMs: number
  /** Whether the board reads no line for $1 ms after each motion. FluidNC and grblHAL free the motors later instead. */
  readonly waitsAtRest: boolean
}

function timingOf({ name, blocks }: GrblFirmware, settings: GrblSettings): GrblTiming {
  const all = name === 'FluidNC' ? (settings.get(398) ?? GRBL_BLOCKS + 1) - 1 : (blocks ?? GRBL_BLOCKS)
  return {
    blocks: all,
    readsAtOnce: name !== 'grbl',
    dwellMs: name === 'FluidNC' ? 1 : 50,
    waitsAtRest: name === 'grbl',
  }
}

/** A board's report of its firmware and settings. */
export interface GrblBoardInfo {
  readonly firmware: GrblFirmware
  readonly settings: GrblSettings
  readonly timing: GrblTiming
}

/** The defaults for a board that has not answered. */
export const UNKNOWN_BOARD: GrblBoardInfo = boardOf(firmwareOf([]), new Map())

function boardOf(firmware: GrblFirmware, settings: GrblSettings): GrblBoardInfo {
  return { firmware, settings, timing: timingOf(firmware, settings) }
}

/** Asks a board for its firmware and settings. */
export async function readBoard(talk: BoardTalk): Promise<GrblBoardInfo> {
  const firmware = firmwareOf(await talk.ask('$I'))
  return boardOf(firmware, await withNamed(readSettings(await talk.ask('$$')), firmware, talk))
}
