import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { Rounds } from '../../../src/daemon/events/fan-out.ts'
import type { FeedEntry } from '../../../src/daemon/methods/handlers.ts'
import type { Topic } from '../../../src/daemon/protocol/index.ts'
import { Frames, textFrame } from '../../../src/daemon/server/frames.ts'

describe('the rounds', () => {
  /** Telling one follower takes a millisecond on this clock. */
  function rounds() {
    let clock = 0
    const heard: number[] = []
    const all = new Rounds(() => clock)
    const follow = (name: number) =>
      all.follow(() => {
        clock++
        heard.push(name)
      })
    return { all, follow, heard }
  }

  it('go round a thousand followers in slices, and let the loop turn between them', async () => {
    const { all, follow, heard } = rounds()
    for (let i = 0; i < 1000; i++) follow(i)
    all.tell()
    expect(heard).toEqual([])
    const sizes: number[] = []
    for (let before = 0; heard.length < 1000; before = heard.length) {
      await turn()
      sizes.push(heard.length - before)
    }
    expect(Math.max(...sizes)).toBe(4)
    expect(heard).toEqual(Array.from({ length: 1000 }, (_, i) => i))
  })

  it('begin again for those who were passed before the latest news, once for all of it', async () => {
    const { all, follow, heard } = rounds()
    for (let i = 0; i < 6; i++) follow(i)
    all.tell()
    await turn()
    for (let i = 0; i < 50; i++) all.tell()
    for (let i = 0; i < 10; i++) await turn()
    expect(heard).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
  })

  it('pass by who left meanwhile', async () => {
    const { all, follow, heard } = rounds()
    const leave = Array.from({ length: 8 }, (_, i) => follow(i))
    all.tell()
    await turn()
    leave[6]?.()
    for (let i = 0; i < 5; i++) await turn()
    expect(heard).toEqual([0, 1, 2, 3, 4, 5, 7])
  })
})

describe('frames', () => {
  const entry = (seq: number): FeedEntry => {
    const topic: Topic = seq % 2 === 0 ? 'jobs' : 'plotters'
    return { seq, topic, name: 'job.removed', params: {}, text: `${seq}` }
  }
  const kept = (seq: number) => (seq > 10 ? entry(seq) : undefined)
  const everything: ReadonlySet<Topic> = new Set(['jobs', 'plotters'])

  it('are made once for all who stand at the same place and follow the same', () => {
    const frames = new Frames(kept)
    const first = frames.after(20, 24, everything)
    expect(frames.after(20, 24, new Set(everything))?.frames).toBe(first?.frames)
    expect(first).toEqual({ seq: 24, frames: Buffer.concat(['21', '22', '23', '24'].map(textFrame)) })
    expect(frames.after(20, 24, new Set(['jobs']))?.frames).toEqual(Buffer.concat(['22', '24'].map(textFrame)))
    frames.forget()
    expect(frames.after(20, 25, everything)?.seq).toBe(25)
  })

  it('come in pieces, and not at all where entries are no longer kept', () => {
    const frames = new Frames(kept)
    expect(frames.after(20, 1000, everything)?.seq).toBe(84)
    expect(frames.after(5, 1000, everything)).toBeUndefined()
  })

  describe('on the wire', () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    afterEach(() => {
      server.close()
    })

    it('are what a WebSocket reads, of every length that frames have', async () => {
      const texts = ['', 'ü', 'a'.repeat(125), 'b'.repeat(126), 'c'.repeat(65_535), 'd'.repeat(65_536)]
      server.on('connection', (_, { socket }) => socket.write(Buffer.concat(texts.map(textFrame))))
      if (!server.address()) await once(server, 'listening')
      const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
      const heard: string[] = []
      client.on('message', (data) => heard.push((data as Buffer).toString()))
      while (heard.length < texts.length) await once(client, 'message')
      client.terminate()
      expect(heard).toEqual(texts)
    })
  })
})
