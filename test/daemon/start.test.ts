import { mkdirSync, rmdirSync } from 'node:fs'
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

describe('ending one thing after the other', () => {
  it('ends the parts after one that fails, and reports the first failure', async () => {
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
