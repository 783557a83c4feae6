import { existsSync, mkdirSync, rmdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { startDaemon } from '../../src/daemon/daemon.ts'
import { DAEMON_FILE } from '../../src/daemon/protocol/places.ts'
import { inTurn } from '../../src/daemon/running.ts'
import { fastPlotter } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { sharedThreads } from '../support/shared-threads.ts'
import { tempFolder } from '../support/temp-folder.ts'

describe('a start whose last step fails', () => {
  it('leaves the port and the state folder to the next start', async () => {
    const [folder, port, log] = [tempFolder(), await freePort(), pino({ level: 'silent' })]
    const state = join(folder, 'state')
    const config = configSchema.parse({
      port,
      state,
      output: join(folder, 'output'),
      plotters: fastPlotter(40),
      render: { workers: 1 },
    })
    // A folder is in the place of the address file, which the daemon writes after it listens.
    const inTheWay = join(state, DAEMON_FILE)
    mkdirSync(inTheWay, { recursive: true })
    await expect(startDaemon(config, log, sharedThreads({}))).rejects.toMatchObject({ code: 'ERR_FILE' })
    rmdirSync(inTheWay)
    const daemon = await startDaemon(config, log, sharedThreads({}))
    expect(new URL(daemon.url).port).toBe(`${port}`)
    await daemon.close()
  })
})

describe('a start', () => {
  const configIn = (folder: string) =>
    configSchema.parse({
      port: 0,
      state: join(folder, 'state'),
      output: join(folder, 'output'),
      plotters: fastPlotter(40),
    })

  it('is refused when the memory of a plotter is there and cannot be read', async () => {
    const config = configIn(tempFolder())
    const path = join(config.state, 'plotters', `${config.plotters[0]?.name}.json`)
    mkdirSync(path, { recursive: true })
    const starting = startDaemon(config, pino({ level: 'silent' }), sharedThreads({}))
    await expect(starting).rejects.toMatchObject({ code: 'ERR_FILE', detail: { path } })
  })

  it('removes no folder of another program from the folders of plotd', async () => {
    const config = configIn(tempFolder())
    const others = [join('plans', 'lost+found'), join('uploads', 'old.part'), join('uploads', 'f'.repeat(64))]
    for (const other of others) mkdirSync(join(config.state, other), { recursive: true })
    symlinkSync('/nowhere', join(config.state, 'uploads', 'a'.repeat(64)))
    const daemon = await startDaemon(config, pino({ level: 'silent' }), sharedThreads({}))
    await daemon.close()
    for (const other of others) expect(existsSync(join(config.state, other)), other).toBe(true)
  })
})

describe('inTurn', () => {
  it('runs each step, also after a step that fails, and rejects with the first failure', async () => {
    const ended: string[] = []
    const fails = async (why: string) => {
      ended.push(why)
      throw new Error(why)
    }
    const ending = inTurn(
      () => fails('first'),
      () => ended.push('second'),
      () => fails('third'),
    )
    await expect(ending).rejects.toThrow('first')
    expect(ended).toEqual(['first', 'second', 'third'])
  })
})
