import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { SOCKET_FILE } from '../protocol/places.ts'

/** Bytes of a socket's path with its end, on the system that allows least: macOS (unix(4)). */
const SUN_PATH = 104

/** The socket file for programs of this user; undefined where the system allows none. */
export function socketPath(state: string, platform: string = process.platform): string | undefined {
  const path = join(state, SOCKET_FILE)
  return platform === 'win32' || Buffer.byteLength(path) >= SUN_PATH ? undefined : path
}

/**
 * Listens on the socket file, for this user only. Replaces a file that a killed daemon left: the lock of the state folder
 * proves that nobody listens. @throws the system's error
 */
export async function listenLocally(server: Server, path: string): Promise<void> {
  await rm(path, { force: true })
  // The file is made in this turn: it belongs to its user alone from its first moment.
  const before = process.umask(0o177)
  try {
    server.listen(path)
  } finally {
    process.umask(before)
  }
  await once(server, 'listening')
  await chmod(path, 0o600)
}
