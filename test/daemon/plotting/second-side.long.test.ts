import { afterEach, expect, it } from 'vitest'
import {
  type Affine,
  apply,
  compose,
  inverse,
  rotation,
  transformStrokes,
  translation,
} from '../../../src/geometry/affine.ts'
import { deviation } from '../../../src/geometry/deviation.ts'
import { type Strokes, stroke, strokeCount, strokesOf } from '../../../src/geometry/drawing.ts'
import { inkLength } from '../../../src/geometry/measure.ts'
import { type RunningSimulator, runSimulator } from '../../../src/plotter/simulators/index.ts'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/until.ts'

const MACHINES = [
  { board: 'ebb', profile: 'axidraw-v3' },
  { board: 'grbl', profile: 'grbl-servo' },
  { board: 'hpgl', profile: 'hp-7475a' },
] as const

const [WIDTH, HEIGHT] = [100, 80]
const FRONT = strokesOf([10, 10, 90, 10], [10, 70, 90, 70])
const BACK = strokesOf([20, 20, 80, 20, 80, 60], [20, 60, 20, 30], [30, 40, 70, 40])
const path = (line: Float64Array) => `<path d="M${line.join(' ')}" fill="none" stroke="black"/>`
const layer = (label: string, side: Strokes) =>
  `<g inkscape:groupmode="layer" inkscape:label="${label}">${Array.from({ length: strokeCount(side) }, (_, i) => path(stroke(side, i))).join('')}</g>`
