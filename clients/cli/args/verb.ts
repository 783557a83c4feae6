import type { AnyCommand } from './command.ts'

export interface Verb {
  readonly summary: string
  readonly group: Group
  /** Other words for it, from lp, lpstat, axicli and plain habit. */
  readonly also?: readonly string[]
  /** Typed all day: read without yargs where that changes nothing. */
  readonly quick?: true
  load(): Promise<AnyCommand>
}

export const GROUPS = {
  make: 'Send something to be drawn',
  queue: 'See and steer the queue',
  plotter: 'At the plotter',
  look: 'Look before you draw',
  house: 'The house',
} as const
export type Group = keyof typeof GROUPS
