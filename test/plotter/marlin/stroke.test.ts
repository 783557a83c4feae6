import { describe, expect, it } from 'vitest'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { lines } from '../../contracts/driver.ts'
import { plotAll, until } from '../../support/bench.ts'

/** A clock that calls a listener at each wait of 0 ms, in which long work lets other work run. */
class TurnClock extends VirtualClock {
  onTurn: () => void = () => {}

  override after(ms: number, call: () => void): () => void {
    if (ms === 0) this.onTurn()
    return super.after(ms, call)
  }
}

async function rig(firmware: 'marlin' | 'klipper', pen: 'servo' | 'z' = 'servo') {
  const clock = new TurnClock()
  const board = new MarlinBoard({
    clock,
    firmware,
    ...(pen === 'z' && { pen: { kind: 'z', touchesAt: 0 }, topEdge: 220 }),
  })
  const profile = profileNamed(`${firmware}-${pen}`)
  const { driver } = await makeDriver(profile, simulatorPort(board.cable), clock)
  await driver.connect()
  if (pen === 'z') await driver.home()
  return { clock, board, driver, profile }
}

/** Begins to draw a line. Resolves when `mm` of it are ink. */
async function begun({ clock, board, driver, profile }: Awaited<ReturnType<typeof rig>>, line: number[], mm: number) {
  const abort = new AbortController()
  const plotting = plotAll(driver, lines(profile, line), { signal: abort.signal })
  await until(clock, () => board.ink.length > mm)
  return { plotting, stop: () => abort.abort(new Error('stopped')) }
}

describe('a stroke on a 3D printer', () => {
  /** A zigzag whose segments are shorter than the shortest move that plotd sends to Marlin. */
  const trembling = Array.from({ length: 1000 }, (_, i) => [10 + i * 0.03, 50 + (i % 2) * 0.06]).flat()

  it.each(['marlin', 'klipper'] as const)('continues where a pause has cut it: %s', async (firmware) => {
    const { board, driver, profile } = await rig(firmware)
    const plan = lines(profile, trembling.slice(0, 1000))
    await plotAll(driver, plan)
    const wholeMm = board.ink.length
    board.ink.newSheet()
    let pauses = 0
    const hold = () => board.ink.length > (pauses + 1) * 10
    for await (const { within } of driver.plot(plan, { signal: new AbortController().signal, hold }))
      if (within) pauses++
    expect(pauses).toBeGreaterThan(0)
    expect(Math.abs(board.ink.length - wholeMm)).toBeLessThan(0.1 * pauses)
  })

  it.each(['marlin', 'klipper'] as const)(
    'has ink up to the place where an abort has left the pen: %s',
    async (firmware) => {
      const printer = await rig(firmware)
      const { board, driver } = printer
      const { plotting, stop } = await begun(printer, [10, 50, 200, 50], 20)
      stop()
      await expect(plotting).rejects.toThrow('stopped')
      expect(board.isPenDown).toBe(false)
      expect(board.ink.length).toBeCloseTo((driver.position?.x ?? 0) - 10, 1)
    },
  )

  it.each(['marlin', 'klipper'] as const)(
    'ends with the pen up when the board refuses the wait that precedes the lift: %s',
    async (firmware) => {
      const printer = await rig(firmware)
      const { board } = printer
      const { plotting, stop } = await begun(printer, [10, 50, 200, 50], 20)
      board.onLine = (line) => {
        if (line !== 'M400') return
        board.onLine = undefined
        board.cable.toHost('!! noise\n')
      }
      stop()
      await expect(plotting).rejects.toThrow('stopped')
      expect([board.onLine, board.isPenDown]).toEqual([undefined, false])
    },
  )

  it.each(['G90', 'M114'])(
    'ends with the pen up, also a pen on the Z axis, when the board refuses a line of the lift once: %s',
    async (refused) => {
      const made = await rig('marlin', 'z')
      const { board } = made
      board.ink.newSheet()
      const { plotting, stop } = await begun(made, [10, 50, 200, 50], 20)
      board.onLine = (line) => {
        if (line !== refused) return
        board.onLine = undefined
        board.cable.toHost('Error:noise\n')
      }
      stop()
      await expect(plotting).rejects.toThrow('stopped')
      expect([board.onLine, board.isPenDown]).toEqual([undefined, false])
    },
  )

  it('ends on Klipper within 5 s after an abort, with the pen up, even if it has many sharp corners', async () => {
    const printer = await rig('klipper')
    const { clock, board } = printer
    const { plotting, stop } = await begun(printer, trembling, 1)
    stop()
    const since = clock.now()
    await expect(plotting).rejects.toThrow('stopped')
    expect(clock.now() - since).toBeLessThan(5000)
    expect(board.isPenDown).toBe(false)
  })

  it.each(['marlin', 'klipper'] as const)('is computed before the pen is down: %s', async (firmware) => {
    const printer = await rig(firmware)
    const { clock, board } = printer
    const spiral = Array.from({ length: 6000 }, (_, i) => {
      const [r, turn] = [10 + i / 1000, i / 20]
      return [50 + r * Math.cos(turn), 50 + r * Math.sin(turn)]
    }).flat()
    let last = ''
    const turnsAfter: string[] = []
    board.onLine = (line) => {
      last = line
    }
    clock.onTurn = () => turnsAfter.push(last)
    const { plotting, stop } = await begun(printer, spiral, 1)
    stop()
    await expect(plotting).rejects.toThrow('stopped')
    const down = firmware === 'klipper' ? 'G4 P200' : 'M280 P0 S54'
    expect(turnsAfter.length).toBeGreaterThan(0)
    expect(turnsAfter).not.toContain(down)
  })
})
