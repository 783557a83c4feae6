import { readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { PlotdError } from '../../../src/errors.ts'
import { type Identity, identifyAddress, listPorts, type PortInfo } from '../../../src/index.ts'
import { candidateAt } from './usb-ids.ts'

/** A board that has answered. */
export interface Board {
  /** A path that stays the same when the board is plugged in again. Without such a path, the same as `device`. */
  readonly path: string
  /** The device file, or the link to it that the user named. For a board on the network, its `tcp://` address. */
  readonly device: string
  /** Options of the URL that the user gave, such as 'speed=20'. */
  readonly query: string
  readonly identity: Identity
}

/**
 * Asks the ports which boards they have. Nothing moves.
 *
 * @param port  asks only this port; undefined asks all USB ports. Built-in ports, ptys and `tcp://` addresses are asked
 *   only when they are named
 * @param skip  ports that a running daemon holds
 * @throws PlotdError ERR_TRANSPORT when no board answers, with the reason for each port
 */
export async function findBoards(port: string | undefined, skip: ReadonlySet<string>): Promise<Board[]> {
  const ports: readonly PortInfo[] =
    port === undefined ? (await listPorts()).filter(({ vendorId }) => vendorId !== undefined) : [{ path: pathIn(port) }]
  const query = port?.split('?')[1] ?? ''
  const held = new Set(await Promise.all([...skip].map(deviceAt)))
  const boards: Board[] = []
  const reasons: string[] = []
  for (const candidate of ports) {
    if (held.has(await deviceAt(candidate.path))) {
      reasons.push(`the running daemon holds ${candidate.path}`)
      continue
    }
    const answer = await identifyAddress(candidate.path, candidateAt(candidate)?.dialect)
    if (answer === undefined)
      reasons.push(`${candidate.path} does not answer as an EBB, grbl, Marlin, Klipper or HP-GL device`)
    else if ('error' in answer) reasons.push(answer.error)
    else boards.push({ path: await lastingPath(candidate.path), device: candidate.path, query, identity: answer })
  }
  if (boards.length > 0) return boards
  throw new PlotdError(
    'ERR_TRANSPORT',
    `no plotter was found: ${reasons.join('; ') || 'there is no USB serial port'}`,
    {
      remedy:
        'Check that the plotter is plugged in and switched on. Then run this command again, or name the port: `--port /dev/ttyUSB0`. ' +
        'Without a plotter: `plotd simulate ebb --link /tmp/axidraw` in a second terminal, and `--port /tmp/axidraw` here.',
    },
  )
}

/** The path in the URL of a port, without `serial:` and without options such as `?speed=20`. */
export const pathIn = (port: string): string => port.replace(/^serial:/, '').replace(/\?.*$/, '')

/** The plotter at this port; undefined when none is there. Port and URLs may name device files or links to them. */
export async function plotterAt<P extends { readonly url: string }>(
  port: string,
  plotters: readonly P[],
): Promise<P | undefined> {
  const device = await deviceAt(pathIn(port))
  const devices = await Promise.all(plotters.map(({ url }) => deviceAt(pathIn(url))))
  return plotters[devices.indexOf(device)]
}

/** The board of a configured plotter; undefined when the board of this plotter has not answered. */
export async function boardOf(entry: { readonly url: string } | undefined, boards: readonly Board[]) {
  if (entry === undefined) return undefined
  for (const board of boards) if (await plotterAt(board.device, [entry])) return board
  return undefined
}

/** The device file of a port. A `tcp://` address stays as it is. */
const deviceAt = (path: string): Promise<string> => realpath(path).catch(() => path)

const BY_ID = '/dev/serial/by-id'

/** The link in /dev/serial/by-id to a device, because the numbers of ports change. Without a link, the path. */
async function lastingPath(path: string): Promise<string> {
  for (const name of await readdir(BY_ID).catch(() => [])) {
    const link = join(BY_ID, name)
    if ((await deviceAt(link)) === path) return link
  }
  return path
}
