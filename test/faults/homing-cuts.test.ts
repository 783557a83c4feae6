import { describe, expect, it } from 'vitest'
import type { Driver } from '../../src/plotter/drivers/driver.ts'
import { sleep } from '../../src/plotter/link/clock.ts'
import type { Profile } from '../../src/plotter/profiles/profile.ts'
import { lines } from '../contracts/driver.ts'
import { plotAll } from '../support/bench.ts'
import { sample } from '../support/fuzz.ts'
import { HOMED_SERVO, HOMED_Z, homingMachine } from '../support/homing-machine.ts'
import { inkError } from '../support/ink.ts'

/** Longer than any homing here. */
const OVER_MS = 600_000

type Machine = ReturnType<typeof homingMachine>

/** Homes after `before`, which may disturb the homing. @returns whether the homing failed */
async function homeDisturbed({ open }: Machine, before: (driver: Driver) => void): Promise<boolean> {
  const { driver, link } = await open()
  await driver.connect()
  before(driver)
  const failed = await driver.home().then(
    () => false,
    () => true,
  )
  link.close()
  return failed
}

/** Connects again. Checks that the driver refuses to move, that the carriage stays, and that a homing allows a plot. */
async function checkAfter({ board, clock, open, profile }: Machine, when: string): Promise<void> {
  await sleep(clock, OVER_MS) // the board ends what it has begun
  const { carriage } = board
  const { driver, link } = await open()
  await driver.connect()
  expect(driver.position, when).toBeUndefined()
  const drawing = profile.grbl?.homeAt
    ? [
        [10, 10, 60, 10, 60, 60],
        [80, 20],
      ]
    : [[10, 10, 60, 10]]
  const plan = lines(profile, ...drawing)
  for (const motion of [() => driver.setHome(), () => driver.jog(5, 5), () => plotAll(driver, plan)]) {
    await expect(motion(), when).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
  }
  await sleep(clock, OVER_MS)
  expect([board.carriage, board.ink.strokeCount, board.overrun], when).toEqual([carriage, 0, 0])
  await driver.home()
  await plotAll(driver, plan)
  expect([board.overrun, board.isPenDown], when).toEqual([0, false])
  if (profile.grbl?.homeAt) expect(inkError(board.ink.strokes(), plan), when).toBeLessThanOrEqual(1 / 80)
  link.close()
}

const MACHINES: readonly (readonly [string, Profile, boolean])[] = [
  ['a pen on a Z axis, on a board that restarts when its port is opened', HOMED_Z, true],
  ['a pen on a Z axis, on a board that continues when its port is opened', HOMED_Z, false],
  ['a servo, on a board that continues when its port is opened', HOMED_SERVO, false],
]

describe.each(sample(MACHINES, 1))('homing with %s', (_, profile, resetsOnOpen) => {
  it('that is cut after any of its bytes lets nothing move between the next connection and the next homing', async () => {
    let cuts = 0
    for (let n = 1; ; n++) {
      const machine = homingMachine(profile, { resetsOnOpen })
      const { faults } = machine.board.cable
      await homeDisturbed(machine, () => {
        faults.cutAfterBytes = n
      })
      if (faults.cutAfterBytes !== undefined) break // the homing was over before the cut
      cuts++
      await checkAfter(machine, `cut after ${n} bytes`)
    }
    expect(cuts).toBeGreaterThan(10)
  })

  it('that is cut, reset or restarted after 10 ms to 49 s lets nothing move between the next connection and the next homing', async () => {
    let failures = 0
    for (const what of ['cut', 'reset by a button', 'restarted'] as const) {
      for (let ms = 10; ms < 60_000; ms = Math.ceil(ms * 1.6)) {
        const machine = homingMachine(profile, { resetsOnOpen })
        const { board, clock } = machine
        const failed = await homeDisturbed(machine, () => {
          clock.after(ms, () => {
            if (what === 'cut') board.cable.cut()
            else if (what === 'reset by a button') board.receive(Uint8Array.of(0x18))
            else board.powerUp()
          })
        })
        if (failed) failures++
        await checkAfter(machine, `${what} after ${ms} ms`)
      }
    }
    expect(failures).toBeGreaterThan(30)
  })
})
