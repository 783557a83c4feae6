import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { SOCKET_FILE } from '../protocol/places.ts'

/** Bytes of a path that a socket may have, its end included, on the system that allows least: macOS (unix(4)). */
const SUN_PATH = 104

/** Where programs of this user on this machine come in past the network; undefined where no such file can be. */
export function socketPath(state: string, platform: string = process.platform): string | undefined {
  const path = join(state, SOCKET_FILE)
  return platform === 'win32' || Buffer.byteLength(path) >= SUN_PATH ? undefined : path
}

/**
 * Listens there too, for its user only. What a killed daemon left is removed: the lock of the state folder says that
 * nobody listens. @throws what the system says
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
