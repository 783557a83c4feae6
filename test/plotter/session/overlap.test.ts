import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Permission } from '../../../src/plotter/link/permission.ts'
import { shortMemory } from '../../../src/plotter/session/memory.ts'
import { planOf, planOfLines, STEP, sessionBench, until } from '../../support/bench.ts'
import { inkError } from '../../support/ink.ts'

const plan = planOfLines([10, 10, 30, 10, 30, 30], [40, 40, 60, 40], [40, 50, 60, 50])
const REFUSED = { code: 'ERR_PLOTTER_STATE' }

describe('a session with two calls at once', () => {
  let bench: Awaited<ReturnType<typeof sessionBench>>
  beforeEach(async () => {
    bench = await sessionBench()
    await bench.session.ready()
  })
  afterEach(() => bench.session.close(true))
  const is = () => bench.session.state.is

  async function pausedPlot() {
    const outcome = bench.session.plot('job', plan)
    await until(bench.clock, () => bench.board.isPenDown)
    await bench.session.pause()
    await until(bench.clock, () => is() === 'paused')
    return { outcome }
  }

  it('begins a plot only after a jog under way has ended', async () => {
    const jog = bench.session.jog(150, 100)
    await until(bench.clock, () => bench.board.isMoving)
    const outcome = bench.session.plot('job', plan)
    await jog
    expect(bench.board.position).toEqual([150, 100])
    expect(bench.board.ink.vertexCount).toBe(0)
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(inkError(bench.board.ink.strokes(), plan)).toBeLessThan(STEP)
  })

  it('begins no plot on a grant while it frees the motors', async () => {
    let outcome: Promise<unknown> | undefined
    bench.board.onLine = (line) => {
      if (line === 'EM,0,0') outcome ??= bench.session.plot('job', plan).catch((error: unknown) => error)
      return undefined
    }
    await bench.session.motors(false)
    await expect(outcome).resolves.toMatchObject(REFUSED)
  })

  it('refuses a jog that comes just after a resume', async () => {
    const { outcome } = await pausedPlot()
    const resumed = bench.session.resume()
    await expect(bench.session.jog(100, 50)).rejects.toMatchObject(REFUSED)
    await resumed
    await expect(outcome).resolves.toMatchObject({ is: 'finished' })
    expect(bench.session.position).toEqual({ x: 0, y: 0 })
  })

  it('does not draw the rest of a sheet when the session is closed while `register` waits for a jog', async () => {
    const [layer] = plan.layers
    const layers = [layer, layer].flatMap((half, i) =>
      half ? [{ ...half, first: 2 * i, count: 2 - i, options: { pauseBefore: i === 1 } }] : [],
    )
    const outcome = bench.session.plot('job', planOf({ ...plan, layers }))
    await until(bench.clock, () => bench.session.beforeLayer !== undefined)
    const jog = bench.session.jog(60, 0)
    const registered = bench.session.register()
    const closed = bench.session.close()
    await expect(registered).rejects.toMatchObject(REFUSED)
    await Promise.allSettled([jog, closed])
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'restart', executed: 2 })
  })

  it('pauses a plot that was resumed just before', async () => {
    const { outcome } = await pausedPlot()
    await bench.session.resume()
    await bench.session.pause()
    await until(bench.clock, () => is() !== 'plotting')
    expect(is()).toBe('paused')
    await bench.session.cancel()
    await outcome
  })

  it('clears a fault once when two users clear it', async () => {
    bench.board.onLine = (line) => (line.startsWith('LT') && bench.board.isPenDown ? '!6 Err: Invalid' : undefined)
    await bench.session.plot('job', plan)
    const lines: string[] = []
    bench.board.onLine = (line) => {
      lines.push(line)
      return undefined
    }
    await Promise.all([bench.session.clear(), bench.session.clear()])
    expect(bench.session.state).toEqual({ is: 'idle', ready: false })
    expect(lines.filter((line) => line === 'QL')).toHaveLength(1)
  })

  describe('whose plot gets a permission only after a new connection', () => {
    /** Cuts the cable, and resolves when the session is connected again. */
    const reconnect = async () => {
      bench.board.cable.cut()
      await until(bench.clock, () => is() === 'offline')
      await until(bench.clock, () => is() === 'idle')
    }

    it('leaves the plotter connected after the interrupted plot', async () => {
      const begin = async (stroke: number) => {
        if (stroke === 2) await reconnect()
        return new Permission(Infinity)
      }
      const outcome = bench.session.plot('job', plan, {}, { begin })
      await expect(outcome).resolves.toMatchObject({ is: 'interrupted', why: 'connection-lost', executed: 2 })
      expect(bench.session.state).toEqual({ is: 'idle', ready: false })
    })

    it('leaves the plotter connected after a canceled plot', async () => {
      let canceled: Promise<void> | undefined
      const begin = async (stroke: number) => {
        if (stroke < 2) return new Permission(Infinity)
        canceled = bench.session.cancel()
        await reconnect()
        return new Permission(Infinity)
      }
      const outcome = bench.session.plot('job', plan, {}, { begin })
      await expect(outcome).resolves.toMatchObject({ is: 'canceled', executed: 2 })
      await canceled
      expect(bench.session.state).toEqual({ is: 'idle', ready: false })
    })
  })
})

it('a plot does not begin when the connection was lost and opened again while plotd recorded the plot', async () => {
  const memory = shortMemory()
  const { clock, board, session } = await sessionBench({ memory })
  await session.ready()
  memory.save = async () => {
    if (memory.plot === undefined || board.ink.vertexCount > 0 || session.state.is !== 'plotting') return
    board.cable.cut()
    await until(clock, () => session.state.is === 'offline')
    await until(clock, () => session.state.is === 'idle')
  }
  await expect(session.plot('job', plan)).resolves.toMatchObject({ is: 'interrupted', why: 'connection-lost' })
  expect(board.position).toEqual([0, 0])
  expect(session.state).toEqual({ is: 'idle', ready: false })
  await session.close(true)
})
