import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadScript } from '../../src/threads.ts'
import { bareWebSocket } from './bare-websocket.ts'
import type { Open } from './engines.ts'
import { postcard } from './postcard.ts'

/** Number of characters that a submit has besides its job. */
const ENVELOPE = 130
/** Number of characters in the answer to a submit. */
const ANSWER = 560

/**
 * Sends messages over WebSockets, each as long as a submit, to a server that only answers. The rate of the server's
 * answers is the upper limit for a daemon on this machine.
 */
export const echo: Open = async (folder, clients) => {
  const script = fileURLToPath(threadScript('bench/spool/echo-server'))
  const socket = join(folder, 'socket')
  const child = spawn(process.execPath, [script, socket, String(ANSWER)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const all = await Promise.all(Array.from({ length: clients }, () => bareWebSocket(socket)))
  let next = 0
  return {
    name: 'a WebSocket server that stores nothing',
    group: 1,
    submit: () => all[next++ % clients]?.ask(JSON.stringify(postcard()) + ' '.repeat(ENVELOPE)),
    close: () => {
      for (const { close } of all) close()
      child.kill()
    },
  }
}
