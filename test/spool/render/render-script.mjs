import { threadId } from 'node:worker_threads'
import { PlotdError } from '../../../dist/src/errors.js'
import { onThread } from '../../../dist/src/spool/render/render-thread.js'

/** The script of the threads in render-pool.test.ts. The input of a run names one of these deeds. */
const deeds = {
  whoami: () => ({ id: threadId }),
  echo: ({ value }) => ({ value }),
  talk: (_, tell) => {
    tell({ type: 'progress', done: 0.5 })
    tell({ type: 'warning', code: 'missing-glyph', message: 'no ☃', count: 2 })
    tell({ type: 'log', message: 'half way' })
    return 'said'
  },
  spin: (_, tell) => {
    tell({ type: 'progress', done: 0 })
    for (;;);
  },
  hoard: () => {
    const hoard = []
    for (;;) hoard.push(new Array(10_000).fill(Math.random()))
  },
  fill: () => {
    const buffers = []
    // The pauses let a busy main thread measure the memory before the memory of a small machine is full.
    const pause = new Int32Array(new SharedArrayBuffer(4))
    for (;;) {
      buffers.push(Buffer.alloc(2 ** 24, 1))
      Atomics.wait(pause, 0, 0, 20)
    }
  },
  exit: () => process.exit(3),
  throwLater: ({ value }) => {
    setTimeout(() => {
      throw value
    })
    return new Promise((done) => setTimeout(done, 60_000))
  },
  large: ({ bytes }) => ({ svg: 'x'.repeat(bytes) }),
  nested: ({ bytes }) => ({ drawing: { layers: [{ name: 'x', points: new Uint8Array(bytes - 1) }] } }),
  text: ({ bytes }) => 'x'.repeat(bytes),
  refuse: () => {
    throw new PlotdError('ERR_PARAMS', 'rings must be at least 1', { field: 'rings' })
  },
  stumble: () => undefined.nothing,
}

export const run = onThread((input, tell) => deeds[input.deed](input, tell))
