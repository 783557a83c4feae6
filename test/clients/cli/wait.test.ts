import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { connect } from '../../../clients/node/connect.ts'
import { ServedDaemon } from './daemon.ts'

let daemon: ServedDaemon
beforeAll(async () => {
  daemon = await ServedDaemon.start('axi=sim:ebb')
})
afterAll(async () => {
  await daemon.stop()
})

const SPIRAL = ['pattern', 'spiral', '--width', '40', '--height', '40', '--turns', '3']

describe('plotd wait', () => {
  it('prints a line for each job, and succeeds when all jobs finish', async () => {
    const ids = await Promise.all([1, 2].map(async () => (await daemon.json(...SPIRAL))[0]?.['id'] as string))
    const { code, out } = await daemon.run(['wait', ...ids])
    expect(code).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(2)
    expect(out).toMatch(/finished {2}Spiral 1 {2}40 × 40 mm/)
  })

  it('waits for all jobs of a tag, and ends with exit code 4 when one was canceled', async () => {
    await daemon.json(...SPIRAL, '--tag', 'order-17')
    const [held] = await daemon.json(...SPIRAL, '--tag', 'order-17', '--hold')
    const waiting = daemon.run(['wait', '--tag', 'order-17', '--json'])
    await daemon.json('cancel', held?.['id'] as string)
    const { code, out } = await waiting
    expect(code).toBe(4)
    const statuses = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).status)
    expect(new Set(statuses)).toEqual(new Set(['canceled', 'finished']))
  })

  it('waits with --all only for the jobs of a tag that have not ended', async () => {
    const [ended] = await daemon.json(...SPIRAL, '--tag', 'order-18', '--hold')
    await daemon.json('cancel', ended?.['id'] as string)
    const none = await daemon.run(['wait', '--all', '--tag', 'order-18'])
    expect([none.code, none.err]).toEqual([0, 'No job matches.\n'])
    await daemon.json(...SPIRAL, '--tag', 'order-18', '--hold')
    const { out, err } = await daemon.run(['wait', '--all', '--tag', 'order-18', '--timeout', '0.05s'])
    expect([out, err]).toEqual(['', expect.stringContaining('The time is up: 1 job had not ended')])
  })

  it('ends when the time is up, and changes no job', async () => {
    const [held] = await daemon.json(...SPIRAL, '--hold')
    const { code, err } = await daemon.run(['wait', held?.['id'] as string, '--timeout', '0.05s'])
    expect(code).toBe(7)
    expect(err).toContain('The time is up: 1 job had not ended')
    expect(await daemon.json('show', 'last')).toMatchObject([{ status: 'held' }])
  })

  it('ends when the time is up, also while the daemon is away', async () => {
    const server = new WebSocketServer({ port: 0, path: '/v1' })
    await once(server, 'listening')
    // This daemon goes away as soon as the wait has begun.
    server.on('connection', (socket) =>
      socket.once('message', () => {
        server.close()
        socket.terminate()
      }),
    )
    const { port } = server.address() as AddressInfo
    const words = ['wait', '01M8KKDE8ES2XFASRY1ETEH75F', '--url', `http://127.0.0.1:${port}`, '--token', 'x']
    const { code, err } = await daemon.run([...words, '--timeout', '0.2s'])
    // On a slow machine, the time is up before the connection is open, and so before the connection is lost.
    const lost = 'The connection to plotd is lost\\. This command goes on when plotd is back\\.'
    const end = 'The time is up: 1 job had not ended\\. The wait changed no job\\.'
    expect([code, err]).toEqual([7, expect.stringMatching(new RegExp(`^(${lost}\n)?${end}\n$`))])
  })

  it('ends with --any at the first job that ends, also among more jobs than one call takes', async () => {
    await using client = await connect({ state: join(daemon.folder, 'state') })
    const job = { task: 'pattern', params: { pattern: 'spiral', width: 40, height: 40 }, tags: ['many'], hold: true }
    const jobs = await client.call('job.submitAll', { jobs: Array.from({ length: 501 }, () => job) })
    const last = jobs.at(-1)?.id ?? ''
    await client.call('job.cancel', { id: last })
    const { code, out } = await daemon.run(['wait', '--tag', 'many', '--any', '--json'])
    expect([code, JSON.parse(out).id]).toEqual([4, last])
  })

  it('ends when the job is already past the status that --until names', async () => {
    const [job] = await daemon.json(...SPIRAL, '--plot')
    const id = job?.['id'] as string
    const words = ['wait', id, '--until']
    expect((await daemon.run([...words, 'rendered'])).code).toBe(0)
    expect((await daemon.run([...words, 'scheduled'])).code).toBe(0)
    const { code, out } = await daemon.run([...words, 'started'])
    await daemon.json('cancel', id)
    expect([code, out]).toEqual([0, expect.stringContaining('rendered')])
  })

  it.each([['--all'], ['--batch', 'people'], ['--tag', 'order-19']])('refuses an id beside %s', async (...filter) => {
    const { code, out, err } = await daemon.run(['wait', 'last', ...filter])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`${filter[0]} finds jobs; leave out the ids`)
  })

  it('says how to name jobs when none is named, and how to write a time', async () => {
    expect((await daemon.run(['wait'])).err).toContain('--tag, --batch or --all')
    expect((await daemon.run(['wait', 'last', '--timeout', 'soon'])).err).toContain('such as 90s, 20m or 1.5h')
  })
})
