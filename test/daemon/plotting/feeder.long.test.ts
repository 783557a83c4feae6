import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../../src/daemon/config/schema.ts'
import { configSchema } from '../../../src/daemon/config/schema.ts'
import { feederFacts, runFeeder } from '../../../src/daemon/plotting/feeder-command.ts'
import type { Job } from '../../../src/spool/job.ts'
import { type StartedDaemon, startedDaemon } from '../../support/daemon.ts'
import { trials } from '../../support/fuzz.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

const never = new AbortController().signal
const sh = (script: string, timeout = 60_000) => ({ command: ['sh', '-c', script], timeout })

const temp = tempFolder()

/** Whether a process is running. A feeder wrote the id of the process into this file. */
function isRunning(file: string): boolean {
  if (!existsSync(file)) return false // the feeder was ended before it started a child
  const { status, stdout } = spawnSync('ps', ['-o', 'stat=', '-p', readFileSync(file, 'utf8').trim()], {
    encoding: 'utf8',
  })
  return status === 0 && !stdout.startsWith('Z')
}

describe('the command between two sheets', () => {
  it('brings a sheet when it ends with code 0', async () => {
    await runFeeder(sh('exit 0'), {}, never)
  })

  it.each([
    ['its last line', 'echo starting; echo "tray 2 is empty"; exit 3', 'tray 2 is empty'],
    ['its last line on stderr', 'echo "double sheet" >&2; exit 1', 'double sheet'],
    ['its exit code when it printed nothing', 'exit 7', 'exit code 7'],
  ])('fails, and gives as the reason %s', async (_, script, reason) => {
    await expect(runFeeder(sh(script), {}, never)).rejects.toMatchObject({ code: 'ERR_FEEDER', detail: { reason } })
  })

  it('fails when there is no such program', async () => {
    const feeder = { command: ['/no/such/feeder'], timeout: 1000 }
    await expect(runFeeder(feeder, {}, never)).rejects.toMatchObject({
      code: 'ERR_FEEDER',
      message: expect.stringContaining('/no/such/feeder'),
    })
  })

  it('is ended at its time limit with all its children, so that nothing feeds later', async () => {
    const file = join(temp, 'late')
    await expect(runFeeder(sh(`sleep 1000 & echo $! > ${file}; wait`, 500), {}, never)).rejects.toMatchObject({
      detail: { reason: 'it took longer than 0.5 s' },
    })
    await until(() => !isRunning(file))
  })

  it('leaves no child process behind when it succeeds', async () => {
    const file = join(temp, 'later')
    await runFeeder(sh(`sleep 1000 > /dev/null 2>&1 & echo $! > ${file}; exit 0`), {}, never)
    await until(() => !isRunning(file))
  })

  it('does not wait for the output of a process that has left its group', async () => {
    const file = join(temp, 'elsewhere')
    const child = `setsid sh -c "echo \\$\\$ > ${file}; exec sleep 1000" &`
    await runFeeder(sh(`${child} until [ -s ${file} ]; do sleep 0.01; done`), {}, never)
    process.kill(Number(await readFile(file, 'utf8')))
  })

  it('gets the facts of the job in environment variables, and no shell runs a text of the job', async () => {
    const trace = join(temp, 'facts')
    const job = { id: 'J', title: '$(touch /tmp/x); "é"\0', task: 'postcard', tags: ['a', 'b'] } as unknown as Job
    const facts = feederFacts('axi', job, 1, 4)
    await runFeeder(
      sh(`printf '%s|%s|%s|%s' "$FEED_PLOTTER" "$FEED_TITLE" "$FEED_TAGS" "$FEED_SHEETS_LEFT" > ${trace}`),
      facts,
      never,
    )
    expect(await readFile(trace, 'utf8')).toBe('axi|$(touch /tmp/x); "é"|a,b|4')
  })
})

