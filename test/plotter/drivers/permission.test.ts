import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PenUp } from '../../../src/plotter/drivers/driver.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { sleep, VirtualClock } from '../../../src/plotter/link/clock.ts'
import { Permission } from '../../../src/plotter/link/permission.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { EbbBoard } from '../../../src/plotter/simulators/ebb/board.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { lines } from '../../contracts/driver.ts'
import { runs } from '../../support/fuzz.ts'
import { inkError } from '../../support/ink.ts'

const VALID_MS = 3000
const silent = profileNamed('hp-7475a')

const MACHINES = [
  { name: 'an EBB', profile: profileNamed('axidraw-v3'), board: (clock: VirtualClock) => new EbbBoard({ clock }) },
  {
    name: 'a grbl board',
    profile: profileNamed('grbl-servo'),
    board: (clock: VirtualClock) => new GrblBoard({ clock }),
  },
  {
    name: 'a Marlin board',
    profile: profileNamed('marlin-servo'),
    board: (clock: VirtualClock) => new MarlinBoard({ clock }),
  },
  {
    name: 'an HP 7475A',
    profile: profileNamed('hp-7475a'),
    board: (clock: VirtualClock) => new HpglPlotter({ clock }),
  },
  {
    name: 'a plotter that answers nothing',
    profile: { ...silent, hpgl: { ...silent.hpgl, silent: true } } as typeof silent,
    board: (clock: VirtualClock) => new HpglPlotter({ clock }),
  },
]

/** The commands that lower the pen, in each dialect. */
const LOWERS = /^SP,0|^M3 ?S300|^(N\d+ ?)?M280 ?P0 ?S54|^PD/

describe.each(MACHINES)('the driver of $name', ({ profile, board: make }) => {
  const plan = lines(profile, [10, 10, 30, 10], [150, 100, 160, 100, 160, 110], [20, 60], [12, 12, 14, 14])

  async function rig() {
    const clock = new VirtualClock()
    const board = make(clock)
    const port = simulatorPort(board.cable)
    const opened = await makeDriver(profile, port, clock)
    await opened.driver.connect()
    if (!opened.driver.position) await opened.driver.setHome()
    const moment = () => ({ monotonic: clock.now(), uptime: clock.now(), wall: clock.now() })
    return { clock, board, port, driver: opened.driver, permit: () => new Permission(VALID_MS, moment) }
  }

  /** Plots, and gives each requested permission `late` ms after the request. */
  async function plot(late: (moment: PenUp, nth: number) => number) {
    const { clock, board, port, driver, permit } = await rig()
    let permission: Permission | undefined
    let requestedAt = Number.NEGATIVE_INFINITY
    const lowered: boolean[] = []
    const write = port.write.bind(port)
    port.write = ((text: string, ...rest: []) => {
      if (LOWERS.test(text)) lowered.push(clock.now() - requestedAt < VALID_MS)
      return write(text, ...rest)
    }) as typeof port.write
    const moments: PenUp[] = []
    const options = { signal: new AbortController().signal, permission: () => permission }
    for await (const moment of driver.plot(plan, options)) {
      expect([board.isPenDown, board.isMoving]).toEqual([false, false])
      moments.push(moment)
      permission = permit()
      requestedAt = clock.now()
      await sleep(clock, late(moment, moments.length - 1))
    }
    return { board, driver, moments, lowered }
  }

  it('lowers the pen only with a valid permission, also when a permission comes late, and draws the whole plan', async () => {
    const delay = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 * VALID_MS }))
    const property = fc.asyncProperty(fc.array(delay, { maxLength: 8 }), async (delays) => {
      const { board, moments, lowered } = await plot((_, nth) => delays[nth] ?? 0)
      expect(lowered.length).toBeGreaterThanOrEqual(4)
      expect(lowered).not.toContain(false)
      expect(moments.length).toBeGreaterThanOrEqual(5)
      expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(0.026)
    })
    await fc.assert(property, runs(10))
  })

  it('yields the same stroke once more when its permission is void, and names the layer only once', async () => {
    let isLate = true
    const { moments, board } = await plot(({ stroke }) => {
      const isSecond = stroke === 1 && isLate
      if (isSecond) isLate = false
      return isSecond ? 5000 : 0
    })
    const from1 = moments.filter(({ stroke }) => stroke > 0)
    const announced = from1.map(({ stroke, executed, within }) => ({ stroke, executed, within }))
    expect(announced).toEqual([1, 1, 2, 3, 4].map((n) => ({ stroke: n, executed: n, within: undefined })))
    expect(moments.filter(({ layer }) => layer !== undefined)).toHaveLength(1)
    expect(board.ink.strokes().starts).toHaveLength(5)
  })

  it('keeps the pen up when the plot is canceled while it needs a new permission', async () => {
    const { driver, board, permit, clock } = await rig()
    let permission: Permission | undefined
    let yields = 0
    for await (const _ of driver.plot(plan, { signal: new AbortController().signal, permission: () => permission })) {
      if (++yields === 3) break
      permission = permit()
      await sleep(clock, VALID_MS)
    }
    expect([board.isPenDown, board.isMoving, board.ink.strokeCount]).toEqual([false, false, 0])
  })
})
