import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PacedSocket, Pacer } from '../../../src/daemon/server/paced-socket.ts'
import { until } from '../../support/until.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a pacer', () => {
  it('lets short steps pass in one turn', async () => {
    const pacer = new Pacer(() => 0)
    const steps: number[] = []
    for (let i = 0; i < 50; i++) pacer.take(() => steps.push(i))
    await turn()
    expect(steps).toHaveLength(50)
  })

  it('lets the promises of a step settle before the next step', async () => {
    const pacer = new Pacer(() => 0)
    const order: string[] = []
    const answer = async (name: string): Promise<void> => {
      for (let i = 0; i < 9; i++) await Promise.resolve()
      order.push(`answer ${name}`)
    }
    for (const name of ['a', 'b'])
      pacer.take(() => {
        order.push(`step ${name}`)
        void answer(name)
      })
    await turn()
    expect(order).toEqual(['step a', 'answer a', 'step b', 'answer b'])
  })

  it('waits, after a long step, until later turns have made up for most of its time', async () => {
    let now = 0
    const pacer = new Pacer(() => now)
    const begun: number[] = []
    let turns = 0
    for (let i = 0; i < 5; i++) {
      pacer.take(() => {
        begun.push(turns)
        now += 11
      })
    }
    for (; turns < 40; turns++) await turn()
    expect(begun).toHaveLength(5)
    // Each turn makes up for 2 of the 11 ms, and the next step begins when less than 2 ms are left.
    for (const [i, at] of begun.entries()) if (i > 0) expect(at - (begun[i - 1] ?? 0)).toBeGreaterThanOrEqual(4)
  })

  it('keeps the order of waiting steps', async () => {
    let now = 0
    const pacer = new Pacer(() => now)
    const steps: number[] = []
    const step = (i: number) => () => {
      steps.push(i)
      now += 5
    }
    for (let i = 0; i < 4; i++) pacer.take(step(i))
    for (let i = 0; i < 8; i++) await turn()
    pacer.take(step(4))
    for (let i = 0; i < 20; i++) await turn()
    expect(steps).toEqual([0, 1, 2, 3, 4])
  })
})

describe('a paced socket', () => {
  const open: { destroy(): void }[] = []
  afterEach(() => {
    for (const each of open.splice(0)) each.destroy()
  })

  /** Both ends of a connection. The end `near` is paced. */
  async function pair(pacer = new Pacer()) {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const port = (server.address() as { port: number }).port
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const [raw] = (await once(server, 'connection')) as [Socket]
    server.close()
    const near = new PacedSocket(raw, pacer)
    open.push(far, near)
    return { near, far, raw }
  }
  const all = async (stream: AsyncIterable<Buffer>) => {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))

  it('passes every byte on in order, then the end, both ways', async () => {
    const { near, far } = await pair()
    far.end(bytes)
    near.cork()
    near.write(bytes.subarray(0, 1000))
    near.write(bytes.subarray(1000))
    near.uncork()
    near.end()
    const [there, here] = await Promise.all([all(far), all(near)])
    expect(here.equals(bytes)).toBe(true)
    expect(there.equals(bytes)).toBe(true)
  })

  it('holds no bytes if the system accepts them immediately, however many they are', async () => {
    const { near, far } = await pair()
    let held = 0
    for (let i = 0; i < 200; i++) {
      near.write(bytes.subarray(0, 1000))
      held = Math.max(held, near.writableLength)
    }
    expect(held).toBe(0)
    near.end()
    expect(await all(far)).toHaveLength(200_000)
  })

  it('writes the bytes of a turn in one call, after the code of the turn has run', async () => {
    const { near, far, raw } = await pair()
    const write = vi.spyOn(raw, 'write')
    for (let i = 0; i < 16; i++) {
      near.gather()
      near.write(bytes.subarray(i * 100, (i + 1) * 100))
    }
    expect(write).not.toHaveBeenCalled()
    await turn()
    expect(write).toHaveBeenCalledOnce()
    near.end()
    expect((await all(far)).equals(bytes.subarray(0, 1600))).toBe(true)
  })

  it('loses no gathered bytes at a flush or at the end', async () => {
    const { near, far } = await pair()
    near.gather()
    near.write(bytes)
    expect(near.writableLength).toBe(bytes.length)
    near.flush()
    near.gather()
    near.write('and more')
    near.end()
    expect(await all(far)).toHaveLength(bytes.length + 8)
  })

  it('reads at most 3072 bytes in a step, so that few messages come at a time', async () => {
    const { near, far } = await pair()
    far.end(bytes)
    const sizes: number[] = []
    for await (const chunk of near as AsyncIterable<Buffer>) sizes.push(chunk.length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3072)
  })

  it('ends when its peer ends without having sent bytes', async () => {
    const { near, far } = await pair()
    far.end()
    expect(await all(near)).toHaveLength(0)
  })

  it('reads nothing in the turns that make up for a long step', async () => {
    let now = 0
    const pacer = new Pacer(() => now)
    const { near, far } = await pair(pacer)
    let received = 0
    near.on('data', ({ length }: Buffer) => {
      received += length
    })
    pacer.take(() => {
      now += 1000
    })
    far.write('x')
    for (let i = 0; i < 50; i++) await turn()
    expect(received).toBe(0)
  })

  it('closes with its peer, and drops the bytes that were not read by then', async () => {
    const { near, far } = await pair()
    near.on('error', () => {})
    near.pause()
    near.read()
    far.write('x')
    await until(() => near.readableLength > 0)
    const closed = new Promise((resolve) => near.once('close', resolve))
    far.resetAndDestroy()
    await closed
    expect(near.read()).toBeNull()
    expect(near.read(1)).toHaveLength(0)
  })

  it('ends the connection when it is destroyed', async () => {
    const { near, far } = await pair()
    near.destroy()
    far.resume()
    await once(far, 'end')
  })
})
