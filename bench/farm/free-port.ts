import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** These ports are below those that the system assigns by itself (Linux: 32768 to 60999). */
const [FIRST, END] = [20_000, 32_000]

/**
 * A free port of this machine, for a server that starts later, or starts again. The system does not assign this port
 * to another program by itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END)
    if (await isFree(port)) return port
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
