import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../clients/node/index.ts'
import { type Strokes, stroke, strokeCount, strokesOf } from '../../src/geometry/drawing.ts'
import { furthest } from '../support/ink.ts'
import { boardProcess, type Child, daemonProcess } from '../support/processes.ts'
import { removeFolder } from '../support/remove-folder.ts'
import { until } from '../support/until.ts'

/** Lines back and forth, so that no travel runs along a line. The place of the carriage then identifies one line. */
const LINES = Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? [5, 5 + i, 20, 5 + i] : [20, 5 + i, 5, 5 + i]))
const drawing = strokesOf(...LINES)
const paths = LINES.map(([x1, y1, x2, y2]) => `<path d="M${x1} ${y1}L${x2} ${y2}" fill="none" stroke="black"/>`)
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 40 40">${paths.join('')}</svg>`
const quick = { base: 'axidraw-v3', pen: { raiseMs: 100, lowerMs: 100 }, down: { speed: 60 } }
const CLOSE_MM = 0.05

/**
 * Counts the strokes of ink that lie entirely on line `i` of the drawing, and the dots and complete lines among them.
 * `mm` is the total length of these strokes. A pen that was lowered and had not moved when the daemon was killed leaves
 * a dot.
 */
function onLine(ink: Strokes, i: number): { pieces: number; dots: number; whole: number; mm: number } {
  const line = stroke(drawing, i)
  const pieces = Array.from({ length: strokeCount(ink) }, (_, s) => stroke(ink, s)).filter(
    (piece) => furthest(piece, line) < CLOSE_MM,
  )
  const mm = pieces.reduce((sum, piece) => sum + widthOf(piece), 0)
  const dots = pieces.filter((piece) => widthOf(piece) < CLOSE_MM).length
  return { pieces: pieces.length, dots, whole: pieces.filter((piece) => furthest(line, piece) < CLOSE_MM).length, mm }
}

const widthOf = (piece: Float64Array): number => Math.abs((piece.at(-2) ?? 0) - (piece[0] ?? 0))

/** Code that kills its own daemon when a plot has drawn this number of strokes. A signal from outside may be late. */
const killedAfter = (strokes: number, state: string): string => `
  import { connect } from './clients/node/index.js'
  const follow = async () => {
    const client = await connect({ state: ${JSON.stringify(state)} })
    await client.subscribe(({ type, progress }) => {
      if (type === 'job.progress' && progress.phase === 'plot' && progress.done >= ${strokes}) process.kill(process.pid, 'SIGKILL')
    })
  }
  const dial = () => void follow().catch(() => setTimeout(dial, 10))
  dial()
`

describe('a daemon that is killed in mid-plot', () => {
  let folder: string
  let daemon: (Child & { url: string }) | undefined
  let board: Awaited<ReturnType<typeof boardProcess>>
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plotd-kill-'))
    board = await boardProcess()
  })
  afterEach(async () => {
    daemon?.process.kill('SIGKILL')
    board.process.kill('SIGKILL')
    removeFolder(folder)
  })

  it('moves nothing afterwards until an operator says how to resume, knows where it stopped, and inks every stroke once', async () => {
    const state = join(folder, 'state')
    const plotters = [{ name: 'axi', url: `${board.url}?patience=10&speed=3`, profile: quick }]
    const settings = { port: 0, state, output: join(folder, 'output'), plotters }
    const plot = { plotter: 'axi', options: { keepOrder: true } }
    daemon = await daemonProcess(settings, killedAfter(3, state))
    const killed = once(daemon.process, 'exit')
    const before = await connect({ state, reconnect: false })
    const { id } = await before.submit({ task: 'svg', params: { svg }, plot })
    const next = await before.submit({ task: 'svg', params: { svg }, plot, title: 'next' })
    await until(async () => (await before.call('job.get', { id })).status === 'rendered')
    await until(async () => (await before.call('plotter.get', { name: 'axi' })).state.is === 'idle')
    await before.call('plotter.ready', { name: 'axi' })
    await killed

    daemon = await daemonProcess(settings)
    const after = await connect({ state })
    const job = () => after.call('job.get', { id })
    await until(async () => (await after.call('plotter.get', { name: 'axi' })).state.is === 'idle')
    const cut = await job()
    expect(cut).toMatchObject({ status: 'interrupted', reason: { code: 'restart' } })
    const { ink: onPaper, x } = await board.look()
    const inked = LINES.filter((_, i) => onLine(onPaper, i).whole > 0).length
    // On the disk, `done` is never ahead of the paper, and `begun` never behind it.
    const { done = Infinity, begun = 0 } = cut.progress ?? {}
    expect(inked).toBeGreaterThanOrEqual(done)
    expect(strokeCount(onPaper)).toBeLessThanOrEqual(begun)
    expect(begun - done).toBeLessThanOrEqual(4)

    // The board has kept its power, so the place where the pen stopped is known: the stroke, or the point in it.
    const place = await after.call('job.place', { id })
    expect(place).toMatchObject({ homeKnown: true, first: inked })
    expect((await board.look()).x).toBe(x)
    const whole = place.first === place.last
    await after.call('job.trace', { id, ...(whole ? {} : { cut: 'continue' as const }) })
    expect(strokeCount((await board.look()).ink)).toBe(strokeCount(onPaper))
    await after.call('job.resume', { id, ...(whole ? {} : { cut: 'continue' as const }) })
    await until(async () => (await job()).status === 'finished')

    const { ink } = await board.look()
    for (const i of LINES.keys()) {
      const { pieces, dots, whole: wholes, mm } = onLine(ink, i)
      // The cut line has two pieces that meet, or one piece and perhaps a dot; no other line is drawn twice.
      if (i !== inked) expect(pieces, `line ${i}`).toBe(1)
      else expect(whole ? pieces - dots : pieces, `line ${i}`).toBe(whole ? 1 : 2)
      if (i !== inked || whole) expect(wholes, `line ${i}`).toBe(1)
      expect(mm, `line ${i}`).toBeGreaterThan(14.9)
      expect(mm, `line ${i}`).toBeLessThan(15.1)
    }
    expect((await after.call('job.get', { id: next.id })).status).toBe('rendered')
    after.close()
    expect(await daemon.kill('SIGTERM')).toBe(0)
  })
})
