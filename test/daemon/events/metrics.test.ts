import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { exposition, Histogram, Numbers } from '../../../src/daemon/events/exposition.ts'
import { Metrics } from '../../../src/daemon/events/metrics.ts'
import { PlotdError } from '../../../src/errors.ts'
import { STATUSES } from '../../../src/spool/job.ts'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { memoryServer } from '../../support/memory-server.ts'
import { until } from '../../support/until.ts'

describe('the text format', () => {
  it('counts in each bucket all values up to its limit, and escapes labels', () => {
    const numbers = new Numbers('counter', 'n_total', 'How many.')
    numbers.add(2, { name: 'a "b"\\\n' })
    numbers.add(1, { name: 'a "b"\\\n' })
    const histogram = new Histogram('t_seconds', 'How long.', [0.1, 1])
    for (const seconds of [0.05, 0.1, 0.5, 9]) histogram.observe(seconds)
    expect(exposition([numbers, histogram]).split('\n')).toEqual([
      '# HELP n_total How many.',
      '# TYPE n_total counter',
      'n_total{name="a \\"b\\"\\\\\\n"} 3',
      '# HELP t_seconds How long.',
      '# TYPE t_seconds histogram',
      't_seconds_bucket{le="0.1"} 2',
      't_seconds_bucket{le="1"} 3',
      't_seconds_bucket{le="+Inf"} 4',
      't_seconds_sum 9.65',
      't_seconds_count 4',
      '',
    ])
  })
})

describe('the metrics of hosts that share a queue', () => {
  it('give the time for which a host held the lock, and count the jobs only on the first host', async () => {
    const metrics = new Metrics()
    const spool = { counts: async () => Object.fromEntries(STATUSES.map((status) => [status, 1])) as never }
    const lockUse = { commits: 7, verbs: 20, lockMs: 1500 }
    const text = await metrics.text(spool, { host: 'east', isFirst: false, lockUse })
    expect(text).toContain('plotd_queue_lock_seconds_total{host="east"} 1.5\n')
    expect(text).toContain('plotd_queue_verbs_total{host="east"} 20\n')
    expect(text).not.toContain('plotd_jobs{')
    expect(await metrics.text(spool, { host: 'east', isFirst: true, lockUse })).toContain(
      'plotd_jobs{status="held"} 1\n',
    )
    expect(await metrics.text(spool)).not.toContain('plotd_queue')
    metrics.close()
  })
})

describe('/metrics', () => {
  let started: StartedDaemon
  beforeAll(async () => {
    const plotters = [{ name: 'axi', url: 'sim:ebb?speed=50', profile: 'axidraw-v3' }]
    started = await startedDaemon({ plotters, openMetrics: true })
  })
  afterAll(() => started.close())

  it('covers the queue, renders, plots, strokes, the disk and the event loop', async () => {
    const { client, daemon } = started
    const size = { pattern: 'grid', width: 30, height: 30, cell: 10 }
    const { id } = await client.submit({ task: 'pattern', params: size, plot: { plotter: 'axi' } })
    await client.submit({ task: 'pattern', params: size, hold: true })
    await until(async () => (await client.call('plotter.get', { name: 'axi' })).state.is === 'idle')
    await client.call('plotter.ready', { name: 'axi' })
    await until(async () => (await client.call('job.get', { id })).status === 'finished')
    const { result } = await client.call('job.get', { id })

    const text = await (await fetch(`${daemon.url}/metrics`)).text()
    const value = (of: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${of} `))
          ?.split(' ')[1],
      )
    expect(value('plotd_jobs{status="held"}')).toBe(1)
    expect(value('plotd_jobs{status="finished"}')).toBe(1)
    expect(value('plotd_jobs{status="queued"}')).toBe(0)
    expect(value('plotd_render_seconds_count')).toBe(1)
    expect(value('plotd_plot_seconds_count')).toBe(1)
    expect(value('plotd_strokes_total')).toBe(result?.strokes)
    expect(value('plotd_fsync_seconds_count')).toBeGreaterThan(3)
    expect(value('plotd_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThan(0)
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e7)
  })
})

describe('access to the metrics', () => {
  it('needs a token, except with `openMetrics`, and /readyz needs none', async () => {
    const shut = await memoryServer()
    expect((await fetch(`${shut.url}/metrics`)).status).toBe(401)
    const { secret } = await shut.tokens.add('prometheus', 'watch')
    const headers = { authorization: `Bearer ${secret}` }
    expect((await fetch(`${shut.url}/metrics`, { headers })).headers.get('content-type')).toMatch(
      /^text\/plain; version=0/,
    )
    expect(await (await fetch(`${shut.url}/readyz`)).json()).toEqual({ ready: true })
    await shut.close()
    const open = await memoryServer({ openMetrics: true })
    expect((await fetch(`${open.url}/metrics`)).status).toBe(200)
    await open.close()
  })

  it('answers with the error of the store when the store fails', async () => {
    const server = await memoryServer({ openMetrics: true })
    vi.spyOn(server.health, 'metrics').mockRejectedValue(new PlotdError('ERR_SPOOL_WRITE', 'no database'))
    const response = await fetch(`${server.url}/metrics`)
    expect([response.ok, await response.json()]).toMatchObject([
      false,
      { error: { data: { code: 'ERR_SPOOL_WRITE' } } },
    ])
    await server.close()
  })
})
