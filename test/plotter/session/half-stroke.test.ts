import { expect, it } from 'vitest'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { locate } from '../../../src/plotter/plan/cut.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { memoryFrom, shortMemory, stopOf } from '../../../src/plotter/session/memory.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { GrblBoard } from '../../../src/plotter/simulators/grbl/board.ts'
import { MarlinBoard } from '../../../src/plotter/simulators/marlin/board.ts'
import { lines } from '../../contracts/driver.ts'
import { planOfLines, sessionBench, until } from '../../support/bench.ts'

const plan = planOfLines([10, 10, 30, 10], [40, 40, 60, 40])

it('the memory keeps the drawn length of a stroke when plotd stops while the rest of that stroke is paused at home', async () => {
  let text = '{"driver":{}}'
  const memory = memoryFrom(text, async (next) => {
    text = next
  })
  const { clock, board, session } = await sessionBench({ memory })
  const outcome = session.plot('job', plan, { fromMm: 12, continuesSheet: true, startsPaused: true })
  await until(clock, () => session.state.is === 'paused')
  expect(board.position).toEqual([0, 0])
  await session.close(false)
  await expect(outcome).resolves.toMatchObject({ is: 'interrupted', executed: 0, begun: 1 })
  const stop = stopOf(
    memoryFrom(text, async () => {}),
    'job',
    plan.hash,
  )
  expect(stop).toEqual({ x: 0, y: 0, from: { stroke: 0, mm: 12 } })
  expect(stop && (await locate(plan, { first: 0, last: 1 }, stop, stop.from))).toEqual({
    first: 0,
    last: 1,
    drawnMm: 12,
  })
})

const klipper = (clock: VirtualClock) => new MarlinBoard({ clock, firmware: 'klipper' })

it.each([
  ['grbl-servo', 'draws', (clock: VirtualClock) => new GrblBoard({ clock }), 'X20', 'X#'],
  ['klipper-servo', 'draws', klipper, /G1X2/, 'G_X2'],
  ['klipper-servo', 'waits for the end of the stroke before it stops', klipper, /G1X2/, 'G_X2'],
] as const)(
  'when a line of a stroke is damaged, the place at which a %s board stops while plotd %s does not locate the cut, because the board draws the next lines',
  async (name, activity, make, line, damaged) => {
    const clock = new VirtualClock()
    const board = make(clock)
    const profile = profileNamed(name)
    const memory = shortMemory()
    const session = new PlotterSession({
      ...{ url: 'sim:board', profile, clock, memory, wakeLock: () => () => {} },
      open: () => Promise.resolve(simulatorPort(board.cable)),
    })
    await until(clock, () => session.state.is === 'idle')
    await session.ready()
    const receive = board.receive.bind(board)
    board.receive = (bytes) => receive(Buffer.from(Buffer.from(bytes).toString().replace(line, damaged)))
    const plan = lines(profile, [10, 10, 20, 40, 30, 10, 40, 40, 50, 10])
    const outcome = session.plot('job', plan)
    await until(clock, () => board.isPenDown)
    const closing = activity === 'draws' ? undefined : session.close()
    await expect(outcome).resolves.toMatchObject({ is: 'interrupted', executed: 0, begun: 1 })
    expect(board.ink.length).toBeGreaterThan(1)
    if (!closing) expect(session.position).toBeDefined()
    await (closing ?? session.close())
    expect(stopOf(memory, 'job', plan.hash)).toBeUndefined()
  },
)
