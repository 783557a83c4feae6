import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { connect } from '../../clients/node/index.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { startDaemon } from '../../src/daemon/daemon.ts'
import { runSimulator } from '../../src/plotter/simulators/index.ts'
import { type Disk, nodeDisk } from '../../src/spool/journal/disk.ts'
import { systemError } from '../support/memory-disk.ts'
import { sharedThreads } from '../support/shared-threads.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

/** The system's disk. While `isFull`, each write fails. */
function fillableDisk(): { readonly disk: Disk; isFull: boolean } {
  const fillable = {
    isFull: false,
    disk: {
      ...nodeDisk,
      open: async (path: string, how: Parameters<Disk['open']>[1]) => {
        const file = await nodeDisk.open(path, how)
        const refuseIfFull = () => {
          if (fillable.isFull) throw systemError('ENOSPC', path)
        }
        return {
          write: async (bytes: Uint8Array, at: number) => {
            refuseIfFull()
            await file.write(bytes, at)
          },
          read: file.read.bind(file),
          size: file.size.bind(file),
          truncate: file.truncate.bind(file),
          sync: file.sync.bind(file),
          close: file.close.bind(file),
        }
      },
    },
  }
  return fillable
}

it('when the disk is full, a plot stops with the pen up and new jobs are refused, but no job is lost', async () => {
  const folder = tempFolder()
  const simulator = await runSimulator('ebb', { tcp: 0, speed: 5 })
  const plotters = [{ name: 'axi', url: `${simulator.url}?speed=5`, profile: 'axidraw-v3' }]
  const config = configSchema.parse({
    port: 0,
    state: join(folder, 'state'),
    output: join(folder, 'output'),
    plotters,
    render: { workers: 1 },
  })
  const log = pino({ level: 'silent' })
  const on = fillableDisk()
  const daemon = await startDaemon(config, log, { ...on, ...sharedThreads({}) })
  const client = await connect({ url: daemon.url, token: daemon.token })
  const { id } = await client.submit({
    task: 'pattern',
    params: { pattern: 'grid', width: 150, height: 150, cell: 15 },
    plot: { plotter: 'axi' },
  })
  const waiting = await client.submit({ task: 'text', params: { text: 'later' }, hold: true })
  await until(async () => (await client.call('plotter.list', {}))[0]?.state.is === 'idle')
  await client.call('plotter.ready', { name: 'axi' })
  await until(async () => ((await client.call('job.get', { id })).progress?.done ?? 0) > 2)

  on.isFull = true
  await expect(client.submit({ task: 'text', params: { text: 'lost' } })).rejects.toMatchObject({
    code: 'ERR_SPOOL_WRITE',
    detail: { system: 'ENOSPC' },
  })
  expect((await fetch(`${daemon.url}/readyz`)).status).toBe(503)
  const state = async () => (await client.call('plotter.list', {}))[0]?.state
  await until(async () => (await state())?.is === 'paused')
  expect(await state()).toMatchObject({ prompt: expect.stringContaining('the disk is full (ENOSPC). Make room there') })
  await until(() => !simulator.board.isPenDown && !simulator.board.isMoving)
  const { jobs } = await client.call('job.list', {}) // reads still work
  expect(jobs.map((job) => job.id).sort()).toEqual([id, waiting.id].sort())
  client.close()
  await daemon.close().catch(() => {})
  const { position } = simulator.board

  on.isFull = false
  const again = await startDaemon(config, log, { ...on, ...sharedThreads({}) })
  const back = await connect({ url: again.url, token: again.token })
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200)
  expect((await back.call('job.get', { id })).status).toBe('interrupted')
  expect((await back.call('job.get', { id: waiting.id })).status).toBe('held')
  await back.submit({ task: 'text', params: { text: 'accepted again' } })
  // Connecting lifts the pen. After that the board is idle.
  await until(async () => (await back.call('plotter.list', {}))[0]?.state.is === 'idle')
  expect(simulator.board.isMoving).toBe(false)
  expect(simulator.board.isPenDown).toBe(false)
  expect(simulator.board.position).toEqual(position)
  back.close()
  await again.close()
  await simulator.close()
})
