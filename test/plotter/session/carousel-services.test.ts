import { expect, it } from 'vitest'
import { strokesOf } from '../../../src/geometry/drawing.ts'
import { VirtualClock } from '../../../src/plotter/link/clock.ts'
import { makePlan } from '../../../src/plotter/plan/make-plan.ts'
import { profileNamed } from '../../../src/plotter/profiles/index.ts'
import { PlotterSession } from '../../../src/plotter/session/session.ts'
import { simulatorPort } from '../../../src/plotter/simulators/cable.ts'
import { HpglPlotter } from '../../../src/plotter/simulators/hpgl/board.ts'
import { until } from '../../support/bench.ts'

/** A session with a carousel, a drawing for two of its pens, and the dips that the pens still need. */
async function carousel(silent: boolean, gate = true) {
  const clock = new VirtualClock()
  const board = new HpglPlotter({ clock })
  const hp = profileNamed('hp-7475a')
  const profile = { ...hp, ...(hp.hpgl && { hpgl: { ...hp.hpgl, silent } }) }
  const sent: string[] = []
  const open = async () => {
    const port = simulatorPort(board.cable)
    const write = port.write.bind(port) as (bytes: Uint8Array) => boolean
    port.write = (bytes: Uint8Array) => {
      sent.push(Buffer.from(bytes).toString('latin1'))
      return write(bytes)
    }
    return port
  }
  const session = new PlotterSession({ url: 'sim:', profile, clock, open, gate })
  await until(clock, () => session.state.is === 'idle')
  const layers = [1, 2].map((pen, i) => ({ name: '', pen, first: i, count: 1, options: {} }))
  const drawing = { ...strokesOf([10, 10, 60, 10], [10, 20, 60, 20]), width: 100, height: 100, layers }
  const { plan } = makePlan(drawing, { keepOrder: true }, profile)
  const dipped = new Set<number>()
  const request = (stroke: number) =>
    stroke > 1 || dipped.has(stroke)
      ? undefined
      : { prompt: 'dip it', at: { x: 90, y: 90, seconds: 1 }, done: async () => void dipped.add(stroke) }
  return { session, plan, request, sent, board, clock }
}

it.each([false, true])(
  'a plotter with a carousel dips each pen only after it has fetched that pen; silent: %s',
  async (silent) => {
    const { session, plan, request, sent } = await carousel(silent)
    await session.ready()
    sent.length = 0
    const outcome = session.plot('J', plan, {}, { request, paused: () => setImmediate(() => void session.resume()) })
    expect(await outcome).toMatchObject({ is: 'finished' })
    expect(sent.join('').match(/SP[12]|PD;/g)).toEqual(['SP1', 'PD;', 'SP2', 'PD;'])
    await session.close()
  },
)

it('a service of the pen waits until VIEW is pressed again, and the plot goes on', async () => {
  const { session, plan, request, board, clock } = await carousel(false)
  await session.ready()
  const outcome = session.plot('J', plan, {}, { request })
  await until(clock, () => board.isPenDown) // the first dip
  clock.after(500, () => board.pressButton())
  let place: readonly number[] = []
  clock.after(5000, () => {
    place = [...board.position]
    board.pressButton()
  })
  expect(await outcome).toMatchObject({ is: 'finished' })
  expect(place).toEqual([90, 90])
  await session.close()
})

it('a session asks the operator to dip the first pen when the position of a silent plotter is unknown', async () => {
  const { session, plan, request } = await carousel(true, false)
  expect(session.position).toBeUndefined()
  const prompts: unknown[] = []
  const paused = (_: unknown, prompt: unknown) => {
    prompts.push(prompt)
    setImmediate(() => void session.resume())
  }
  expect(await session.plot('J', plan, {}, { request, paused })).toMatchObject({ is: 'finished' })
  expect(prompts).toEqual(['dip it'])
  await session.close()
})
