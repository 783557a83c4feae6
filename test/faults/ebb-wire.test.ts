import { afterEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/plotter/link/clock.ts'
import { PlotterSession } from '../../src/plotter/session/session.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../src/plotter/simulators/ebb/board.ts'
import { axidraw, ebbBench, planOfLines, plotAll, STEP, sessionBench, until } from '../support/bench.ts'
import { inkError } from '../support/ink.ts'

const plan = planOfLines([10, 10, 40, 10, 40, 30], [20, 40, 50, 45])

describe('a faulty wire', () => {
  it('that goes silent in mid-stroke is given up within 4 s, and the message names the unanswered command', async () => {
    const { board, clock, session } = await sessionBench()
    await session.ready()
    const outcome = session.plot('job', plan)
    await until(clock, () => board.isPenDown)
    const silentSince = clock.now()
    board.cable.faults.mute = true
    await expect(outcome).resolves.toMatchObject({
      is: 'interrupted',
      why: 'connection-lost',
      message: expect.stringMatching(/no answer to "\w+.*" within \d+ ms/),
    })
    expect(clock.now() - silentSince).toBeLessThan(4000)
    await until(clock, () => !board.isMoving)
    expect(board.isPenDown).toBe(false) // the board still received the command that lifts the pen
    await session.close(true)
  })

  it('that answers noise in mid-stroke interrupts the plot, and the pen comes up', async () => {
    const { board, clock, session } = await sessionBench()
    await session.ready()
    const outcome = session.plot('job', plan)
    await until(clock, () => board.isPenDown)
    board.cable.faults.garble = true
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted' })
    await until(clock, () => !board.isMoving)
    expect(board.isPenDown).toBe(false)
    await session.close(true)
  })

  it('that answers 15 ms late changes the ink by less than a step, and the carriage returns exactly home', async () => {
    const { board, driver } = await ebbBench()
    board.cable.faults.lateMs = 15
    await driver.connect()
    await plotAll(driver, plan)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThan(STEP)
    expect(board.position).toEqual([0, 0])
  })

  it('that answers 1 ms late leaves the board unable to read an emergency stop (ES) for at most 3 ms', async () => {
    const { board, driver } = await ebbBench()
    board.cable.faults.lateMs = 1
    await driver.connect()
    await plotAll(driver, plan)
    expect(board.longestBlock / 25).toBeLessThanOrEqual(3)
  })

  it.each([
    { firmware: '2.5.3', ms: 3 },
    // On 2.8.1, an ES stops neither the running LT nor the waiting LT, 50 ms each.
    { firmware: '2.8.1', ms: 103 },
    { firmware: '3.0.3', ms: 3 },
  ] as const)(
    'that answers 1 ms late lets firmware $firmware move less after an abort than it draws in $ms ms',
    async ({ firmware, ms }) => {
      const { board, clock, driver } = await ebbBench({ firmware })
      board.cable.faults.lateMs = 1
      await driver.connect()
      const abort = new AbortController()
      const plotting = plotAll(driver, plan, { signal: abort.signal }).catch(() => {})
      await until(clock, () => board.ink.vertexCount > 1500)
      const { position } = board
      abort.abort(new Error('stop'))
      await plotting
      const [dx, dy] = [board.position[0] - position[0], board.position[1] - position[1]]
      expect(Math.hypot(dx, dy)).toBeLessThan((ms / 1000) * axidraw.down.speed)
    },
  )
})

describe.each(['2.5.3', '2.8.1', '3.0.3'] as const)('an EBB with firmware %s', (firmware) => {
  it('knows where it stands after a line of noise has ended a plot in mid-stroke', async () => {
    for (let command = 1; command <= 12; command++) {
      const { board, clock, driver } = await ebbBench({ firmware })
      board.cable.faults.lateMs = 20
      await driver.connect()
      const ended = plotAll(driver, plan).catch((thrown: unknown) => thrown)
      await until(clock, () => board.ink.length > 20)
      let commands = 0
      let code = ''
      board.onLine = (line) => {
        if (++commands !== command) return undefined
        board.cable.toHost('noise\r\n')
        code = /^Q[GM]$/.test(line) ? 'ERR_DEVICE_UNKNOWN' : 'ERR_DEVICE'
        return undefined
      }
      expect(await ended, `command ${command}`).toMatchObject({ code })
      expect([board.isPenDown, board.isMoving]).toEqual([false, false])
      const { x = NaN, y = NaN } = driver.position ?? {}
      expect(Math.hypot(x - board.position[0], y - board.position[1]), `command ${command}`).toBeLessThan(STEP)
    }
  })
})

describe('a board that another program has used', () => {
  it('and left in the future syntax is driven in that syntax', async () => {
    const { board, driver } = await ebbBench({ firmware: '3.0.3' })
    board.receive(Buffer.from('CU,10,1\r'))
    await driver.connect()
    await plotAll(driver, plan)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThan(STEP)
    expect(board.usesFutureSyntax).toBe(true)
  })

  const unfinished = ['SM,1000,500,50', 'XM,1000,-300,3', 'SP,0,10', 'LM,85899346,400,0,0,0', 'EM']
  const withoutItsEnd = ['SP,0,100,4', 'LT,1250,85899346,0,85899346,0,3', 'SM,1000,500,500,3', `SP,0${' '.repeat(251)}`]
  it.each([...unfinished, ...withoutItsEnd])(
    'and that holds the unfinished command %s does not run the command when plotd connects',
    async (half) => {
      const { board, clock, driver } = await ebbBench()
      board.receive(Buffer.from(half))
      await driver.connect()
      await until(clock, () => clock.now() > 5000)
      expect([board.position, board.isPenDown, board.ink.vertexCount]).toEqual([[0, 0], false, 0])
    },
  )

  it('and that complains about a left command only after it has answered V is driven', async () => {
    const { board, driver } = await ebbBench()
    let heard = ''
    board.onLine = (line) => {
      if (heard === 'V') board.cable.toHost('!7 Err: Extra parameter\r\n')
      if (heard !== 'told') heard = heard === 'V' ? 'told' : line
      return undefined
    }
    board.receive(Buffer.from('SM,10,0,0,3'))
    await driver.connect()
    await plotAll(driver, plan)
    expect(inkError(board.ink.strokes(), plan)).toBeLessThan(STEP)
  })

  it('and that is still moving is stopped', async () => {
    const { board, driver } = await ebbBench()
    board.receive(Buffer.from('SP,0,1\rSM,60000,4000,4000\r'))
    await driver.connect()
    expect([board.isMoving, board.isPenDown]).toEqual([false, false])
  })
})

describe('an unusable board', () => {
  const closing: PlotterSession[] = []
  afterEach(() => Promise.all(closing.splice(0).map((session) => session.close(true))))

  function sessionOn(board: EbbBoard, clock: VirtualClock): PlotterSession {
    const open = () => Promise.resolve(simulatorPort(board.cable))
    const session = new PlotterSession({ url: 'sim:ebb', profile: axidraw, clock, open, wakeLock: () => () => {} })
    closing.push(session)
    return session
  }

  it('without a motor supply is offline and reports the voltage, until the supply is plugged in', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock, volts: 5 })
    const session = sessionOn(board, clock)
    await until(clock, () => session.state.is === 'offline' && session.state.why.includes('5.0 V'))
    board.setVolts(12)
    await until(clock, () => session.state.is === 'idle')
  })

  it('that is no EBB is offline for that reason', async () => {
    const clock = new VirtualClock()
    const board = new EbbBoard({ clock })
    board.onLine = () => 'error:9'
    const session = sessionOn(board, clock)
    await until(clock, () => session.state.is === 'offline' && session.state.why.includes('does not answer as an EBB'))
    expect(board.isMoving).toBe(false)
  })
})
