import { describe, expect, it } from 'vitest'
import { strokeCount } from '../../../src/geometry/drawing.ts'
import { makeDriver } from '../../../src/plotter/drivers/index.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { profileNamed, withOverrides } from '../../../src/plotter/profiles/index.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { lines } from '../../contracts/driver.ts'
import { plotAll, until } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

const profile = withOverrides(profileNamed('hp-7475a'), { hpgl: { silent: true } })
const wave = Array.from({ length: 900 }, (_, i) => [10 + i / 4, 100 + 60 * Math.sin(i / 9)]).flat()
const plan = lines(profile, [10, 10, 60, 10, 60, 60], [80, 80, 120, 90], wave, [5, 5])

async function bench() {
  const clock = new VirtualClock()
  const board = new HpglPlotter({ clock })
  board.cable.faults.mute = true
  const { driver, link } = await makeDriver(profile, simulatorPort(board.cable), clock)
  await driver.connect()
  return { clock, board, driver, link }
}

describe('a plotter that answers nothing', () => {
  it('is driven nevertheless: a stroke counts only after it is drawn, and the plotter finds no error', async () => {
    const { board, driver } = await bench()
    for await (const { executed } of driver.plot(plan, { signal: new AbortController().signal })) {
      expect(strokeCount(board.ink.strokes())).toBe(executed)
      expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    }
    expect(inkError(board.ink.strokes(), plan)).toBeLessThanOrEqual(0.025)
    expect(board.position).toEqual([0, 0])
    board.cable.faults.mute = false
    expect(board.interpreter.error).toBe(0)
  })

  it('draws a fine curve in less than 1.5 times the time of a plotter that answers', async () => {
    const seconds: number[] = []
    for (const silent of [false, true]) {
      const clock = new VirtualClock()
      const board = new HpglPlotter({ clock })
      board.cable.faults.mute = silent
      const machine = withOverrides(profileNamed('hp-7475a'), { hpgl: { silent } })
      const { driver } = await makeDriver(machine, simulatorPort(board.cable), clock)
      await driver.connect()
      await driver.home()
      const start = clock.now()
      await plotAll(driver, lines(machine, wave))
      seconds.push((clock.now() - start) / 1000)
    }
    expect((seconds[1] ?? 0) / (seconds[0] ?? 0)).toBeLessThan(1.5)
  })

  it('lifts the pen when it is stopped, and its position is unknown then', async () => {
    const { clock, board, driver } = await bench()
    const abort = new AbortController()
    const plotting = plotAll(driver, plan, { signal: abort.signal })
    await until(clock, () => board.ink.length > 100)
    abort.abort(new Error('enough'))
    await expect(plotting).rejects.toThrow('enough')
    await until(clock, () => !board.isPenDown && !board.isMoving)
    expect(driver.position).toBeUndefined()
    await expect(driver.jog(10, 0)).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    board.pushHome()
    await driver.setHome()
    await driver.home()
    expect(board.position).toEqual([0, 0])
  })

  it('lifts the pen when plotd gives up the connection in a stroke, for example because the store is silent', async () => {
    const { clock, board, driver, link } = await bench()
    const plotting = plotAll(driver, lines(profile, wave))
    await until(clock, () => board.ink.length > 100 && board.isPenDown)
    link.giveUp('the store is silent')
    await expect(plotting).rejects.toMatchObject({ code: 'ERR_LINK_TIMEOUT' })
    await until(clock, () => !board.isMoving && !board.isPenDown)
  })

  it('stops a jog at the end of its present piece of at most 20 mm, with the pen up and a known place', async () => {
    const { clock, board, driver } = await bench()
    await driver.home()
    const abort = new AbortController()
    const jogging = driver.jog(180, 120, abort.signal)
    jogging.catch(() => {})
    await until(clock, () => board.position[0] > 2)
    abort.abort(new Error('enough'))
    await expect(jogging).rejects.toThrow('enough')
    expect([board.isPenDown, board.isMoving]).toEqual([false, false])
    expect(board.position[0]).toBeLessThan(20)
    expect(driver.position?.x).toBeCloseTo(board.position[0], 1)
    await driver.home()
    expect(board.position).toEqual([0, 0])
  })

  it('refuses to free its motors, because it always holds its carriage', async () => {
    const { driver } = await bench()
    await driver.motors(true)
    await expect(driver.motors(false)).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
  })

  it('ends the plot when it is unplugged', async () => {
    const { clock, board, driver } = await bench()
    const plotting = plotAll(driver, plan)
    await until(clock, () => board.ink.length > 100)
    board.cable.cut()
    await expect(plotting).rejects.toMatchObject({ code: 'ERR_LINK_CLOSED' })
  })
})
