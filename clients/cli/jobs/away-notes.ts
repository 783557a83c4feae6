import type { ClientOptions } from '../../node/client.ts'
import type { Io } from '../io/io.ts'
import { ProgressLine } from '../ui/progress-line.ts'

/**
 * Options of a client that follows jobs: the client tells the user that the connection is lost or back. With `--json`,
 * the client tells the user nothing.
 */
export function awayNotes({ json }: Io): Pick<ClientOptions, 'onLost' | 'onCaughtUp'> {
  if (json) return {}
  const line = new ProgressLine()
  return {
    onLost: () => line.keep('The connection to plotd is lost. This command goes on when plotd is back.'),
    onCaughtUp: () => line.keep('The connection to plotd is back.'),
  }
}
