/** The room `doctor`: the checks of `plotd doctor`, here in the order of its output. */
import { toPlotdError } from '../../../src/errors.ts'
import type { Io } from '../io/io.ts'
import { daemonAnswers, tokenIsPrivate } from './daemon-checks.ts'
import { modemManager, portsOpen, portsSeen, ptys } from './serial-checks.ts'
import { diskHasRoom, fontsLoad, nodeIsNew } from './system-checks.ts'

/** The result of a check. `remedy` is a command or an action that helps. */
export interface Finding {
  readonly state: 'good' | 'warn' | 'bad'
  readonly message: string
  readonly remedy?: string
}

export interface Check {
  readonly name: string
  run(io: Io): Finding | Promise<Finding>
}

const CHECKS: readonly Check[] = [
  nodeIsNew,
  fontsLoad,
  diskHasRoom,
  portsSeen,
  portsOpen,
  modemManager,
  ptys,
  tokenIsPrivate,
  daemonAnswers,
]

/** Runs the checks in order. A check that throws counts as `bad`. */
export async function* runChecks(io: Io): AsyncGenerator<Finding & { check: string }, void, void> {
  for (const check of CHECKS) {
    try {
      yield { check: check.name, ...(await check.run(io)) }
    } catch (thrown) {
      yield { check: check.name, state: 'bad', message: toPlotdError(thrown).message }
    }
  }
}
