import { beforeEach, describe, expect, it } from 'vitest'
import { stroke, strokeCount } from '../../../src/geometry/drawing.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { converse } from '../../support/conversation.ts'

describe('a simulated HP 7475A', () => {
  let talk: ReturnType<typeof converse<HpglPlotter>>
  beforeEach(() => {
    const clock = new VirtualClock()
    talk = converse(new HpglPlotter({ clock }), clock)
  })

  async function answer(text: string, ms = 10_000): Promise<string> {
    talk.say(text)
    await talk.pass(ms)
    return talk.received()
  }

  it.each([
    ['OI;', '7475A\r'],
    ['OH;', '0,0,16158,11040\r'],
    ['OA;', '0,0,0\r'],
    ['SP1;PA100,200;PD;OA;', '100,200,1\r'],
    ['IN;OP;', '170,602,15370,10602\r'],
    ['OE;', '0\r'],
    ['\x1b.B', '1024\r'],
    ['\x1b.O', '8\r'],
    ['\x1b.E', '0\r'],
    ['\x1b.L', '1024\r'],
    ['XX;OE;', '1\r'],
    ['PD100;OE;OE;', '2\r0\r'],
    ['SP9;OE;', '3\r'],
    ['P@;PU;OE;OE;', '1\r0\r'],
    ['SP1;PA1@X;PD;OE;OE;OA;', '3\r0\r0,0,1\r'],
  ])('answers %j with %j', async (text, reply) => {
    expect(await answer(text)).toBe(reply)
  })

  it('draws only when it holds a pen, from where the pen was lowered to where it was lifted', async () => {
    await answer('PD400,400;PU;SP1;PU0,0;PD400,0,400,400;PU;')
    const ink = talk.board.ink.strokes()
    expect(strokeCount(ink)).toBe(1)
    expect([ink.points.slice(0, 2), ink.points.slice(-2)].map((place) => [...place])).toEqual([
      [0, 276],
      [10, 266],
    ])
  })

  it('draws nothing outside of the window, and goes on where a line with the pen down enters it', async () => {
    const drawn = async (text: string): Promise<number> => {
      await answer(`IN;SP1;IW0,0,1000,1000;${text}PU;`, 60_000)
      return strokeCount(talk.board.ink.strokes())
    }
    expect(await drawn('PU500,500;PD2000,500;PD3000,500;PU;PD;PU;')).toBe(1)
    expect(await drawn('PU2000,700;PD;PD500,700;')).toBe(2)
    const ink = talk.board.ink.strokes()
    const ends = [stroke(ink, 0), stroke(ink, 1)].map((line) => [line[0], line.at(-2)])
    expect(ends).toEqual([
      [12.5, 25],
      [25, 12.5],
    ])
  })

  it('answers a question about its buffer at once, and one about its pen after all earlier instructions', async () => {
    expect(await answer('SP1;VS1;PD4000,0;OA;\x1b.O', 3000)).toBe('0\r')
    await talk.pass(20_000)
    expect(talk.received()).toBe('0\r4000,0,1\r')
  })

  it('answers a request between two pieces of text as soon as the request has arrived', async () => {
    const text = 'SP1;PD3940,4051,3960,4054,3980,4056,4000,4057,4020,4057,4040,4057;'
    await answer(text, 5000)
    talk.say(text)
    talk.say('\x1b.B')
    talk.say(text)
    await talk.pass(80) // 69 bytes take 72 ms, the answer takes 4 ms
    expect(talk.received()).toMatch(/^\d+\r$/)
  })

  it('loses bytes that do not fit into its buffer, and reports the loss only on request', async () => {
    expect(await answer(`SP1;VS1;PD9000,0;${'PU0,0;'.repeat(300)}`, 5000)).toBe('')
    expect(talk.board.lost).toBeGreaterThan(0)
    expect(await answer('\x1b.E', 1000)).toBe('16\r')
  })

  it('empties its buffer on request, and finishes the vector under way', async () => {
    await answer('SP1;VS10;PD400,0,400,400,0,400,0,0;', 1600)
    await answer('\x1b.K')
    expect(await answer('OA;')).toMatch(/^400,(0|400),1\r$/)
  })

  it.each<[string, (board: HpglPlotter, isHeld: boolean) => void, string]>([
    ['VIEW', (board) => board.pressButton(), '16\r'],
    ['a raised paper lever', (board, isHeld) => board.setLever(isHeld), '32\r'],
  ])(
    'finishes the vector under way when %s stops it, lifts the pen, and later draws the rest',
    async (_, hold, status) => {
      const { board } = talk
      await answer('SP1;VS10;PD4000,0,4000,400;PU;', 2300)
      expect(board.isPenDown).toBe(true)
      hold(board, true)
      expect(await answer('\x1b.O', 5000)).toBe(status)
      expect([board.isPenDown, ...board.ink.strokes().points.slice(-2)]).toEqual([false, 100, 276])
      hold(board, false)
      await talk.pass(5000)
      expect([board.isPenDown, ...board.ink.strokes().points.slice(-2)]).toEqual([false, 100, 266])
      expect(board.ink.length).toBeCloseTo(110, 6)
    },
  )

  it('forgets VIEW and a waiting request when switched off and on, and keeps its hardware handshake', async () => {
    const clock = new VirtualClock()
    const board = new HpglPlotter({ clock, hostFlow: 'hardware' })
    const first = converse(board, clock)
    board.pressButton()
    first.say('SP1;\x1b.L\x1b')
    await first.pass(1000)
    board.reset()
    const second = converse(board, clock)
    second.say(`SP1;${'PD400,0,0,0;'.repeat(150)}OA;`)
    await second.pass(400_000)
    expect([board.lost, second.received()]).toEqual([0, '0,0,1\r'])
  })
})

describe('a simulated HP 7470A', () => {
  /** Draws a line of 100 mm after the instructions `before`. @returns the time of the line, and the reported error */
  async function line(before: string): Promise<readonly [seconds: number, error: string]> {
    const clock = new VirtualClock()
    const { say, pass, received, board } = converse(new HpglPlotter({ clock, model: '7470A' }), clock)
    say(`SP1;PU0,0;${before}PD4000,0;PU;OE;`)
    await pass(60_000)
    const times = board.ink.times()
    return [(times.at(-1) ?? 0) - (times[0] ?? 0), received().trim()]
  }

  it('lowers its acceleration to a quarter when a speed is selected, even the fastest', async () => {
    expect((await line(''))[0]).toBeCloseTo(100 / 381 + 381 / 19_600, 3)
    expect((await line('VS5;VS;'))[0]).toBeCloseTo(100 / 381 + 381 / 19_600, 3)
    expect((await line('VS38.1;'))[0]).toBeCloseTo(100 / 380 + 380 / 4900, 3)
  })

  it('rounds speeds to steps of 0.38 cm/s, takes 0 as the slowest, and refuses 97 and more', async () => {
    expect((await line('VS1;'))[0]).toBeCloseTo(100 / 11.4 + 11.4 / 4900, 2)
    expect((await line('VS0;'))[0]).toBeCloseTo(100 / 3.8, 1)
    expect(await line('VS96;')).toMatchObject([expect.closeTo(100 / 381 + 381 / 4900, 3), '0'])
    expect(await line('VS97;')).toMatchObject([expect.closeTo(100 / 381 + 381 / 19_600, 3), '3'])
  })
})
