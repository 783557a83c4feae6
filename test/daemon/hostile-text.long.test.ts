import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningSimulator, runSimulator } from '../../src/plotter/simulators/index.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { until } from '../support/until.ts'

/** Text that a plotter would take for commands: realtime bytes, line ends, a setting, G-code and HP-GL. */
const BOO = '\nBOO,1\rBOO\r$BOO=1\n!~?\nM3 S900;BOO;LBBOO;SP8;ö(BOO)%'
const attribute = (text: string) => text.replace(/[\n\r"&<]/g, (letter) => `&#${letter.charCodeAt(0)};`)

/** An SVG with the text and the name in many places. Its layers have AxiDraw's flags for speed and delay. */
const svg = (text: string, name: string) => `<svg xmlns="http://www.w3.org/2000/svg"
  xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" width="60mm" height="40mm" viewBox="0 0 60 40" id="${name}">
  <title>${text}</title><desc>${text}</desc><metadata>${text}</metadata><!-- ${text} -->
  <g inkscape:groupmode="layer" inkscape:label="1 +S20 ${name}"><path id="${name}" d="M5 5h20" stroke="red" fill="none"/></g>
  <g inkscape:groupmode="layer" inkscape:label="1 +D1 ${name}"><path d="M5 15h20" stroke="blue" fill="none"/>
  <text x="5" y="30" font-size="3">${text}</text></g></svg>`

const DIALECTS = ['hpgl', 'ebb', 'grbl'] as const
type Dialect = (typeof DIALECTS)[number]
const PROFILES = { ebb: 'axidraw-v3', grbl: 'grbl-servo', hpgl: 'hp-7475a' } as const

const SPEED = 30
const simulators: RunningSimulator[] = []
const received: Record<Dialect, string> = { ebb: '', grbl: '', hpgl: '' }
let plotd: StartedDaemon
beforeAll(async () => {
  const plotters = []
  for (const dialect of DIALECTS) {
    const simulator = await runSimulator(dialect, { tcp: 0, speed: SPEED })
    const receive = simulator.board.receive.bind(simulator.board)
    simulator.board.receive = (bytes) => {
      received[dialect] += Buffer.from(bytes).toString('latin1')
      receive(bytes)
    }
    simulators.push(simulator)
    plotters.push({
      name: dialect,
      url: `${simulator.url}?speed=${SPEED}`,
      profile: PROFILES[dialect],
      gate: 'off' as const,
    })
  }
  plotd = await startedDaemon({ plotters })
})
afterAll(async () => {
  await plotd.close()
  for (const simulator of simulators) await simulator.close()
})

/** The letters and signs on the wire, without numbers and separators. */
const vocabulary = (words: string) => new Set(words.match(/[^\d.,; +-]/g))

/** Plots a job. @returns what plotd sent to the board */
async function output(dialect: Dialect, job: Parameters<StartedDaemon['client']['submit']>[0]): Promise<string> {
  received[dialect] = ''
  const { id } = await plotd.client.submit({ ...job, plot: { plotter: dialect } })
  const now = () => plotd.client.call('job.get', { id })
  await until(async () => ['finished', 'failed', 'interrupted'].includes((await now()).status))
  expect(await now()).toMatchObject({ status: 'finished' })
  return received[dialect]
}

describe.each(DIALECTS)('the wire of %s', (dialect) => {
  it('carries strokes, and no text or name that users write', async () => {
    // Both texts have the same length. The HP-GL driver asks for room only after many bytes, and that request would add
    // signs to the vocabulary of a longer text.
    const innocent = vocabulary(
      await output(dialect, { task: 'svg', params: { svg: svg('x'.repeat(BOO.length), 'x') } }),
    )
    const hostile = await output(dialect, {
      task: 'svg',
      params: { svg: svg(BOO, attribute(BOO)) },
      output: `BOO;PU${BOO.slice(1, 60)}.svg`,
      title: BOO,
      tags: [BOO],
      idempotencyKey: `${dialect} ${BOO}`,
    })
    expect(hostile.length).toBeGreaterThan(300)
    expect(hostile).not.toMatch(/boo/i)
    // On a busy machine the GRBL driver also sends `~`, when the board is idle and a line still waits for its answer.
    innocent.add('~')
    expect([...vocabulary(hostile)].filter((sign) => !innocent.has(sign))).toEqual([])
  })
})
