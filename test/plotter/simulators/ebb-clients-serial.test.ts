import { once } from 'node:events'
import { ReadlineParser } from '@serialport/parser-readline'
import { SerialPort } from 'serialport'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { type RunningSimulator, runSimulator } from '../../../src/plotter/simulators/index.ts'

/** Recorded conversations of two programs of other authors, replayed over a pty. */
describe('a simulated EBB on a pseudo terminal', () => {
  let simulator: RunningSimulator
  let port: SerialPort
  let lines: string[]
  let arrived: () => void = () => {}

  beforeEach(async () => {
    simulator = await runSimulator('ebb', { speed: 'instant' })
  })
  afterEach(async () => {
    if (port.isOpen) await new Promise((closed) => port.close(closed))
    await simulator.close()
  })

  async function open(baudRate: number): Promise<void> {
    port = new SerialPort({ path: simulator.path, baudRate })
    port.on('error', () => {})
    await once(port, 'open')
    lines = []
    port.pipe(new ReadlineParser({ delimiter: '\n', readableObjectMode: true })).on('data', (raw: string) => {
      if (raw.trim() !== '') lines.push(raw.trim())
      arrived()
    })
  }

  /** Sends a command and waits for its answer of `count` lines. */
  async function ask(command: string, count = 1): Promise<string[]> {
    lines = []
    port.write(`${command}\r`)
    while (lines.length < count) {
      await new Promise<void>((resolve) => {
        arrived = resolve
      })
    }
    return lines
  }

  it('lets AxiDraw’s software find it, set it up and draw', async () => {
    await open(9600)
    const greeting = await ask('v')
    expect(greeting[0]).toMatch(/^EBB/)
    await ask('V')
    expect(await ask('QC', 2)).toEqual(['0394,0394', 'OK'])
    for (const query of ['QB', 'QL', 'QP']) expect((await ask(query, 2))[1]).toBe('OK')
    const setUp = ['SC,4,20641', 'SC,5,15248', 'SC,11,1618', 'SC,12,1079', 'SP,1,130,1', 'SL,31', 'SC,8,8']
    for (const command of setUp) expect(await ask(command)).toEqual(['OK'])
    await ask('V')
    expect(await ask('SR,60000')).toEqual(['OK'])
    const pins = ['PI,E,0', 'PI,C,1', 'PI,E,2', 'PI,E,1', 'PI,A,6']
    for (const pin of pins) expect((await ask(pin))[0]).toMatch(/^PI,[01]$/)
    for (const command of ['EM,1,1', 'SP,0,250,1']) expect(await ask(command)).toEqual(['OK'])
    for (let slice = 0; slice < 20; slice++) {
      expect(await ask('SM,28,100,0')).toEqual(['OK'])
      expect(await ask('QB', 2)).toEqual(['0', 'OK'])
    }
    for (const command of ['SP,1,250,1', 'SM,10,0,0']) expect(await ask(command)).toEqual(['OK'])
    await ask('QM')
    const ink = simulator.board.ink.strokes()
    expect(strokeCount(ink)).toBe(1)
    expect(Array.from(ink.points.slice(-2))).toEqual([12.5, 12.5])
  })

  it('lets saxi find it, draw and turn its motors off', async () => {
    await open(9600)
    expect(await ask('EM,2,2')).toEqual(['OK'])
    expect((await ask('V'))[0]).toMatch(/^EBB.*2\.8\.1$/)
    expect(await ask('SR,0,1')).toEqual(['OK'])
    for (const command of ['S2,18933,4,1000,200', 'LM,0,400,20000,0,400,20000', 'S2,18207,4,1000,200']) {
      expect(await ask(command)).toEqual(['OK'])
    }
    for (const command of ['LM,85899346,400,0,0,0,0', 'LM,0,0,0,85899346,-400,0', 'S2,18933,4,1000,200']) {
      expect(await ask(command)).toEqual(['OK'])
    }
    let state = ''
    while (!/^QM,0,.*,0$/.test(state)) state = (await ask('QM'))[0] ?? ''
    for (const command of ['EM,0,0', 'SR,60000000,0']) expect(await ask(command)).toEqual(['OK'])
    const ink = simulator.board.ink.strokes()
    expect(strokeCount(ink)).toBe(1)
    expect(Array.from(ink.points.slice(0, 2))).toEqual([10, 0])
    expect(Array.from(ink.points.slice(-2))).toEqual([10, 10])
  })

  it('draws for saxi’s command line, which assumes that the pen is up at the start', async () => {
    await open(9600)
    for (const command of ['EM,2,2', 'SR,0,1', 'LM,42949673,800,0,42949673,800,0', 'S2,15700,4,0,120']) {
      expect(await ask(command)).toEqual(['OK'])
    }
    for (let stroke = 0; stroke < 2; stroke++) {
      const draw = ['LM,85899346,400,0,0,0,0', 'S2,17750,4,0,120', 'LM,85899346,400,0,0,0,0', 'S2,15700,4,0,120']
      for (const command of draw) expect(await ask(command)).toEqual(['OK'])
    }
    for (const command of ['S2,17750,4,0,120', 'EM,0,0']) expect(await ask(command)).toEqual(['OK'])
    let state = ''
    while (!/^QM,0,.*,0$/.test(state)) state = (await ask('QM'))[0] ?? ''
    const ink = simulator.board.ink.strokes()
    expect(strokeCount(ink)).toBe(3) // two lines, and a dot where the pen came down last
    expect(Array.from(ink.points.slice(0, 2))).toEqual([20, 0])
  })
})
