import type { ClientOptions } from '../../node/client.ts'
import type { Io } from '../io/io.ts'
import { ProgressLine } from '../ui/progress-line.ts'

/**
 * Options of a client that follows jobs: it tells the user when the connection is lost, and when it is back. With
 * `--json` it says nothing.
 */
export function awayNotes({ json }: Io): Pick<ClientOptions, 'onLost' | 'onCaughtUp'> {
  if (json) return {}
  const line = new ProgressLine()
  return {
    onLost: () => line.keep('The connection to plotd is lost. This command goes on when plotd is back.'),
    onCaughtUp: () => line.keep('The connection to plotd is back.'),
  }
}
