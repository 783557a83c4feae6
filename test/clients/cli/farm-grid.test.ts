import { describe, expect, it } from 'vitest'
import { farm } from '../../../clients/cli/commands/farm.ts'
import { type FarmHost, farmLines, hostLines } from '../../../clients/cli/ui/farm-grid.ts'
import { mayDraw, needOf } from '../../../clients/node/attention.ts'
import type { WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { wireJob, wirePlotter } from '../../support/wire.ts'

const plain = { bold: (text: string) => text, bad: (text: string) => text } as Parameters<typeof farmLines>[1]

const plotter = (name: string, more: Partial<WirePlotter> = {}) =>
  wirePlotter({ is: 'idle', ready: false }, { name, host: 'east', ...more })

const job = (title: string, more: Partial<WireJob> = {}) =>
  wireJob('01KB000000000000000000000A', { title, status: 'rendered', plot: { plotter: 'any', copies: 1 }, ...more })

const host = (name: string, more: Partial<FarmHost> = {}): FarmHost => ({
  ...{ name, here: false, url: `http://${name}:7475`, version: '0.1.0', plotters: [], silentMs: 0 },
  ...{ lost: false, reached: true, problems: [], ...more },
})

describe('a client’s view of the farm', () => {
  it('names the most urgent need of a plotter: a fault before an interrupted job', () => {
    const fault = { is: 'fault', code: 'ERR_DEVICE', message: 'no power' } as const
    const cut = { job: 'x', title: 'x', done: 1, of: 2 }
    expect(needOf(plotter('a', { state: fault, interrupted: cut }), false)).toBe('fault')
    expect(needOf(plotter('a', { interrupted: cut }), true)).toBe('interrupted')
    expect(needOf(plotter('a', { state: { is: 'paused', job: 'x', why: 'pen-change', since: 1 } }), false)).toBe('pen')
    expect(needOf(plotter('a', { state: { is: 'unknown', since: 0, why: 'silent' } }), false)).toBe('unknown')
    expect(needOf(plotter('a', { state: { is: 'offline', why: 'unplugged' } }), false)).toBe('offline')
  })

  it('asks for a sheet only while a job that the plotter may draw is waiting, and not in maintenance', () => {
    expect(needOf(plotter('a'), true)).toBe('sheet')
    expect(needOf(plotter('a'), false)).toBe('none')
    expect(needOf(plotter('a', { maintenance: { reason: 'belt', by: 'ann', since: 0 } }), true)).toBe('maintenance')
  })

  it('lets a plotter draw jobs that name it, and jobs for `any` whose needed tags the plotter has', () => {
    const gold = job('card', { plot: { plotter: 'any', copies: 1, needs: ['gold'] } })
    expect(mayDraw(plotter('a'), gold)).toBe(false)
    expect(mayDraw(plotter('a', { tags: ['a4', 'gold'] }), gold)).toBe(true)
    const forB = job('card', { plot: { plotter: 'b', copies: 1 } })
    expect([mayDraw(plotter('a'), forB), mayDraw(plotter('b'), forB)]).toEqual([false, true])
  })
})

describe('plotd farm', () => {
  it('asks for the sheet of a further copy', () => {
    const progress = { phase: 'plot' as const, done: 9, of: 9, copiesDone: 0, plotter: 'ada' }
    const reason = { code: 'sheet', message: 'copy 2 of 2 waits for a fresh sheet' }
    const second = job('card', { status: 'paused', plot: { plotter: 'any', copies: 2 }, progress, reason })
    const shown = { hosts: [host('east', { here: true })], plotters: [plotter('ada')], jobs: [second] }
    expect(farmLines(shown, plain, 80)).toContain('Need their operator')
  })

  it('counts every waiting job, and shows that the plotter of the last job needs a sheet', async () => {
    const jobs = [
      ...Array.from({ length: 1200 }, () => job('card', { plot: { plotter: 'ada', copies: 1 } })),
      job('the last', { plot: { plotter: 'bob', copies: 1 } }),
    ]
    const call = async (method: string, { cursor = '0', limit = 100 }: { cursor?: string; limit?: number }) => {
      if (method === 'host.list') return { hosts: [host('east', { here: true })] }
      if (method === 'plotter.list') return [plotter('ada'), plotter('bob')]
      const end = Number(cursor) + limit
      return { jobs: jobs.slice(Number(cursor), end), ...(end < jobs.length && { next: `${end}` }) }
    }
    const lines: string[] = []
    const answer = (_: unknown, show: () => string[]): void => void lines.push(...show())
    const io = { daemon: { call }, answer, paint: plain, width: 100 } as unknown as Parameters<typeof farm.run>[1]
    await farm.run({ action: 'show' } as Parameters<typeof farm.run>[0], io)
    expect(lines[0]).toBe('1 host, 2 plotters, 1,201 jobs waiting')
    expect(lines.filter((line) => line.includes('bob'))[0]).toContain('needs a sheet')
  })
})

describe('the lines of the farm', () => {
  it('show first the plotters that need their operator, then every plotter by room', () => {
    const plotters = [
      plotter('ada', { room: 'hall', tags: ['gold'] }),
      plotter('bob', { room: 'loft', state: { is: 'fault', code: 'ERR_DEVICE', message: 'no power' } }),
    ]
    const view = {
      hosts: [host('east', { here: true }), host('west', { lost: true, reached: false })],
      plotters,
      jobs: [job('card'), job('card that is rendered now', { status: 'started' })],
    }
    expect(farmLines(view, plain, 100)).toEqual([
      '2 hosts, 2 plotters, 2 jobs waiting',
      'host west is lost: http://west:7475',
      '',
      'Need their operator',
      expect.stringMatching(/^bob +east +fault: no power; plotd clear bob/),
      expect.stringMatching(/^ada +east +needs a sheet: plotd ready ada +gold/),
      '',
      'hall',
      expect.stringMatching(/^ada /),
      '',
      'loft',
      expect.stringMatching(/^bob /),
    ])
  })

  it('list the hosts with the state of each', () => {
    const lines = hostLines(
      [host('east', { here: true, plotters: ['ada'] }), host('west', { lost: true, silentMs: 65_000 })],
      100,
    )
    expect(lines[1]).toMatch(/^east +answers this command +ada/)
    expect(lines[2]).toMatch(/^west +lost: silent for .*none: it renders/)
  })
})
