import { afterAll, beforeAll, expect, it } from 'vitest'
import { apply, compose, rotation, transformStrokes, translation } from '../../../src/geometry/affine.ts'
import { deviation } from '../../../src/geometry/deviation.ts'
import { strokesOf } from '../../../src/geometry/drawing.ts'
import { type RunningSimulator, runSimulator } from '../../../src/plotter/simulators/index.ts'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/until.ts'

let board: RunningSimulator
let daemon: StartedDaemon
beforeAll(async () => {
  board = await runSimulator('ebb', { tcp: 0, speed: 50 })
  daemon = await startedDaemon({ plotters: [{ name: 'axi', url: `${board.url}?speed=50`, profile: 'axidraw-v3' }] })
  await until(async () => (await axi()).state.is === 'idle')
})
afterAll(async () => {
  await daemon.close()
  await board.close()
})

type Client = StartedDaemon['client']
const axi = () => daemon.client.call('plotter.get', { name: 'axi' })
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="80mm" viewBox="0 0 100 80">
  <path d="M20 20H80V60H20Z" fill="none" stroke="black"/></svg>`
const DRAWING = strokesOf([20, 20, 80, 20, 80, 60, 20, 60, 20, 20])
/** How the printed sheet lies under the pen. */
const PLACEMENT = compose(translation(4, 3), rotation(2.5))

it('a printed sheet gets a grant only after two marks, and the ink has the sheet’s place and rotation', async () => {
  const { client } = daemon
  const plot = { plotter: 'axi', copies: 1, options: { printed: true } }
  const { id } = await client.submit({ task: 'svg', params: { svg: SVG }, plot })
  await until(async () => (await client.call('job.get', { id })).status === 'rendered')
  await client.call('plotter.setHome', { name: 'axi' })
  await expect(client.call('plotter.ready', { name: 'axi' })).rejects.toThrow('0 of 2 marks')
  for (const [x, y] of [
    [10, 10],
    [90, 70],
  ] as const) {
    const { position = { x: 0, y: 0 } } = await axi()
    const [lieX, lieY] = apply(PLACEMENT, x, y)
    await client.call('plotter.jog', { name: 'axi', dx: lieX - position.x, dy: lieY - position.y })
    await client.call('plotter.mark', { name: 'axi', at: { x, y } })
  }
  expect((await axi()).marks?.turnDegrees).toBeCloseTo(2.5, 1)
  await client.call('plotter.home', { name: 'axi' })
  await client.call('plotter.ready', { name: 'axi' })
  await until(async () => (await client.call('job.get', { id })).status === 'finished')
  const expected = transformStrokes(PLACEMENT, DRAWING)
  const ink = board.board.ink.strokes()
  expect(deviation(ink, expected).mm).toBeLessThan(0.1)
  expect(deviation(expected, ink).mm).toBeLessThan(0.1)
  // The marks were for that sheet alone.
  expect((await axi()).marks).toBeUndefined()
})

it('a printed sheet gets no grant when its marks put the ink out of reach', async () => {
  const { client } = daemon
  const plot = { plotter: 'axi', copies: 1, options: { printed: true } }
  const { id } = await client.submit({ task: 'svg', params: { svg: SVG }, plot })
  await until(async () => (await client.call('job.get', { id })).status === 'rendered')
  await client.call('plotter.setHome', { name: 'axi' })
  for (const { x, y } of [
    { x: 50, y: 40 },
    { x: 100, y: 80 },
  ]) {
    const { position = { x: 0, y: 0 } } = await axi()
    await client.call('plotter.jog', { name: 'axi', dx: x - 50 - position.x, dy: y - 40 - position.y })
    await client.call('plotter.mark', { name: 'axi', at: { x, y } })
  }
  await expect(client.call('plotter.ready', { name: 'axi' })).rejects.toMatchObject({
    code: 'ERR_PLAN_OUT_OF_BOUNDS',
    message: expect.stringContaining('at the left by 30.0 mm'),
  })
  expect((await client.call('job.get', { id })).status).toBe('rendered')
  await client.call('job.cancel', { id })
})

it.each([
  ['the motors are freed', (client: Client) => client.call('plotter.motors', { name: 'axi', on: false })],
  ['another place becomes home', (client: Client) => client.call('plotter.setHome', { name: 'axi' })],
])('marks do not count any more when %s', async (_, lose) => {
  const { client } = daemon
  await client.call('plotter.setHome', { name: 'axi' })
  for (const at of [
    { x: 10, y: 10 },
    { x: 60, y: 70 },
  ]) {
    const { position = { x: 0, y: 0 } } = await axi()
    await client.call('plotter.jog', { name: 'axi', dx: at.x - position.x, dy: at.y - position.y })
    await client.call('plotter.mark', { name: 'axi', at })
  }
  expect((await axi()).marks?.places).toHaveLength(2)
  await lose(client)
  expect((await axi()).marks).toBeUndefined()
})
