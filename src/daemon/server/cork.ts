import type { Duplex } from 'node:stream'

const corked = new Set<Duplex>()

/** Holds back what is written to a socket until the end of this turn: many answers and events go out in one system call. */
export function corkForTurn(socket: Duplex): void {
  if (corked.has(socket)) return
  if (corked.size === 0) process.nextTick(uncorkAll)
  corked.add(socket)
  socket.cork()
}

/** Writes now what is held back. */
export function uncork(socket: Duplex): void {
  if (corked.delete(socket)) socket.uncork()
}

/** Ticks come after all promises that are settled by now. */
function uncorkAll(): void {
  for (const socket of corked) socket.uncork()
  corked.clear()
}
