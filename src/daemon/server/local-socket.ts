import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { SOCKET_FILE } from '../protocol/places.ts'

/** Maximum number of bytes of a socket's path with its final zero, on the strictest system: macOS (unix(4)). */
const SUN_PATH = 104

/** The socket file for programs of this user; undefined on Windows, and for a path that is too long. */
export function socketPath(state: string, platform: string = process.platform): string | undefined {
  const path = join(state, SOCKET_FILE)
  return platform === 'win32' || Buffer.byteLength(path) >= SUN_PATH ? undefined : path
}

/**
 * Listens on the socket file, for this user only. Replaces the file of a killed daemon, because the lock of the state
 * folder proves that no other daemon listens there.
 *
 * @throws the system's error
 */
export async function listenLocally(server: Server, path: string): Promise<void> {
  await rm(path, { force: true })
  // `listen` creates the file at once, so the mask applies from the file's first moment.
  const before = process.umask(0o177)
  try {
    server.listen(path)
  } finally {
    process.umask(before)
  }
  await once(server, 'listening')
  await chmod(path, 0o600)
}
