import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { sleep, VirtualClock } from '../../src/plotter/link/clock.ts'
import { Link } from '../../src/plotter/link/link.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import { PlotterSession } from '../../src/plotter/session/session.ts'
import { simulatorPort } from '../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../src/plotter/simulators/hpgl/board.ts'
import type { GrblSimulatorOptions, SimulatedPlotter } from '../../src/plotter/simulators/index.ts'
import { lines } from '../contracts/driver.ts'
import { until } from '../support/bench.ts'
import { HOMED_SERVO, WITH_SWITCHES } from '../support/homing-machine.ts'

const zigzag = Array.from({ length: 120 }, (_, i) => [i % 2 ? 150 : 20, 20 + i]).flat()
const servo = profileNamed('grbl-servo')
const onZ = profileNamed('grbl-z')
const withoutSwitches = { ...onZ, grbl: { ...onZ.grbl, homing: false } } as Profile

/** Opens a session that can connect only once. Resolves when the session draws. */
async function drawing(profile: Profile, board: SimulatedPlotter, clock: VirtualClock, homes = false) {
  const ports = [simulatorPort(board.cable)]
  const open = async () => ports.pop() ?? Promise.reject(new Error('no port'))
  const session = new PlotterSession({ url: 'sim:one', profile, clock, open, wakeLock: () => () => {} })
  await until(clock, () => session.state.is === 'idle')
  if (homes) await session.home()
  await session.ready()
  const plotting = session.plot('j', lines(profile, zigzag))
  await until(clock, () => board.isPenDown && board.ink.length > 30)
  return { session, plotting }
}

/**
 * Loses the answers of a grbl board in mid-stroke.
 *
 * @returns the parts of the test. `output` has the lines that the board read from the last `$X` on. `rise` is the rise
 *   of the pen after the plot's end, mm. `moved` has the position before and after a wait of 2 s.
 */
async function loseAnswers(profile: Profile, options: GrblSimulatorOptions) {
  const clock = new VirtualClock()
  const board = new GrblBoard({ clock, ...options })
  const { session, plotting } = await drawing(profile, board, clock, board.settings[22] === 1)
  const received: string[] = []
  board.onLine = (line) => received.push(line)
  board.cable.faults.mute = true
  const outcome = await plotting
  const height = board.carriage[2]
  await until(clock, () => !board.cable.isPluggedIn)
  const position = board.position
  await sleep(clock, 2000)
  const output = received.slice(received.lastIndexOf('$X'))
  return { session, board, outcome, output, rise: board.carriage[2] - height, moved: [position, board.position] }
}

describe('a grbl board whose answers are lost while it still reads', () => {
  it('stops and lifts the pen, although it discards what arrives just after the reset', async () => {
    const { session, board, outcome, output, moved } = await loseAnswers(servo, {})
    expect(outcome).toMatchObject({ is: 'interrupted', why: 'connection-lost' })
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    expect(output).toEqual(['$X', 'G21G90G94G17', 'M3 S600', 'G4 P0.2'])
    expect(board.isSpindleOn).toBe(true)
    expect(moved[1]).toEqual(moved[0])
    await session.close()
  })

  it('stops, is unlocked without a move and lifts the pen, when it has limit switches', async () => {
    const { session, board, output, moved } = await loseAnswers(HOMED_SERVO, WITH_SWITCHES)
    expect([board.isPenDown, board.isMoving, board.state]).toEqual([false, false, 'Idle'])
    expect(output).toContain('M3 S600')
    expect(moved[1]).toEqual(moved[0])
    await session.close()
  })

  it('raises a Z axis to the height from which the pen was lowered, in machine coordinates', async () => {
    const pen = { kind: 'z', touchesAt: 0 } as const
    const { session, board, output, rise, moved } = await loseAnswers(withoutSwitches, { pen })
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    expect(output).toContain('G53G0Z5')
    expect(rise).toBeGreaterThanOrEqual(0)
    expect(moved[1]).toEqual(moved[0])
    await session.close()
  })

  it('does not move a Z axis whose "up" is lower than its "down"', async () => {
    const heights = { at0: 5, at100: -5 }
    const profile = { ...withoutSwitches, grbl: { ...withoutSwitches.grbl, heights } } as Profile
    const { session, board, output, rise } = await loseAnswers(profile, { pen: { kind: 'z', touchesAt: 1 } })
    expect(board.isMoving).toBe(false)
    expect(output.filter((line) => line.includes('Z'))).toEqual([])
    expect(rise).toBe(0)
    await session.close()
  })

  it('has no known position afterwards, because the reset stopped it without a ramp', async () => {
    const clock = new VirtualClock()
    const board = new GrblBoard({ clock, resetsOnOpen: false })
    const open = async () => simulatorPort(board.cable)
    const session = new PlotterSession({ url: 'sim:grbl', profile: servo, clock, open, wakeLock: () => () => {} })
    await until(clock, () => session.state.is === 'idle')
    await session.ready()
    const plotting = session.plot('j', lines(servo, zigzag))
    await until(clock, () => board.isPenDown && board.ink.length > 30)
    board.cable.faults.mute = true
    await plotting
    board.cable.faults.mute = false
    await until(clock, () => session.state.is === 'idle')
    expect(session.position).toBeUndefined()
    await session.close()
  })
})

describe('an HP-GL plotter whose answers are lost while it still reads', () => {
  it('discards its buffer and lifts the pen', async () => {
    const clock = new VirtualClock()
    const board = new HpglPlotter({ clock })
    const { session, plotting } = await drawing(profileNamed('hp-7475a'), board, clock)
    const executed: number[] = []
    board.onByte = (byte) => executed.push(byte)
    const { cable, model } = board
    const executedBefore = cable.received - (model.bufferBytes - board.bufferFree)
    cable.faults.mute = true
    expect(await plotting).toMatchObject({ is: 'interrupted', why: 'connection-lost' })
    await until(clock, () => !cable.isPluggedIn && !board.isMoving && board.bufferFree === model.bufferBytes)
    expect(Buffer.from(executed).toString('latin1').slice(-5)).toBe('\x03;PU;')
    const discarded = cable.received - executedBefore - executed.length
    expect(discarded, 'bytes').toBeGreaterThan(100)
    expect(board.isPenDown).toBe(false)
    await session.close()
  })
})

describe('a device that takes no more bytes', () => {
  it('does not keep the port open, and the remaining commands are not sent', async () => {
    const clock = new VirtualClock()
    const written: string[] = []
    const blocked = new Duplex({ read() {}, write: (bytes: Buffer) => void written.push(bytes.toString('latin1')) })
    blocked.on('error', () => {})
    const link = new Link(blocked, { clock })
    link.stopCommands = () => [{ text: 'stop' }, { text: 'lift', afterMs: 600 }]
    link.giveUp('it took too long')
    expect(await link.closed).toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
    await until(clock, () => blocked.destroyed)
    await sleep(clock, 2000)
    expect(written).toEqual(['stop'])
  })
})
