import { once } from 'node:events'
import { ReadlineParser } from '@serialport/parser-readline'
import { SerialPort } from 'serialport'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { strokesOf } from '../../../src/geometry/drawing.ts'
import { type RunningSimulator, runSimulator } from '../../../src/plotter/simulators/index.ts'
import { inkError } from '../../support/ink.ts'

const wave = Array.from({ length: 200 }, (_, i) => [10 + i / 4, 50 + 20 * Math.sin(i / 20)])
const program = [
  'G21',
  'G90',
  'M3 S600',
  `G0 X${wave[0]?.[0]} Y${-(wave[0]?.[1] ?? 0)}`,
  'M3 S300',
  'G4 P0.2',
  ...wave.slice(1).map(([x = 0, y = 0], i) => `G1 X${x.toFixed(3)} Y${(-y).toFixed(3)}${i === 0 ? ' F3000' : ''}`),
  'M3 S600',
  'G4 P0.2',
]

/** Acts as senders of G-code do (cncjs, Universal G-code Sender, grbl's own stream.py), over a pty at 115200 baud. */
describe('a sender of G-code, on a simulated grbl on a pseudo terminal', () => {
  let simulator: RunningSimulator
  let port: SerialPort
  let lines: string[]
  let received: (line: string) => void

  beforeEach(async () => {
    simulator = await runSimulator('grbl', { speed: 'instant' })
    port = new SerialPort({ path: simulator.path, baudRate: 115_200 })
    port.on('error', () => {})
    await once(port, 'open')
    lines = []
    received = (line) => lines.push(line)
    const parser = new ReadlineParser({ delimiter: '\n', readableObjectMode: true })
    port.pipe(parser).on('data', (raw: string) => {
      if (raw.trim() !== '') received(raw.trim())
    })
  })
  afterEach(async () => {
    if (port.isOpen) await new Promise((closed) => port.close(closed))
    await simulator.close()
  })

  /** Sends text, and waits for a line that matches `until`. @returns all lines up to that line */
  function ask(text: string, until: RegExp): Promise<string[]> {
    lines = []
    return new Promise((resolve) => {
      received = (line) => {
        lines.push(line)
        if (until.test(line)) resolve(lines)
      }
      port.write(text, 'latin1')
    })
  }

  /** Ignores the lines that the board has sent since power-up, and resets the board. */
  async function greeted(): Promise<string[]> {
    await ask('?', /^</)
    return ask('\x18', /^Grbl 1\.1h/)
  }

  /** Sends the program. At most `most` bytes are unanswered; a longer line is sent alone. @returns the errors */
  function stream(most: number): Promise<string[]> {
    const sent: number[] = []
    const refused: string[] = []
    let next = 0
    return new Promise((resolve) => {
      const feed = () => {
        for (let line = program[next]; line !== undefined; line = program[++next]) {
          const waiting = sent.reduce((sum, bytes) => sum + bytes, 0)
          if (sent.length > 0 && waiting + line.length + 1 > most) return
          sent.push(line.length + 1)
          port.write(`${line}\n`)
        }
      }
      received = (line) => {
        if (line.startsWith('error')) refused.push(line)
        sent.shift()
        feed()
        if (sent.length === 0 && next === program.length) resolve(refused)
      }
      feed()
    })
  }

  const expectInk = () =>
    expect(inkError(simulator.board.ink.strokes(), strokesOf(wave.flat()))).toBeLessThanOrEqual(1 / 80)

  it('resets the board, and gets answers about its firmware, settings, modes and state', async () => {
    expect(await greeted()).toEqual(["Grbl 1.1h ['$' for help]"])
    expect(await ask('$I\n', /^ok$/)).toEqual(['[VER:1.1h.20190830:]', '[OPT:V,15,128]', 'ok'])
    expect(await ask('$$\n', /^ok$/)).toContain('$110=8000.000')
    expect(await ask('$#\n', /^ok$/)).toContain('[G54:0.000,0.000,0.000]')
    expect(await ask('$G\n', /^ok$/)).toEqual(['[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]', 'ok'])
    expect(await ask('?', /^</)).toEqual([expect.stringMatching(/^<Idle\|MPos:0\.000,0\.000,0\.000\|FS:0,0/)])
  })

  it('draws by character counting', async () => {
    await greeted()
    expect(await stream(127)).toEqual([])
    expectInk()
  })

  it('draws by sending a line after each answer', async () => {
    await greeted()
    expect(await stream(1)).toEqual([])
    expectInk()
  })
})
