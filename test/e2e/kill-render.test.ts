import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../clients/node/index.ts'
import { type Child, daemonProcess } from '../support/processes.ts'
import { removeFolder } from '../support/remove-folder.ts'
import { until } from '../support/until.ts'

/** A task that reports its begin and waits for a file, so that the test can kill the daemon while the task runs. */
const WAITING_TASK = `
  import { existsSync, writeFileSync } from 'node:fs'
  export default ({ z, defineTask, SvgBuilder }) => defineTask({
    name: 'waiting',
    summary: 'waits for leave',
    schema: z.strictObject({ begun: z.string(), leave: z.string() }),
    title: () => 'Waiting',
    outputName: () => 'waiting.svg',
    async render({ begun, leave }) {
      writeFileSync(begun, '')
      while (!existsSync(leave)) await new Promise((resolve) => setTimeout(resolve, 10))
      const svg = new SvgBuilder(20, 20)
      svg.line(1, 1, 19, 19)
      return svg.toString()
    },
  })
`

describe('a daemon that is killed in mid-render', () => {
  let folder: string
  let child: (Child & { url: string }) | undefined
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plotd-kill-'))
    await mkdir(join(folder, 'tasks'))
    await writeFile(join(folder, 'tasks', 'waiting.mjs'), WAITING_TASK)
  })
  afterEach(async () => {
    child?.process.kill('SIGKILL')
    removeFolder(folder)
  })

  it('renders again after the restart, and has lost nothing that it acknowledged', async () => {
    const [state, begun, leave] = [join(folder, 'state'), join(folder, 'begun'), join(folder, 'leave')]
    const settings = { port: 0, state, output: join(folder, 'output'), tasks: join(folder, 'tasks') }
    child = await daemonProcess(settings)
    const before = await connect({ state, reconnect: false })
    const waiting = await before.submit({ task: 'waiting', params: { begun, leave } })
    const spiral = { task: 'pattern', params: { pattern: 'spiral', width: 60, height: 60 } }
    const others = await Promise.all(Array.from({ length: 10 }, (_, i) => before.submit({ ...spiral, title: `${i}` })))
    await until(async () => (await readdir(folder)).includes('begun'))
    await child.kill('SIGKILL')

    await rm(begun)
    await writeFile(leave, '')
    child = await daemonProcess(settings)
    const after = await connect({ state })
    const jobs = async () => (await after.call('job.list', { limit: 100 })).jobs
    await until(async () => (await jobs()).every(({ status }) => status === 'finished'))
    const ids = (await jobs()).map(({ id }) => id)
    expect(ids.sort()).toEqual([waiting, ...others].map(({ id }) => id).sort())
    expect((await after.call('job.get', { id: waiting.id })).attempts).toBe(2)
    after.close()

    expect(await child.kill('SIGTERM')).toBe(0)
    expect(await readdir(state)).not.toContain('daemon.json')
  })
})
