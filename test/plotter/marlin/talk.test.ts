import { describe, expect, it } from 'vitest'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { answerOf, numberedLine } from '../../../src/plotter/drivers/marlin/lines.ts'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import type { MarlinSimulatorOptions } from '../../../src/plotter/simulators/index.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { lines } from '../../contracts/driver.ts'
import { plotAll, until } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

const SIX_STEPS_MM = 6 / 80
const square = [10, 10, 30, 10, 30, 30, 10, 30, 10, 10]

async function rig(options: MarlinSimulatorOptions = {}, name = 'marlin-servo') {
  const clock = new VirtualClock()
  const board = new MarlinBoard({ clock, ...options })
  const { driver, link } = await makeDriver(profileNamed(name), simulatorPort(board.cable), clock)
  board.cable.faults.lateMs = 1
  await driver.connect()
  board.ink.newSheet()
  return { clock, board, driver, link, plan: lines(profileNamed(name), square, [40, 40, 60, 45]) }
}

describe('a line to Marlin', () => {
  it('has a number and the exclusive or of its bytes', () => {
    expect(numberedLine(3, 'G1 X1')).toBe('N3 G1 X1*98\n')
  })

  it.each([
    ['ok', { is: 'ok', text: '' }],
    ['ok N5 P14 B3', { is: 'ok', text: 'N5 P14 B3' }],
    ['Resend: 4', { is: 'resend', from: 4 }],
    ['rs N4', { is: 'resend', from: 4 }],
    ['Error:checksum mismatch, Last Line: 3', { is: 'noise' }],
    ['Error:Printer halted. kill() called!', { is: 'halted', why: 'Printer halted. kill() called!' }],
    ['echo:busy: processing', { is: 'noise' }],
    ['echo:Unknown command: "FOO"', { is: 'refused', why: 'Unknown command: "FOO"' }],
    ['!! Must home axis first', { is: 'refused', why: 'Must home axis first' }],
    ['start', { is: 'started' }],
  ])('or Klipper may be followed by %s, which plotd reads as %j', (line, answer) =>
    expect(answerOf(line)).toEqual(answer),
  )
})

describe('Marlin on a wire that damages lines', () => {
  it.each([false, true])('draws the plan as on a good wire, ADVANCED_OK %s', async (advancedOk) => {
    const { board, driver, plan } = await rig({ advancedOk })
    const receive = board.receive.bind(board)
    let written = 0
    board.receive = (bytes) => {
      const damaged = Uint8Array.from(bytes)
      const middle = Math.floor(damaged.length / 2)
      if (++written % 7 === 0) damaged[middle] = (damaged[middle] ?? 0) ^ 1
      receive(damaged)
    }
    await plotAll(driver, plan)
    expect(board.receiver.resends).toBeGreaterThan(5)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(SIX_STEPS_MM)
    expect(board.position).toEqual([0, 0])
  })

  it('draws the plan when a request to send a line again arrives long before its ok', async () => {
    const { clock, board, driver, plan } = await rig()
    const toHost = board.cable.toHost.bind(board.cable)
    const receive = board.receive.bind(board)
    const late: string[] = []
    board.cable.toHost = (text) => {
      const [request = '', ok] = late.length > 0 ? ['', text] : text.split(/(?<=Resend: \d+\n)/)
      toHost(request)
      if (ok !== undefined && late.push(ok) === 1) clock.after(150, () => toHost(late.splice(0).join('')))
    }
    let written = 0
    board.receive = (bytes) => receive(++written % 7 === 0 ? bytes.map((byte) => (byte === 42 ? 43 : byte)) : bytes)
    await plotAll(driver, plan)
    expect(board.receiver.resends).toBeGreaterThan(5)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(SIX_STEPS_MM)
  })

  it('draws the plan when the end of a line that plotd waits for is damaged', async () => {
    const { board, driver, plan } = await rig()
    const receive = board.receive.bind(board)
    let waits = 0
    board.receive = (bytes) => {
      const text = Buffer.from(bytes).toString('latin1')
      receive(/M400|M280/.test(text) && ++waits % 3 === 0 ? Buffer.from(text.replace(/\n$/, '\v'), 'latin1') : bytes)
    }
    await plotAll(driver, plan)
    expect(waits).toBeGreaterThan(5)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(SIX_STEPS_MM)
  })

  it('is abandoned when no line arrives intact, and the position is unknown', async () => {
    const { clock, board, driver, link, plan } = await rig()
    const plotting = plotAll(driver, plan)
    await until(clock, () => board.ink.length > 5)
    const receive = board.receive.bind(board)
    board.receive = (bytes) => receive(Uint8Array.from(bytes, (byte) => (byte === 42 ? 43 : byte)))
    await expect(plotting).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
    expect((await link.closed).message).toMatch(/lost: the board wants line \d+ again, 41 times: the wire is too noisy/)
    expect(driver.position).toBeUndefined()
  })
})

