import { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PlotdClient } from '../../../clients/node/client.ts'
import { nodeTransport } from '../../../clients/node/connect.ts'
import { freePort } from '../../support/free-port.ts'
import { type MemoryServer, memoryServer } from '../../support/memory-server.ts'
import { WireProxy } from '../../support/wire-proxy.ts'

describe('a client', () => {
  let daemon: MemoryServer
  let proxy: WireProxy
  let client: PlotdClient
  let losses: string[]
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const port = await freePort()
    proxy = await WireProxy.to(port)
    daemon = await memoryServer({ port, hosts: [`127.0.0.1:${proxy.port}`] })
    losses = []
    const address = { ...daemon.address, url: `http://127.0.0.1:${proxy.port}` }
    client = new PlotdClient(address, nodeTransport(address), { onLost: (why) => losses.push(why) })
    await client.open()
  })
  afterEach(async () => {
    client.close()
    await proxy.close()
    await daemon.close()
    vi.useRealTimers()
  })

  it('notices that the network is gone, fails its call, and connects again', async () => {
    proxy.hold()
    const hold = client.call('queue.pause', {})
    const failed = expect(hold).rejects.toThrow('the connection was lost before the answer came (no answer for 60 s)')
    vi.advanceTimersByTime(40_000)
    expect(losses).toEqual([])
    vi.advanceTimersByTime(40_000)
    await failed
    expect(losses).toEqual(['no answer for 60 s'])
    proxy.release()
    expect(await client.call('server.info', {})).toMatchObject({ name: 'plotd' })
  })

  it('lets the operating system check that the connection is alive while a file is on its way', async () => {
    const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive')
    await client.upload('x')
    expect(keepAlive).toHaveBeenCalledWith(true, 20_000)
    keepAlive.mockRestore()
  })

  it('keeps a quiet connection whose daemon answers', async () => {
    for (let beat = 0; beat < 6; beat++) {
      vi.advanceTimersByTime(20_000)
      await client.call('server.info', {})
      await client.call('server.info', {}) // before this call, the daemon reads the client's answer to the daemon's ping
    }
    expect(losses).toEqual([])
  })
})