describe('the configuration of a feeder', () => {
  const plotter = { name: 'axi', url: 'sim:ebb', profile: 'axidraw-v3' }
  const parse = (more: object) =>
    configSchema
      .safeParse({ state: '/tmp', plotters: [{ ...plotter, ...more }] })
      .error?.issues.map(({ message }) => message)

  it('takes one feeder and a button, and refuses two feeders, a gate that is off, and a control character', () => {
    expect(parse({ between: { command: ['feeder'] }, button: 'ready' })).toBeUndefined()
    expect(parse({ feed: ['PO,B,3,1'] })).toBeUndefined()
    expect(parse({ feed: ['PO,B,3,1'], between: { command: ['feeder'] } })?.[0]).toMatch('either between or feed')
    expect(parse({ gate: 'off', between: { command: ['feeder'] } })?.[0]).toMatch('expected gate: on')
    expect(parse({ feed: ['PO,B,3,1\rSM,1,1,1'] })?.[0]).toMatch('printable ASCII')
  })
})

describe('a plotter with a feeder', () => {
  let folder = ''
  let daemon: StartedDaemon
  afterEach(() => daemon.close())
  const axi = () => daemon.client.call('plotter.get', { name: 'axi' })
  const ready = (order: object) => daemon.client.call('plotter.ready', { name: 'axi', ...order })
  const settled = () => until(async () => (await axi()).state.is === 'idle')
  const feeds = async () => (await readFile(join(folder, 'log'), 'utf8').catch(() => '')).split('\n').filter(Boolean)

  /** @param script  shell script of the feeder. The script runs in `folder`, where `feeds` reads the file `log`. */
  async function opened(script: string): Promise<void> {
    folder = await mkdtemp(join(temp, 'feeder-'))
    const enter = `cd ${folder}; `
    const axi: NonNullable<ConfigInput['plotters']>[number] = {
      ...{ name: 'axi', url: 'sim:ebb?speed=200', profile: 'axidraw-v3' },
      between: { command: ['sh', '-c', enter + script] },
    }
    daemon = await startedDaemon({
      plotters: [axi, { name: 'other', url: 'sim:ebb?speed=200', profile: 'axidraw-v3' }],
    })
    await settled()
  }
  const statuses = async (ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await daemon.client.call('job.get', { id })).status))
  const submit = async (n: number, copies = 1): Promise<string[]> => {
    const jobs = Array.from({ length: n }, (_, i) => ({
      task: 'text',
      params: { text: `${i}` },
      plot: { plotter: 'axi', copies },
    }))
    const ids = (await daemon.client.call('job.submitAll', { jobs })).map(({ id }) => id)
    await until(async () => (await statuses(ids)).every((status) => status === 'rendered'))
    return ids
  }

  it('draws the sheets of a grant, and feeds each sheet after the first for its job', async () => {
    await opened('echo "$FEED_JOB $FEED_COPY" >> log')
    const ids = await submit(2, 2)
    await ready({ sheets: 4 })
    await until(async () => (await statuses(ids)).every((status) => status === 'finished'))
    expect(await feeds()).toEqual([`${ids[0]} 2`, `${ids[1]} 1`, `${ids[1]} 2`])
    expect((await axi()).grant).toBeUndefined()
  })

  it('lets the feeder bring the first sheet too, when the operator says so', async () => {
    await opened('echo "$FEED_JOB" >> log')
    const ids = await submit(1)
    await ready({ sheets: 1, feed: true })
    await until(async () => (await statuses(ids))[0] === 'finished')
    expect(await feeds()).toEqual(ids)
    await expect(ready({ feed: true })).rejects.toMatchObject({ code: 'ERR_PLOTTER_STATE' })
  })

  it('feeds no printed sheet, and does not count the marks of the previous sheet for it', async () => {
    await opened('echo fed >> log')
    const printed = async () => {
      const plot = { plotter: 'axi', options: { printed: true } }
      const { id } = await daemon.client.call('job.submit', { task: 'text', params: { text: '0' }, plot })
      await until(async () => (await statuses([id]))[0] === 'rendered')
      return id
    }
    const showMarks = async () => {
      for (const x of [0, 200]) {
        const { position = { x: 0, y: 0 } } = await axi()
        await daemon.client.call('plotter.jog', { name: 'axi', dx: x - position.x, dy: 0 })
        await daemon.client.call('plotter.mark', { name: 'axi', at: { x, y: 0 } })
      }
    }
    const first = await printed()
    await showMarks()
    await expect(ready({ sheets: 2, feed: true })).rejects.toThrow('put its sheet down by hand')
    await daemon.client.call('job.cancel', { id: first })
    const ids = await submit(1)
    await ready({ sheets: 2 })
    await until(async () => (await statuses(ids))[0] === 'finished')
    await settled()
    await showMarks()
    const second = await printed()
    await until(async () => (await axi()).grant === undefined && (await statuses([second]))[0] === 'rendered')
    expect(await feeds()).toEqual([])
  })

  it('feeds nothing for a grant of one sheet', async () => {
    await opened('echo fed >> log')
    const ids = await submit(2)
    await ready({})
    await until(async () => (await statuses(ids))[0] === 'finished')
    await settled()
    expect([await feeds(), (await statuses(ids))[1]]).toEqual([[], 'rendered'])
  })

  it('stops at a jam with the reason, and leaves the next job untouched in the queue', async () => {
    await opened('echo "the paper is stuck" >&2; exit 1')
    const ids = await submit(2)
    await ready({ sheets: 9 })
    await until(async () => (await axi()).feeder?.is === 'failed')
    const { feeder, grant, state } = await axi()
    expect(feeder).toMatchObject({ why: expect.stringContaining('the paper is stuck') })
    expect([grant, state]).toEqual([undefined, { is: 'idle', ready: false }])
    await until(async () => (await statuses(ids))[1] === 'rendered')
    expect((await daemon.client.call('job.get', { id: ids[1] ?? '' })).touched).toBe(false)
    await ready({ sheets: 1 })
    expect((await axi()).feeder).toEqual({ is: 'waits' })
  })

  it('feeds nothing between a restart and the next `ready`', async () => {
    await opened('echo "$FEED_JOB" >> log; while [ -e slow ]; do sleep 0.01; done')
    const ids = await submit(3)
    await writeFile(join(folder, 'slow'), '')
    await ready({ sheets: 9 })
    await until(async () => (await feeds()).length === 1)
    await daemon.restart()
    await settled()
    await until(async () => (await statuses(ids)).filter((status) => status === 'rendered').length === 2)
    expect(await feeds()).toEqual([ids[1]])
    expect((await axi()).grant).toBeUndefined()
  })

  it('no longer holds a job that was canceled during the feed, so another plotter draws it after a retry', async () => {
    await opened('echo fed >> log; until [ -e go ]; do sleep 0.01; done')
    const job = { task: 'text', params: { text: '0' }, plot: { plotter: 'any', copies: 2 } }
    const { id } = await daemon.client.call('job.submit', job)
    await ready({ sheets: 1, feed: true })
    await until(async () => (await feeds()).length === 1)
    await daemon.client.call('job.cancel', { id })
    expect((await axi()).job).toBeUndefined()
    await daemon.client.call('job.retry', { id })
    await daemon.client.call('plotter.ready', { name: 'other' })
    await until(async () => (await daemon.client.call('job.get', { id })).reason?.code === 'sheet')
    await expect(daemon.client.call('plotter.cancel', { name: 'axi' })).rejects.toMatchObject({
      code: 'ERR_PLOTTER_STATE',
    })
    await daemon.client.call('job.resume', { id })
    await until(async () => (await statuses([id]))[0] === 'finished')
    await writeFile(join(folder, 'go'), '')
  })

  it('finishes every job, and feeds at most one sheet for each, although the feeder jams repeatedly', async () => {
    await opened(
      'n=$(cat n 2> /dev/null || echo 0); echo $((n + 1)) > n; [ $((n * 7 % 5)) -gt 2 ] && exit 1; echo "$FEED_JOB" >> log',
    )
    const ids = await submit(trials(12, 5))
    let byHand = 0
    while ((await statuses(ids)).some((status) => status !== 'finished')) {
      await settled()
      const { grant, feeder } = await axi()
      if (grant === undefined && feeder?.is !== 'feeding') {
        await ready({ sheets: 5 }).then(
          () => byHand++,
          () => undefined,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const fed = await feeds()
    expect(new Set(fed).size).toBe(fed.length)
    expect(fed.length + byHand).toBeGreaterThanOrEqual(ids.length)
    expect(byHand).toBeGreaterThan(0)
  })
})
