import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { printer } from '../../../clients/cli/commands/printer.ts'
import type { Io } from '../../../clients/cli/io/io.ts'
import type { PlotdClient } from '../../../clients/node/index.ts'
import { Printers } from '../../../clients/printer/index.ts'
import { configSchema } from '../../../src/daemon/config/schema.ts'
import { freePort } from '../../support/free-port.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const folder = tempFolder()
const client = { address: { url: '' }, close: () => {}, subscribe: async () => ({ close: () => {} }) }

/** The printer of a daemon with this state folder. */
const opened = (state: string, port: number): Promise<Printers> =>
  Printers.open({
    client: client as unknown as PlotdClient,
    operator: client as unknown as PlotdClient,
    config: configSchema.parse({ state, printer: { enabled: true, port } }),
    version: '1',
    log: () => {},
  })

/** Runs `plotd printer` with this state folder and port. @returns its lines, `on` of its JSON, and its exit code */
async function answerOf(state: string, port: number, plotters: readonly string[] = []) {
  const config = join(folder, 'config.json')
  await writeFile(config, JSON.stringify({ state, printer: { enabled: true, port } }))
  const answer = { on: false, printers: [] as readonly { name: string }[], lines: [] as readonly string[] }
  const same = (text: string) => text
  const io = {
    paint: { bold: same, accent: same, dim: same },
    daemon: { call: async () => plotters.map((name) => ({ name })) },
    answer: (json: object, words: () => readonly string[]) => Object.assign(answer, json, { lines: words() }),
  }
  const code = await printer.run({ config } as unknown as Parameters<typeof printer.run>[0], io as unknown as Io)
  return { ...answer, code }
}

it('plotd printer finds the printer of its own state folder, also when the printer has started again', async () => {
  const port = await freePort()
  const state = tempFolder()
  for (const _ of ['first start', 'second start']) {
    const printers = await opened(state, port)
    expect(await answerOf(state, port)).toMatchObject({ on: true, code: 0 })
    await printers.close()
  }
  const off = await answerOf(state, port)
  expect(off).toMatchObject({ on: false, code: 1 })
  expect(off.lines[0]).toMatch('nothing answers')
})

it('plotd printer lists the plotters of the daemon, also those that only flags of `plotd serve` name', async () => {
  const port = await freePort()
  const state = tempFolder()
  const printers = await opened(state, port)
  const { printers: listed, lines } = await answerOf(state, port, ['axi', 'hp'])
  expect(listed.map(({ name }) => name)).toEqual(['any', 'axi', 'hp'])
  expect(lines.join()).toContain('/ipp/print/any?waitjob=false')
  expect((await answerOf(state, port, ['axi'])).lines.join()).toContain('/ipp/print/axi?waitjob=false')
  await printers.close()
})

it('plotd printer does not take the printer of another state folder for its own', async () => {
  const port = await freePort()
  const [own, other] = [tempFolder(), tempFolder()]
  await (await opened(own, port)).close()
  const printers = await opened(other, port)
  const { on, code, lines } = await answerOf(own, port)
  expect({ on, code, lines: lines.length }).toEqual({ on: false, code: 1, lines: 1 })
  expect(lines[0]).toMatch('another state folder')
  await printers.close()
})

it('plotd printer names no address when the printer takes any free port', async () => {
  const { on, code, lines } = await answerOf(folder, 0)
  expect({ on, code, lines: lines.length }).toEqual({ on: false, code: 1, lines: 1 })
  expect(lines[0]).toMatch('any free port')
})
