import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resume } from '../../../clients/cli/commands/resume.ts'
import type { Io } from '../../../clients/cli/io/io.ts'
import { ServedDaemon } from './daemon.ts'
import { CLI } from './run.ts'

describe('Ctrl-C on a command that moves the carriage', () => {
  let daemon: ServedDaemon
  beforeAll(async () => {
    daemon = await ServedDaemon.start('axi=sim:ebb')
    await daemon.linked()
  })
  afterAll(() => daemon.stop())

  /** Runs a command that moves the carriage, and sends SIGINT, as Ctrl-C does, while the carriage moves. */
  async function interrupted(...words: readonly string[]) {
    const child = spawn(process.execPath, [CLI, ...words], {
      env: { ...process.env, PLOTD_STATE: join(daemon.folder, 'state') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = Promise.all([text(child.stdout), text(child.stderr)])
    const x = positionOf(await daemon.json('plotters'))
    await daemon.until(['plotters'], (lines) => positionOf(lines) !== x)
    child.kill('SIGINT')
    const [code] = await once(child, 'close')
    const [out, err] = await said
    return { code, out, err }
  }

  const positionOf = ([plotter]: readonly Record<string, unknown>[]): number =>
    (plotter?.['position'] as { x: number } | undefined)?.x ?? 0

  it('stops the carriage, says where it stands, and ends with the exit code 130', async () => {
    const { code, out, err } = await interrupted('jog', '250', '0')
    expect([code, err]).toEqual([130, expect.stringContaining('Stopping axi.')])
    const x = positionOf(await daemon.json('plotters'))
    expect(out).toBe(`axi stopped at ${Number(x.toFixed(1))}, 0 mm.\n`)
    expect(x).toBeLessThan(250)
  })

  it('prints the plotter as one line of JSON with --json', async () => {
    await daemon.json('home')
    const { code, out, err } = await interrupted('jog', '250', '0', '--json')
    expect([code, err, JSON.parse(out)]).toEqual([130, '', expect.objectContaining({ name: 'axi' })])
    expect(positionOf([JSON.parse(out)])).toBeLessThan(250)
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
