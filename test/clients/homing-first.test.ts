import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { farmLines } from '../../clients/cli/ui/farm-grid.ts'
import { plotterSentence } from '../../clients/cli/ui/sentences.ts'
import { needsOf } from '../../clients/notify/needs.ts'
import { stateOf } from '../../clients/printer/plotter-state.ts'
import { viewOf, wordsOf } from '../../clients/web/src/farm/view.ts'
import { applyEvents, DISCONNECTED } from '../../clients/web/src/state/daemon-state.ts'
import { sentence } from '../../clients/web/src/status/sentence.ts'
import type { WirePlotter } from '../../src/daemon/protocol/index.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { until } from '../support/until.ts'
import { wireJob, wirePlotter } from '../support/wire.ts'

const plain = { bold: (text: string) => text, bad: (text: string) => text } as Parameters<typeof farmLines>[1]
const idle = { is: 'idle', ready: false } as const
const unhomed = wirePlotter(idle, { device: { dialect: 'grbl', firmware: '1.1h', mustHome: true } })
const open: WirePlotter = { ...unhomed, gate: false }
const homed: WirePlotter = { ...unhomed, position: { x: 0, y: 0 } }
const job = wireJob('a', { status: 'rendered', plot: { plotter: 'axi', copies: 1 } })

describe('a plotter that has not found its limit switches', () => {
  let plotd: StartedDaemon
  beforeAll(async () => {
    const url = 'sim:grbl?homing=1&speed=50'
    const profile = 'grbl-servo'
    plotd = await startedDaemon({
      plotters: [
        { name: 'mill', url, profile },
        { name: 'open', url, profile, gate: 'off' },
      ],
    })
    await until(async () => (await mill()).state.is === 'idle')
  })
  afterAll(async () => {
    await plotd.close()
  })
  const mill = () => plotd.client.call('plotter.get', { name: 'mill' })

  it('asks for `plotd home` until it is homed, and then for `plotd ready`', async () => {
    expect(plotterSentence(await mill())).toBe('mill is not homed: `plotd home mill` first.')
    await expect(plotd.client.call('plotter.ready', { name: 'mill', sheets: 1 })).rejects.toThrow('`plotd home`')
    await plotd.client.call('plotter.home', { name: 'mill' })
    expect(plotterSentence(await mill())).toMatch(/^mill is idle\..* a fresh sheet is down: `plotd ready mill`\.$/)
    await plotd.client.call('plotter.ready', { name: 'mill', sheets: 1 })
  })

  it('with its gate off, begins its job only after it is homed', async () => {
    const open = () => plotd.client.call('plotter.get', { name: 'open' })
    const statusOf = async (id: string) => (await plotd.client.call('job.get', { id })).status
    await until(async () => (await open()).state.is === 'idle')
    expect(await open()).toMatchObject({ state: { ready: false }, gate: false })
    expect(plotterSentence(await open())).toBe('open is not homed: `plotd home open` first.')
    await expect(plotd.client.call('plotter.ready', { name: 'open' })).rejects.toThrow('`plotd home`')
    const { id } = await plotd.client.call('job.submit', {
      ...{ task: 'text', params: { text: 'Hi' }, plot: { plotter: 'open', copies: 1 } },
    })
    await until(async () => (await statusOf(id)) === 'rendered')
    expect(await open()).toMatchObject({ state: { is: 'idle', ready: false } })
    await plotd.client.call('plotter.home', { name: 'open' })
    await until(async () => (await statusOf(id)) !== 'rendered') // the job begins by itself
  })

  it('is shown as not homed in the list of the farm', () => {
    const lines = (plotter: WirePlotter) => farmLines({ hosts: [], plotters: [plotter], jobs: [job] }, plain, 80)
    expect(lines(unhomed).join(' ')).toContain('not homed: plotd home axi')
    expect(lines(homed).join(' ')).toContain('needs a sheet: plotd ready axi')
  })

  it('is shown as not homed on the page, with a button that homes it', () => {
    const daemonOf = (plotter: WirePlotter) =>
      applyEvents(DISCONNECTED, [{ type: 'snapshot', seq: 1, jobs: [job], total: 1, paused: [], plotters: [plotter] }])
    expect(sentence(daemonOf(unhomed))).toMatchObject({
      action: 'home',
      text: expect.stringContaining('limit switches'),
    })
    expect(sentence(daemonOf(open))).toMatchObject({
      action: 'home',
      text: expect.stringContaining('put a fresh sheet down: the plot begins by itself after homing'),
    })
    expect(sentence(daemonOf(homed))).toMatchObject({ action: 'ready' })
    const words = (plotter: WirePlotter) => {
      const [tile] = viewOf({ plotters: [plotter], jobs: new Map([[job.id, job]]) }).tiles
      return tile && wordsOf(tile.plotter, tile.need)
    }
    expect([words(unhomed), words(homed)]).toEqual(['Must go home first', 'Needs a fresh sheet'])
  })

  it('is reported in notifications and in the state of the printer, with the commands to run', () => {
    const text = (plotter: WirePlotter) => needsOf({ plotters: [plotter], jobs: [job], batches: [], since: 0 })[0]?.text
    expect(text(unhomed)).toBe('Run plotd home axi. Then put a fresh sheet down and run plotd ready axi.')
    expect(text(open)).toBe('Put a fresh sheet down. Then run plotd home axi: the plot begins by itself.')
    expect(text(homed)).toBe('Put a fresh sheet down and run plotd ready axi.')
    const message = (plotter: WirePlotter) =>
      stateOf({ name: 'axi', plotters: [plotter], jobs: [job], paused: new Set() }).message
    expect(message(unhomed)).toBe('axi: run plotd home, put a sheet down and run plotd ready.')
    expect(message(open)).toBe('axi: put a sheet down and run plotd home.')
    expect(message(homed)).toBe('axi: put a sheet down and run plotd ready.')
  })
})