describe('a printer', () => {
  it('that halts is reported with its reason, and the position is unknown', async () => {
    const { clock, board, driver, plan } = await rig()
    const plotting = plotAll(driver, plan)
    await until(clock, () => board.ink.length > 5)
    board.kill('Thermal Runaway, system stopped! Heater_ID: E0')
    const message = expect.stringContaining('halted (Thermal Runaway')
    await expect(plotting).rejects.toMatchObject({ code: 'ERR_DEVICE', message })
    expect(driver.position).toBeUndefined()
  })

  it.each([
    ['in a plot', true],
    ['at rest', false],
  ])('whose firmware is Klipper names the cause of a shutdown %s', async (_, isInPlot) => {
    const { clock, board, driver, plan } = await rig({ firmware: 'klipper' }, 'klipper-servo')
    const plotting = isInPlot ? plotAll(driver, plan) : undefined
    if (isInPlot) await until(clock, () => board.ink.length > 5)
    board.kill('Timer too close')
    await sleep(clock, 10)
    const message = 'the board has halted (Timer too close): reset it'
    await expect(plotting ?? driver.pen('up')).rejects.toMatchObject({ code: 'ERR_DEVICE', message })
  })

  it('whose firmware is Klipper does not name an answered refusal as the cause of a later shutdown', async () => {
    const { clock, board, driver } = await rig({ firmware: 'klipper' }, 'klipper-servo')
    board.cable.toHost('!! Must home axis first\nok\n// Klipper state: Shutdown\n')
    await sleep(clock, 10)
    const message = 'the board has halted (Klipper state: Shutdown): reset it'
    await expect(driver.pen('up')).rejects.toMatchObject({ code: 'ERR_DEVICE', message })
  })

  it('that restarts by itself ends the plot', async () => {
    const { clock, board, driver, link, plan } = await rig()
    const plotting = plotAll(driver, plan)
    await until(clock, () => board.ink.length > 5)
    board.powerUp()
    await expect(plotting).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
    expect((await link.closed).message).toContain('lost: the board restarted by itself')
    expect(driver.position).toBeUndefined()
  })

  it('that finds no home while a plot is paused draws nothing more', async () => {
    const onZ = { pen: { kind: 'z', touchesAt: 0 }, topEdge: 220 } as const
    const { board, driver, plan } = await rig({ firmware: 'klipper', ...onZ }, 'klipper-z')
    await driver.home()
    board.ink.newSheet()
    const findHomeInVain = async () => {
      const toHost = board.cable.toHost.bind(board.cable)
      board.onLine = (line) => {
        board.cable.toHost = line.startsWith('G28')
          ? (text) => toHost(`!! No trigger on x after full movement\n${text}`)
          : toHost
      }
      await expect(driver.home()).rejects.toMatchObject({ code: 'ERR_DEVICE' })
    }
    const plotting = async () => {
      const moments = driver.plot(plan, { signal: new AbortController().signal })
      for await (const { stroke } of moments) if (stroke === 1) await findHomeInVain()
    }
    await expect(plotting()).rejects.toMatchObject({ code: 'ERR_DEVICE', message: expect.stringContaining('was lost') })
    expect(board.ink.length).toBeCloseTo(80, 0)
  })

  it('is stopped without a lost byte, and never by M112 or M410', async () => {
    const { clock, board, driver, plan } = await rig()
    const sent: string[] = []
    board.onLine = (line) => sent.push(line)
    const abort = new AbortController()
    const plotting = plotAll(driver, plan, { signal: abort.signal })
    await until(clock, () => board.ink.length > 5)
    abort.abort(new Error('stopped'))
    await expect(plotting).rejects.toThrow('stopped')
    expect(board.isPenDown).toBe(false)
    expect(sent.filter((line) => /M112|M410/.test(line))).toEqual([])
    expect(board.receiver.lost).toBe(0)
  })
})

