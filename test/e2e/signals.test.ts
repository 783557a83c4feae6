import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../clients/node/index.ts'
import { stroke, strokeCount } from '../../src/geometry/drawing.ts'
import { type RunningSimulator, runSimulator } from '../../src/plotter/simulators/index.ts'
import { itLong } from '../support/fuzz.ts'
import { type Child, daemonProcess, node } from '../support/processes.ts'
import { removeFolder } from '../support/remove-folder.ts'
import { until } from '../support/until.ts'

const LAST_X = 70
const paths = [10, 20].map((y) => `<path d="M10 ${y}H${LAST_X}" fill="none" stroke="black"/>`)
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80mm" height="40mm" viewBox="0 0 80 40">${paths.join('')}</svg>`
/** Each stroke takes 12 s, so that a signal comes in the middle of the first stroke on a busy machine too. */
const slow = { base: 'axidraw-v3', down: { speed: 5 } }

/** An unhandled rejection, for which Node ends a process as for an uncaught exception. */
const BUG = "void Promise.reject(new Error('a bug'))"

/** In the process of the daemon, the time for strokes under way is one second instead of 100 s. */
const SHORT = `{
  const { setTimeout } = globalThis
  globalThis.setTimeout = (act, ms, ...rest) => setTimeout(act, ms === 100_000 ? 1000 : ms, ...rest)
}`