const CARD = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
  width="${WIDTH}mm" height="${HEIGHT}mm" viewBox="0 0 ${WIDTH} ${HEIGHT}">${layer('1 front', FRONT)}${layer('!1 back', BACK)}</svg>`
const CORNERS = { 'top-left': [0, 0], 'top-right': [WIDTH, 0], 'bottom-right': [WIDTH, HEIGHT] } as const
type Corner = keyof typeof CORNERS

let board: RunningSimulator
let daemon: StartedDaemon
afterEach(async () => {
  await daemon.close()
  await board.close()
})

async function started({ board: kind, profile }: (typeof MACHINES)[number], speed = 50): Promise<void> {
  board = await runSimulator(kind, { tcp: 0, speed })
  const pens = [{ name: 'blue', color: 'blue' }]
  daemon = await startedDaemon({ pens, plotters: [{ name: 'axi', url: `${board.url}?speed=${speed}`, profile }] })
  await until(async () => (await axi()).state.is === 'idle')
  if ((await axi()).position === undefined)
    await daemon.client
      .call('plotter.setHome', { name: 'axi' })
      .catch(() => daemon.client.call('plotter.home', { name: 'axi' }))
  await daemon.client.call('plotter.putPen', { name: 'axi', pen: 'blue' })
}

const axi = () => daemon.client.call('plotter.get', { name: 'axi' })
const job = (id: string) => daemon.client.call('job.get', { id })
const resume = () => daemon.client.call('plotter.resume', { name: 'axi' })
const paused = () => until(async () => (await axi()).state.is === 'paused')
const finished = (id: string) => until(async () => (await job(id)).status === 'finished')

async function submitted(options: Record<string, unknown>, copies = 1): Promise<string> {
  const plot = { plotter: 'axi', copies, options }
  const { id } = await daemon.client.submit({ task: 'svg', params: { svg: CARD }, plot })
  await until(async () => (await job(id)).status === 'rendered')
  return id
}

/** The operator moves the pen over a corner of the card as it lies, and sets a mark there. */
async function show(corner: Corner, lies: Affine): Promise<void> {
  const [x, y] = apply(lies, CORNERS[corner][0], CORNERS[corner][1])
  const { position = { x: 0, y: 0 } } = await axi()
  await daemon.client.call('plotter.jog', { name: 'axi', dx: x - position.x, dy: y - position.y })
  await daemon.client.call('plotter.mark', { name: 'axi', at: { corner } })
}

/** The strokes of ink from number `from` up to `to`, without stroke `to`, as they lie on the card. */
function inkOn(card: Affine, from: number, to?: number): Strokes {
  const ink = board.board.ink.strokes()
  const lines = Array.from({ length: strokeCount(ink) }, (_, i) => [...stroke(ink, i)]).slice(from, to)
  return transformStrokes(inverse(card), strokesOf(...lines))
}

const inkCount = () => strokeCount(board.board.ink.strokes())

/** Resolves when the pen next touches the paper. A look at the ink from time to time may come after several strokes. */
const nextTouch = (): Promise<void> =>
  new Promise((resolve) => {
    const { ink } = board.board
    const touch = ink.touch.bind(ink)
    ink.touch = (...place) => {
      ink.touch = touch
      touch(...place)
      resolve()
    }
  })

function expectInk(ink: Strokes, drawing: Strokes): void {
  expect(deviation(ink, drawing).mm).toBeLessThan(0.1)
  expect(deviation(drawing, ink).mm).toBeLessThan(0.1)
}

const FLAT: Affine = [1, 0, 0, 1, 0, 0]
const TURNED = compose(translation(6, 4), rotation(3))

it.each(MACHINES)('$board draws the back on the card as it lies after the turn', async (machine) => {
  await started(machine)
  const id = await submitted({ register: true })
  await daemon.client.call('plotter.ready', { name: 'axi', sheets: 3 })
  await paused()
  const front = inkCount()
  const atTurn = await axi()
  expect(atTurn.state).toMatchObject({ asks: 'side', prompt: 'turn the sheet over: next comes the back of the sheet' })
  expect(atTurn.registers).toEqual({ job: id, widthMm: WIDTH, heightMm: HEIGHT, required: true })
  await expect(resume()).rejects.toThrow('0 of 2 marks')
  await show('top-left', TURNED)
  await expect(resume()).rejects.toThrow('1 of 2 marks')
  await show('bottom-right', TURNED)
  expect((await axi()).marks?.turnDegrees).toBeCloseTo(3, 1)
  await resume()
  await finished(id)
  expectInk(inkOn(FLAT, 0, front), FRONT)
  expectInk(inkOn(TURNED, front), BACK)
  const after = await axi()
  expect(after.marks).toBeUndefined()
  // The grant permits two more sheets: marks do not change the grant.
  expect(after.grant?.for).toEqual({ sheets: 2, of: 3 })
  const drawn = inkLength(FRONT) + inkLength(BACK)
  expect((await job(id)).progress?.inkMm).toBeCloseTo(drawn, 0)
  expect((await job(id)).progress?.pens).toEqual(['blue'])
  expect(Math.abs((after.pens?.[0]?.drawnMm ?? 0) - drawn)).toBeLessThan(drawn / 500)
})

it('a plot of both sides places the back of each copy by its marks, and the front of each copy as planned', async () => {
  await started(MACHINES[0])
  const id = await submitted({ register: true }, 2)
  await daemon.client.call('plotter.ready', { name: 'axi', sheets: 2 })
  const shifted = translation(3, 5)
  const [turn, secondTurn] = [2, 7]
  for (const [strokes, lies] of [
    [turn, TURNED],
    [secondTurn, shifted],
  ] as const) {
    await until(async () => (await axi()).state.is === 'paused' && inkCount() === strokes)
    await expect(resume()).rejects.toThrow('0 of 2 marks')
    await show('top-left', lies)
    await show('bottom-right', lies)
    await resume()
  }
  await finished(id)
  expectInk(inkOn(FLAT, 0, turn), FRONT)
  expectInk(inkOn(TURNED, turn, turn + 3), BACK)
  expectInk(inkOn(FLAT, turn + 3, secondTurn), FRONT)
  expectInk(inkOn(shifted, secondTurn), BACK)
})

it('a pause during the registration of the back holds the plot before the first stroke of the back', async () => {
  await started(MACHINES[0])
  const id = await submitted({ register: true })
  await daemon.client.call('plotter.ready', { name: 'axi' })
  await paused()
  const front = inkCount()
  await show('top-left', TURNED)
  await show('bottom-right', TURNED)
  const resumed = resume()
  await daemon.client.call('plotter.pause', { name: 'axi' })
  await resumed
  await until(async () => {
    const { state } = await axi()
    return state.is === 'paused' && state.why === 'operator'
  })
  expect(inkCount()).toBe(front)
  await resume()
  await finished(id)
  expectInk(inkOn(TURNED, front), BACK)
})

it('a plot of both sides keeps the back’s registration over a restart, and does not ask to turn the card again', async () => {
  await started(MACHINES[0], 10) // slow, so that the pause comes in time
  const id = await submitted({})
  await daemon.client.call('plotter.ready', { name: 'axi' })
  await paused()
  const front = inkCount()
  await show('top-left', TURNED)
  await show('bottom-right', TURNED)
  const isTouched = nextTouch()
  await resume()
  await isTouched
  await daemon.client.call('plotter.pause', { name: 'axi' })
  await daemon.restart()
  await until(async () => (await axi()).state.is === 'idle')
  expect((await job(id)).status).toBe('interrupted')
  await daemon.client.call('job.resume', { id, atHome: false })
  await finished(id)
  expectInk(inkOn(TURNED, front), BACK)
})

it('a plot of both sides that was cut in the first stroke of the back asks for no second turn', async () => {
  await started(MACHINES[0], 10)
  const id = await submitted({})
  await daemon.client.call('plotter.ready', { name: 'axi' })
  await paused()
  const front = inkCount()
  const isTouched = nextTouch()
  await resume()
  await isTouched
  await daemon.client.call('plotter.pause', { name: 'axi', now: true })
  await paused()
  expect((await job(id)).progress).toMatchObject({ done: 2, begun: 3 })
  await daemon.restart()
  await until(async () => (await axi()).state.is === 'idle')
  await daemon.client.call('job.resume', { id, cut: 'redraw', atHome: false })
  await finished(id)
  expectInk(inkOn(FLAT, front), BACK)
})

it('a plot of both sides refuses a back that lies out of reach, and continues as planned when a user deletes the marks', async () => {
  await started(MACHINES[0])
  const id = await submitted({})
  await daemon.client.call('plotter.ready', { name: 'axi' })
  await paused()
  const shift = translation(-25, 0)
  await show('top-right', shift)
  // The bottom left corner lies left of home, where the pen cannot stand. So the user shows a place 30 mm to the right
  // of this corner.
  const { position = { x: 0, y: 0 } } = await axi()
  const [x, y] = apply(shift, 30, HEIGHT)
  await daemon.client.call('plotter.jog', { name: 'axi', dx: x - position.x, dy: y - position.y })
  await daemon.client.call('plotter.mark', { name: 'axi', at: { x: 30, y: HEIGHT } })
  await expect(resume()).rejects.toThrow('leaves the reach')
  expect((await axi()).state.is).toBe('paused')
  await daemon.client.call('plotter.mark', { name: 'axi' })
  await resume()
  await finished(id)
  const both = [FRONT, BACK].flatMap((side) =>
    Array.from({ length: strokeCount(side) }, (_, i) => [...stroke(side, i)]),
  )
  expectInk(inkOn(FLAT, 0), strokesOf(...both))
})