describe('a printer is recognized as Klipper', () => {
  it.each(['FIRMWARE_NAME:Klipper', 'FIRMWARE_NAME: Klipper', 'FIRMWARE_NAME:Kalico'])('by %s', async (name) => {
    const clock = new VirtualClock()
    const board = new MarlinBoard({ clock, firmware: 'klipper' })
    const toHost = board.cable.toHost.bind(board.cable)
    board.cable.toHost = (text) => toHost(text.replace('FIRMWARE_NAME:Klipper', name))
    const sent: string[] = []
    board.onLine = (line) => sent.push(line)
    const profile = profileNamed('klipper-servo')
    const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
    expect((await driver.connect()).profile?.marlin?.firmware).toBe('klipper')
    expect(sent).toContain('SET_VELOCITY_LIMIT')
    expect(sent).not.toContain('M84 S0') // Klipper frees its motors on this line
    board.ink.newSheet()
    await plotAll(driver, lines(profile, square))
    expect(inkError(board.ink.strokes(), lines(profile, square))).toBeLessThanOrEqual(SIX_STEPS_MM)
  })
})

it('Marlin that gets a line with a damaged N gets the line again, and draws the whole plan', async () => {
  for (const damage of ['', 'J', '5']) {
    const { board, driver, plan } = await rig()
    const receive = board.receive.bind(board)
    let writes = 0
    board.receive = (bytes) => {
      const text = Buffer.from(bytes).toString('latin1')
      receive(Buffer.from(++writes % 20 === 0 ? text.replace('N', damage) : text, 'latin1'))
    }
    await plotAll(driver, plan)
    expect(writes).toBeGreaterThan(40)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(SIX_STEPS_MM)
    expect(board.position).toEqual([0, 0])
  }
})

it('Marlin that refuses a line is believed, also when noise has damaged the line in its message', async () => {
  const { clock, board, driver } = await rig()
  const toHost = board.cable.toHost.bind(board.cable)
  board.cable.toHost = (text) => toHost(text.replace('"FEED 5"', '"FxED 5"'))
  const begin = clock.now()
  const message = 'the board refused "FEED 5": Unknown command: "FxED 5"'
  await expect(driver.feed?.(['FEED 5'], new AbortController().signal)).rejects.toMatchObject({ message })
  expect(clock.now() - begin).toBeLessThan(2000)
})

it('Marlin without a Z axis knows its place, which M114 reports in x and y alone', async () => {
  const clock = new VirtualClock()
  const board = new MarlinBoard({ clock })
  const toHost = board.cable.toHost.bind(board.cable)
  board.cable.toHost = (text) => toHost(text.replace(/ Z:\S+ E:\S+ (Count X:\S+ Y:\S+) Z:\S+/, ' $1'))
  const profile = profileNamed('marlin-servo')
  const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
  await driver.connect()
  await plotAll(driver, lines(profile, square))
  expect(inkError(board.ink.strokes(), lines(profile, square))).toBeLessThanOrEqual(SIX_STEPS_MM)
  expect(driver.position).toEqual({ x: 0, y: 0 })
})

it('Marlin that never pauses between its lines is refused with that reason', async () => {
  const clock = new VirtualClock()
  const board = new MarlinBoard({ clock })
  const { driver } = await makeDriver(profileNamed('marlin-servo'), simulatorPort(board.cable), clock)
  const report = (): void => {
    board.cable.toHost(' T:20.1 /0.0 B:20.3 /0.0 @:0 B@:0\n')
    clock.after(200, report)
  }
  report()
  const message = 'the board never pauses its lines for 250 ms: switch off its automatic reports'
  await expect(driver.connect()).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT', message })
})

describe('Marlin that falls silent', () => {
  it('counts as lost within seconds, also soon after a homing cycle, during which it may be silent for minutes', async () => {
    const onZ = { pen: { kind: 'z', touchesAt: 0 }, topEdge: 220, resetsOnOpen: false } as const
    const { clock, board, driver, plan } = await rig(onZ, 'marlin-z')
    await sleep(clock, 10_000)
    await driver.home()
    board.cable.faults.deaf = true
    const deafAt = clock.now()
    await expect(plotAll(driver, plan)).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
    expect(clock.now() - deafAt).toBeLessThan(10_000)
  })
})