describe('a daemon that has to end in mid-stroke', () => {
  let folder: string
  let board: RunningSimulator
  let daemon: Child
  beforeEach(async ({ task }) => {
    folder = await mkdtemp(join(tmpdir(), 'plotd-stop-'))
    board = await runSimulator('ebb')
    const state = join(folder, 'state')
    const plotters = [{ name: 'axi', url: `${board.url}?patience=10`, profile: slow }]
    const settings = { port: 0, state, output: join(folder, 'output'), plotters }
    const isShort = task.name.includes('too long')
    daemon = await daemonProcess(settings, `process.on('SIGUSR2', () => ${BUG})\n${isShort ? SHORT : ''}`)
    const client = await connect({ state, reconnect: false })
    const plot = { plotter: 'axi', options: { keepOrder: true } }
    const { id } = await client.submit({ task: 'svg', params: { svg }, plot })
    await until(async () => (await client.call('job.get', { id })).status === 'rendered')
    await until(async () => (await client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
    await client.call('plotter.ready', { name: 'axi' })
    await until(() => board.board.isPenDown)
  })
  afterEach(async () => {
    daemon.process.kill('SIGKILL')
    await board.close()
    removeFolder(folder)
  })

  const finishesOnlyItsStroke = async () => {
    const ink = board.board.ink.strokes()
    expect(strokeCount(ink)).toBe(1)
    expect(stroke(ink, 0).at(-2)).toBeCloseTo(LAST_X, 1)
    await until(() => !board.board.isPenDown)
  }

  // SIGHUP comes when the terminal of the daemon is closed, or its SSH connection is lost.
  it('finishes only the stroke at SIGHUP, also when the shell and then the system send it, and lifts the pen', async () => {
    daemon.process.kill('SIGHUP')
    await new Promise((resolve) =>
      daemon.process.stderr?.on('data', (log) => /stopping/.test(String(log)) && resolve(log)),
    )
    expect(await daemon.kill('SIGHUP')).toBe(0)
    await finishesOnlyItsStroke()
  })

  // A suspended process could not lift the pen.
  it('goes on drawing at SIGTSTP, and at SIGTERM finishes only the stroke and lifts the pen', async () => {
    const output = new Promise((resolve) =>
      daemon.process.stderr?.on('data', (log) => /SIGTSTP/.test(String(log)) && resolve(log)),
    )
    daemon.process.kill('SIGTSTP')
    expect(String(await output)).toContain('Ctrl-C stops plotd')
    expect(await daemon.kill('SIGTERM')).toBe(0)
    await finishesOnlyItsStroke()
  })

  it('does not finish a stroke that takes too long after a first signal, but lifts the pen', async () => {
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect(stroke(board.board.ink.strokes(), 0).at(-2)).toBeLessThan(LAST_X - 1)
    await until(() => !board.board.isPenDown)
  })

  it('does not finish the stroke at a second signal, but lifts the pen', async () => {
    daemon.process.kill('SIGTERM')
    await new Promise((resolve) =>
      daemon.process.stderr?.on('data', (log) => /stopping/.test(String(log)) && resolve(log)),
    )
    expect(await daemon.kill('SIGTERM')).toBe(130)
    expect(stroke(board.board.ink.strokes(), 0).at(-2)).toBeLessThan(LAST_X - 1)
    await until(() => !board.board.isPenDown)
  })

  it('lifts the pen before it ends by a bug, and reports the bug', async () => {
    const output = new Promise((resolve) =>
      daemon.process.stderr?.on('data', (log) => /a bug/.test(log) && resolve(log)),
    )
    expect(await daemon.kill('SIGUSR2')).toBe(1)
    expect(String(await output)).toContain('a bug')
    expect(stroke(board.board.ink.strokes(), 0).at(-2)).toBeLessThan(LAST_X - 1)
    await until(() => !board.board.isPenDown)
  })

  itLong('does not finish the stroke after a bug that follows a first signal, but lifts the pen', async () => {
    daemon.process.kill('SIGTERM')
    await new Promise((resolve) =>
      daemon.process.stderr?.on('data', (log) => /stopping/.test(String(log)) && resolve(log)),
    )
    expect(await daemon.kill('SIGUSR2')).toBe(1)
    expect(stroke(board.board.ink.strokes(), 0).at(-2)).toBeLessThan(LAST_X - 1)
    await until(() => !board.board.isPenDown)
  })
})

itLong('a daemon ends a jog of 15 m at a first signal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-stop-'))
  const board = await runSimulator('ebb')
  const state = join(folder, 'state')
  const plotters = [{ name: 'axi', url: `${board.url}?patience=10`, profile: { ...slow, width: 20_000 } }]
  const daemon = await daemonProcess({ port: 0, state, output: join(folder, 'output'), plotters })
  try {
    const client = await connect({ state, reconnect: false })
    await until(async () => (await client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
    const jog = client.call('plotter.jog', { name: 'axi', dx: 15_000 }).catch((error: unknown) => error)
    await until(() => board.board.position[0] > 20)
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect(await jog).toMatchObject({ code: 'ERR_PLOTTER_STATE' })
    expect([board.board.isMoving, board.board.isPenDown]).toEqual([false, false])
  } finally {
    daemon.process.kill('SIGKILL')
    await board.close()
    removeFolder(folder)
  }
})

it('a daemon that gets SIGINT lifts a pen that a user has lowered', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-stop-'))
  const board = await runSimulator('ebb')
  const state = join(folder, 'state')
  const plotters = [{ name: 'axi', url: `${board.url}?patience=10`, profile: slow }]
  const daemon = await daemonProcess({ port: 0, state, output: join(folder, 'output'), plotters })
  try {
    const client = await connect({ state, reconnect: false })
    await until(async () => (await client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
    await client.call('plotter.pen', { name: 'axi', to: 'down' })
    await until(() => board.board.isPenDown)
    expect(await daemon.kill('SIGINT')).toBe(0)
    await until(() => !board.board.isPenDown)
  } finally {
    daemon.process.kill('SIGKILL')
    await board.close()
    removeFolder(folder)
  }
})

itLong(
  'a daemon that has just become ready ends at a signal that comes while its printer and its notifier start',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plotd-start-'))
    const file = join(folder, 'config.yaml')
    const config = {
      ...{ port: 0, state: join(folder, 'state'), output: join(folder, 'output'), render: { workers: 1 } },
      ...{ printer: { enabled: true, port: 0 }, notify: { mqtt: { url: 'mqtt://127.0.0.1:9' } } },
    }
    await writeFile(file, JSON.stringify(config))
    const argv = ['node', 'plotd', 'serve', '--config', file]
    const daemon = node(`process.argv = ${JSON.stringify(argv)}; await import('./clients/cli/main.js')`)
    try {
      expect(await daemon.line()).toContain('"event":"ready"')
      expect(await daemon.kill('SIGTERM')).toBe(0)
    } finally {
      daemon.process.kill('SIGKILL')
      removeFolder(folder)
    }
  },
)
