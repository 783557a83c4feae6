import { Duplex } from 'node:stream'
import { readTable } from '../../clients/node/merge/table.ts'
import { loadConfig } from '../../src/daemon/config/config.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import type { Handlers } from '../../src/daemon/methods/handlers.ts'
import { METHODS } from '../../src/daemon/protocol/index.ts'
import { rpc } from '../../src/daemon/server/rpc.ts'
import { parseJhf } from '../../src/hershey/fonts/jhf.ts'
import { parseSvgFont } from '../../src/hershey/fonts/svg-font.ts'
import { type Importer, importers, importOptions } from '../../src/import/index.ts'
import { makeDriver } from '../../src/plotter/drivers/index.ts'
import { type Clock, VirtualClock } from '../../src/plotter/link/clock.ts'
import { profileNamed } from '../../src/plotter/profiles/index.ts'
import { makeSimulator } from '../../src/plotter/simulators/make.ts'
import { readSvg } from '../../src/svg/index.ts'
import { taskNamed, tasks, validate } from '../../src/tasks/index.ts'
import { CALLS, CONFIGS, DOCUMENTS, FONTS, FROM_BOARDS, JHFS, SVGS, TABLES, TO_BOARDS } from './corpus.ts'

/** A reader of untrusted data. Every error that a reader throws must be a PlotdError other than ERR_INTERNAL. */
export interface Target {
  readonly name: string
  readonly corpus: readonly string[]
  run(text: string): unknown
}

const PROFILES = { ebb: 'axidraw-v3', grbl: 'grbl-servo', marlin: 'marlin-servo', hpgl: 'hp-7475a' } as const
type Dialect = keyof typeof PROFILES
const DIALECTS: readonly Dialect[] = ['ebb', 'grbl', 'marlin', 'hpgl']

export const TARGETS: readonly Target[] = [
  { name: 'svg', corpus: SVGS, run: (text) => readSvg(text) },
  ...importers.map((importer) => ({
    name: importer.name,
    corpus: DOCUMENTS[importer.name] ?? [''],
    run: imports(importer),
  })),
  { name: 'jhf', corpus: JHFS, run: (text) => parseJhf(text) },
  { name: 'svg-font', corpus: FONTS, run: (text) => parseSvgFont(text) },
  { name: 'csv', corpus: TABLES, run: (text) => readTable(text) },
  { name: 'config', corpus: CONFIGS, run: config },
  { name: 'protocol', corpus: CALLS, run: call },
  ...DIALECTS.map((dialect) => ({
    name: `${dialect}-simulator`,
    corpus: TO_BOARDS[dialect],
    run: (text: string) => board(dialect, text),
  })),
  ...DIALECTS.map((dialect) => ({
    name: `${dialect}-driver`,
    corpus: FROM_BOARDS[dialect],
    run: (text: string) => driver(dialect, text),
  })),
]

/** Runs an importer on any file, regardless of its `sniff`. */
function imports(importer: Importer): Target['run'] {
  const options = importOptions({ font: 'rowmans', limits: { bytes: 1 << 20, characters: 1 << 24 } })
  return (text) => importer.read(new Uint8Array(Buffer.from(text, 'latin1')), options)
}

/** Reads a configuration from environment variables, whose values are YAML, as the configuration file is. */
function config(text: string): unknown {
  const env = { HOME: '/nowhere', XDG_CONFIG_HOME: '/nowhere' }
  return loadConfig({ env: { ...env, PLOTD_PLOTTERS: text, PLOTD_RENDER_TIMEOUT: text.slice(0, 30) } })
}

const LIMITS = configSchema.parse({ state: '-' }).limits
const identity = { name: 'fuzz', role: 'operate', createdAt: 0 } as const

/** Checks each call by its method's schema, and a submit also by its task's. The answer must be JSON. */
async function call(text: string): Promise<void> {
  const handlers = Object.fromEntries(
    Object.keys(METHODS).map((method) => [
      method,
      (params: { task?: string; params?: unknown }) =>
        method === 'job.submit' ? validate(taskNamed(params.task ?? '', tasks), params.params) : {},
    ]),
  ) as unknown as Handlers
  const bugs: unknown[] = []
  const server = rpc(handlers, LIMITS, (bug) => bugs.push(bug))
  const answer = (await server.answer(Buffer.from(text), { identity, isAlive: () => true }))?.toString()
  if (answer !== undefined) JSON.parse(answer)
  if (bugs.length > 0) throw bugs[0]
}

/** Sends the text to a board in pieces and lets a minute of the board's time pass. A longer motion is abandoned. */
async function board(dialect: Dialect, text: string): Promise<void> {
  const time = new VirtualClock()
  let isOver = false
  const clock: Clock = { now: () => time.now(), after: (ms, call) => time.after(ms, () => isOver || call()) }
  const simulated = makeSimulator(dialect, new URLSearchParams(), clock)
  const plug = simulated.cable.plug({ send: () => {}, hangUp: () => {} })
  const bytes = Buffer.from(text, 'latin1')
  for (let i = 0; i < bytes.length; i += 37) plug.send(bytes.subarray(i, i + 37))
  await new Promise<void>((resolve) => clock.after(60_000, resolve))
  plug.unplug()
  isOver = true
}

/** Runs a driver on a device that answers each write with the next line of the text. */
async function driver(dialect: Dialect, text: string): Promise<void> {
  const clock = new VirtualClock()
  const lines = text.match(/[^\r\n]*[\r\n]*/g) ?? ['']
  let next = 0
  const port = new Duplex({
    read() {},
    write(_bytes, _encoding, done) {
      this.push(Buffer.from(lines[next++ % lines.length] ?? '', 'latin1'))
      done()
    },
  })
  port.on('error', () => {})
  const opened = await makeDriver(profileNamed(PROFILES[dialect]), port, clock)
  const closed = opened.link.closed.catch(() => {})
  try {
    await opened.driver.connect()
    await opened.driver.jog(1, 2)
    await opened.driver.pen('up')
  } finally {
    opened.link.close()
    await closed
  }
}
