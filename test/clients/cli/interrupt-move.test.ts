import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resume } from '../../../clients/cli/commands/resume.ts'
import type { Io } from '../../../clients/cli/io/io.ts'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { until } from '../../support/until.ts'
import { CLI } from './run.ts'

/** Distance, mm. The carriage needs more than a minute, so that even a slow process stops it on the way. */
const FAR = 20_000

describe('Ctrl-C on a command that moves the carriage', () => {
  let daemon: StartedDaemon
  beforeAll(async () => {
    const profile = { base: 'axidraw-v3', width: FAR }
    daemon = await startedDaemon({ plotters: [{ name: 'axi', url: 'sim:ebb', profile }] })
    await until(async () => (await axi()).state.is === 'idle')
  })
  afterAll(() => daemon.close())

  const axi = () => daemon.client.call('plotter.get', { name: 'axi' })
  const place = async () => (await axi()).position?.x ?? 0

  /** Runs a command that moves the carriage, and sends SIGINT, as Ctrl-C does, while the carriage moves. */
  async function interrupted(...words: readonly string[]) {
    const child = spawn(process.execPath, [CLI, ...words], {
      env: { ...process.env, PLOTD_STATE: daemon.config.state },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
    const x = await place()
    await until(async () => (await place()) !== x)
    child.kill('SIGINT')
    const [[code], out, err] = await ended
    return { code, out, err }
  }

  it('stops the carriage, says where it stands, and ends with the exit code 130', async () => {
    const { code, out, err } = await interrupted('jog', `${FAR}`, '0')
    expect([code, err]).toEqual([130, expect.stringContaining('Stopping axi.')])
    const x = await place()
    expect(out).toBe(`axi stopped at ${Number(x.toFixed(1))}, 0 mm.\n`)
    expect(x).toBeLessThan(FAR)
  })

  it('prints the plotter as one line of JSON with --json', async () => {
    await daemon.client.call('plotter.home', { name: 'axi' })
    const { code, out, err } = await interrupted('jog', `${FAR}`, '0', '--json')
    expect([code, err, JSON.parse(out)]).toEqual([130, '', expect.objectContaining({ name: 'axi' })])
    expect(JSON.parse(out).position.x).toBeLessThan(FAR)
  })
})

describe('Ctrl-C on `plotd resume --trace --on PLOTTER`', () => {
  it('stops the carriage of that plotter, not of the plotter that began the job', async () => {
    const paused: unknown[] = []
    let endTrace = (): void => {}
    const answers: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => unknown>> = {
      'plotter.list': () => [{ name: 'old' }, { name: 'new' }],
      'job.get': () => ({ id: 'j', status: 'interrupted', progress: { plotter: 'old' } }),
      'job.place': () => ({ of: 2 }),
      'job.trace': () =>
        new Promise<void>((resolve) => {
          endTrace = resolve
          // Calls only the listener of this command. The listener of a browser in another test file would end this
          // process.
          const [stop] = process.listeners('SIGINT').slice(-1)
          setImmediate(() => stop?.('SIGINT'))
        }),
      'plotter.pause': ({ name }) => {
        paused.push(name)
        endTrace()
      },
      'plotter.get': ({ name }) => ({ name }),
    }
    const call = async (method: string, params: Readonly<Record<string, unknown>>) => answers[method]?.(params)
    const io = { daemon: { call }, note: () => {}, answer: () => {} } as unknown as Io
    const flags = { what: '01M8KKDE8ES2XFASRY1ETEH75F', trace: true, redraw: true, on: 'new' }
    expect(await resume.run(flags as unknown as Parameters<typeof resume.run>[0], io)).toBe(130)
    expect(paused).toEqual(['new'])
  })
})
