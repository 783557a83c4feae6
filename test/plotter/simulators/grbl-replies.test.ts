import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { converse } from '../../support/conversation.ts'

const BANNER = "\r\nGrbl 1.1h ['$' for help]\r\n"

describe('a simulated grbl 1.1h', () => {
  let talk: ReturnType<typeof converse<GrblBoard>>
  beforeEach(async () => {
    const clock = new VirtualClock()
    talk = converse(new GrblBoard({ clock }), clock)
    await talk.pass(100)
  })

  /** Sends a text. @returns all that the board sends in the next `ms` */
  async function answer(text: string, ms = 200): Promise<string> {
    talk.say(text)
    await talk.pass(ms)
    return talk.received()
  }

  it('greets when its port is opened', () => {
    expect(talk.received()).toBe(BANNER)
  })

  it.each([
    ['?', '<Idle|MPos:0.000,0.000,0.000|FS:0,0|WCO:0.000,0.000,0.000>\r\n'],
    ['$I\n', '[VER:1.1h.20190830:]\r\n[OPT:V,15,128]\r\nok\r\n'],
    ['$G\n', '[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]\r\nok\r\n'],
    ['$N\n', '$N0=\r\n$N1=\r\nok\r\n'],
    ['\x18', BANNER],
    ['\n', 'ok\r\n'],
    ['G21\r\n', 'ok\r\nok\r\n'],
    ['g0 x1 (a comment) y2 ; another\n', 'ok\r\n'],
    ['$21=0\n', 'ok\r\n'],
    ['$X\n', 'ok\r\n'],
    ['hello\n', 'error:2\r\n'],
    ['$nonsense\n', 'error:3\r\n'],
    ['G1X5\n', 'error:22\r\n'],
    ['G99\n', 'error:20\r\n'],
    ['G0G1X1\n', 'error:21\r\n'],
    ['G0X1X2\n', 'error:25\r\n'],
    ['$H\n', 'error:5\r\n'],
  ])('answers %j with %j', async (text, reply) => {
    expect(await answer(text)).toBe(reply)
  })

  it.each([
    ['G91G2X5F100\n', 'error:35\r\n'],
    ['$J=G91G99X5F100\n', 'error:20\r\n'],
  ])('changes no mode for the refused line %j', async (text, error) => {
    expect(await answer(text)).toBe(error)
    expect(await answer('$G\n')).toContain('[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]')
  })

  it('has its usual modes and no offset of G92 after a restart', async () => {
    await answer('G91 G20 G55 G92X5\n')
    talk.board.powerUp()
    await talk.pass(3000)
    expect(await answer('$G\n')).toContain('[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]')
    expect(await answer('?')).toContain('WCO:0.000,0.000,0.000')
  })

  it('turns the coolant off at a reset', async () => {
    await answer('M8\n')
    await answer('\x18')
    expect(await answer('$G\n')).toContain(' M9 ')
  })

  it('lists its settings by number, each as a whole number or with three decimals, as grbl does', async () => {
    const lines = (await answer('$$\n')).split('\r\n')
    expect(lines[0]).toBe('$0=10')
    expect(lines).toContain('$11=0.010')
    expect(lines).toContain('$32=0')
    expect(lines).toContain('$100=80.000')
    expect(lines.slice(-2)).toEqual(['ok', ''])
  })

  it('answers a motion when it is planned, not drawn, and a dwell when the planner has run empty', async () => {
    expect(await answer('G1X50F600\n', 100)).toBe('ok\r\n')
    expect(talk.board.isMoving).toBe(true)
    expect(await answer('G4P0\n', 1000)).toBe('')
    await talk.pass(6000)
    expect(talk.received()).toBe('ok\r\n')
    expect(talk.board.isMoving).toBe(false)
  })

  it('stops at a feed hold, reports the hold, and resumes', async () => {
    await answer('G1X50F600\n')
    await answer('!', 500)
    expect(await answer('?')).toMatch(/^<Hold:0\|MPos:\d+\.\d{3},0\.000,0\.000\|/)
    await answer('~', 7000)
    expect(await answer('?')).toMatch(/^<Idle\|MPos:50\.000,/)
  })

  it('raises alarm 3 when it is reset in motion, and refuses motion until it is unlocked', async () => {
    await answer('G1X50F600\n')
    expect(await answer('\x18')).toBe('ALARM:3\r\n')
    // the board greets after half a second, and discards the bytes that arrive before that
    expect(await answer('$X\n', 500)).toBe(`${BANNER}[MSG:'$H'|'$X' to unlock]\r\n`)
    expect(await answer('G0X1\n')).toBe('error:9\r\n')
    expect(await answer('$X\n')).toBe('[MSG:Caution: Unlocked]\r\nok\r\n')
    expect(await answer('G0X1\n')).toBe('ok\r\n')
  })

  it('keeps its position when it is reset at rest in a hold', async () => {
    await answer('G1X50F600\n')
    await answer('!', 500)
    const [x] = talk.board.position
    expect(await answer('\x18')).toBe(BANNER)
    expect(talk.board.position[0]).toBe(x)
  })

  it('takes 127 bytes and loses the rest, when the sender does not count', async () => {
    await answer(`G1X50F600\nG4P9\n${'G21\n'.repeat(60)}`, 1000)
    expect(talk.board.receiver.fullest).toBe(127)
    expect(talk.board.receiver.lost).toBeGreaterThan(0)
  })

  it('loses the bytes that arrive while it writes a setting', async () => {
    expect(await answer('$11=0.02\n$G\n$G\n$G\n')).not.toContain('GC:')
  })
})
