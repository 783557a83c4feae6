import type { Duplex } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Clock, clockOf, realClock, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { Link, oneLine, type Taker } from '../../../src/plotter/link/link.ts'
import { duplexPair } from '../../support/duplex-pair.ts'

const untilOk: Taker = (line) => (line === 'OK' ? 'done' : 'more')

describe('a link', () => {
  let clock: VirtualClock
  let device: Duplex
  let link: Link
  let received: string

  beforeEach(() => {
    clock = new VirtualClock()
    const [ours, theirs] = duplexPair()
    device = theirs
    received = ''
    device.on('data', (bytes: Buffer) => {
      received += bytes.toString()
    })
    link = new Link(ours, { clock })
  })

  it('gives each of several requests its own lines, in the order of sending', async () => {
    const answers = Promise.all([
      link.request('A\r', untilOk),
      link.request('B\r', oneLine),
      link.request('C\r', untilOk),
    ])
    device.write('1\r\nOK\r\nb\r\nOK\r\n')
    await expect(answers).resolves.toEqual([['1', 'OK'], ['b'], ['OK']])
    expect(received).toBe('A\rB\rC\r')
  })

  it('takes lines that end in CR LF, in LF CR and in LF, and skips empty ones', async () => {
    const answer = link.request('QP\r', untilOk)
    device.write('0\n\rOK\r\n')
    await expect(answer).resolves.toEqual(['0', 'OK'])
    const next = link.request('QS\r', untilOk)
    device.write('\r\n\n1,2\nOK\n')
    await expect(next).resolves.toEqual(['1,2', 'OK'])
  })

  it('separates lines that arrive together, and joins the pieces of a line', async () => {
    const answers = Promise.all([link.request('A\r', oneLine), link.request('B\r', oneLine)])
    device.write('on')
    await new Promise<void>((later) => process.nextTick(later))
    device.write('e\r\ntwo\r\n')
    await expect(answers).resolves.toEqual([['one'], ['two']])
  })

  it('keeps only a part of a very long line, and reads the line after it', async () => {
    const lengths: number[] = []
    const [ours, theirs] = duplexPair()
    const noisy = new Link(ours, {
      clock,
      onLine: (line) => {
        lengths.push(line.length)
        return line !== 'OK'
      },
    })
    const answer = noisy.request('A\r', oneLine)
    for (let i = 0; i < 100; i++) theirs.write('~'.repeat(1000))
    theirs.write('~\nOK\n')
    await expect(answer).resolves.toEqual(['OK'])
    expect(lengths).toEqual([expect.toSatisfy((length) => length < 20_000), 2])
  })

  it('writes its stop commands instead of bytes that its guard refuses, and fails the open request', async () => {
    link.stopCommands = () => [{ text: 'UP\r' }]
    link.guard = () => true
    link.send('A\r')
    link.guard = () => false
    const refused = link.request('B\r', oneLine)
    link.send('C\r')
    await expect(refused).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
    await expect.poll(() => received).toBe('A\rUP\r')
  })

  it('fails the open requests only after the device has had its stop commands and 150 ms more', async () => {
    link.stopCommands = () => [{ text: 'STOP\r' }, { text: 'UP\r', afterMs: 300 }]
    const open = link.request('A\r', oneLine)
    link.giveUp('it took too long')
    expect(link.isOpen).toBe(false)
    await expect(open).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
    expect([received, clock.now()]).toEqual(['A\rSTOP\rUP\r', 450])
  })

  it('does not count a standstill of this process as a delay of the device', async () => {
    let [now, fire] = [0, () => {}]
    const stopped: Clock = {
      now: () => now,
      after: (_, call) => {
        fire = call
        return () => {}
      },
    }
    const [ours, theirs] = duplexPair()
    const slow = new Link(ours, { clock: stopped })
    const answer = slow.request('V\r', oneLine, 500)
    for (const stalledMs of [60_000, 250, 2500, 600, 700, 800]) {
      now += stalledMs
      fire()
    }
    expect(slow.isOpen).toBe(true)
    theirs.write('here\r\n')
    await expect(answer).resolves.toEqual(['here'])
    const late = slow.request('V\r', oneLine, 500)
    for (const ms of [60_000, 125, 130, 900, 150]) {
      now += ms
      fire()
    }
    expect(slow.isOpen).toBe(true)
    now += 125
    fire()
    await expect(late).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
  })

  it('closes when an answer is late, so that no later request takes this answer', async () => {
    const answer = link.request('V\r', oneLine, 500.25)
    await expect(answer).rejects.toMatchObject({
      code: 'ERR_LINK_TIMEOUT',
      message: expect.stringContaining('within 500 ms'),
    })
    expect(clock.now()).toBe(500.25)
    expect(link.isOpen).toBe(false)
    await expect(link.request('V\r', oneLine)).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
  })

  it('rejects everything that is under way when the device hangs up', async () => {
    const answers = [link.request('A\r', oneLine), link.request('B\r', oneLine)]
    device.destroy()
    for (const answer of answers) await expect(answer).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
    await expect(link.closed).resolves.toMatchObject({ code: 'ERR_LINK_CLOSED' })
  })

  it('gives its listener each line that arrives while no request waits', async () => {
    const strays: string[] = []
    link.onStray = (line) => strays.push(line)
    device.write('!7 Err: Extra parameter\r\n')
    await new Promise(setImmediate)
    expect(strays).toEqual(['!7 Err: Extra parameter'])
  })
})

describe('the clock of a device URL', () => {
  it('is real by default; `speed` above 1 and `patience` multiply the time limits of answers', () => {
    expect(clockOf('serial:/dev/ttyACM0')).toBe(realClock)
    expect(clockOf('sim:ebb?speed=0&patience=0')).toBe(realClock)
    expect(clockOf('sim:ebb?speed=20').deadlineFactor).toBe(20)
    expect(clockOf('sim:ebb?speed=0.5').deadlineFactor).toBe(1)
    expect(clockOf('serial:/dev/pts/1?patience=10').deadlineFactor).toBe(10)
    expect(clockOf('serial:/dev/pts/1?speed=2.5&patience=10').deadlineFactor).toBe(25)
  })
})
