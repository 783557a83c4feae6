import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runCommandLine } from '../../../../clients/cli/command-line.ts'
import { VERBS } from '../../../../clients/cli/verbs.ts'
import { PICTURES } from '../../../../examples/start-pictures.ts'
import { packageRoot } from '../../../../src/threads.ts'
import { sample } from '../../../support/fuzz.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { CLI } from '../run.ts'

const page = (name: string) => readFileSync(join(packageRoot, 'docs/start', name), 'utf8')

/** The lines of the shell blocks of a page, in order; blocks within lists are indented. */
const commands = (text: string): string[] =>
  [...text.matchAll(/^ *(?:\d+\. )?```sh\n([\s\S]*?)^ *```/gm)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** A user's home, with one simulated plotter and one daemon at most. */
class Newcomer {
  readonly home = tempFolder()
  readonly #link: string
  #simulator: ChildProcess | undefined
  strokes = 0

  constructor(link: string) {
    this.#link = link
    mkdirSync(join(this.home, 'bin'))
    writeFileSync(join(this.home, 'bin/plotd'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, {
      mode: 0o755,
    })
  }

  get #env(): NodeJS.ProcessEnv {
    const otherVariables = Object.entries(process.env).filter(([name]) => !/^(PLOTD_|XDG_)/.test(name))
    const own = { HOME: this.home, PATH: `${join(this.home, 'bin')}:${process.env['PATH']}` }
    // The daemon takes neither the port nor the service of another daemon of this computer.
    return { ...Object.fromEntries(otherVariables), ...own, PLOTD_PORT: '0', PLOTD_SERVICE: 'background' }
  }

  /** Types a line, with the port and the speed of this test in place of the page's. */
  async type(line: string): Promise<void> {
    const typed = line
      .replaceAll(/\/tmp\/[a-z0-9]+/g, join(this.home, this.#link))
      .replace(/speed=20/, 'speed=160&patience=10') // on a busy computer the simulator answers late
      .replace(/speed 20/, 'speed 160')
      .replace(/^plotd setup\b/, '$& --yes') // there is no terminal for a question
      // On a busy computer, too, the job must not end before it is paused and canceled.
      .replace(/^plotd pattern grid .*--plot$/, '$& --speed 1 --cell 4')
    if (line.startsWith('plotd simulate')) return this.#simulate(typed)
    if (line === 'plotd pause') await this.#plotting()
    const { code, output } = await this.#run(typed)
    expect(code, `${line}\n${output}`).toBe(0)
  }

  async #run(line: string): Promise<{ code: number | null; output: string }> {
    const child = spawn('sh', ['-c', line], { cwd: this.home, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, output }
  }

  async #simulate(line: string): Promise<void> {
    const child = spawn('sh', ['-c', `exec ${line} --json`], { env: this.#env, stdio: ['ignore', 'pipe', 'inherit'] })
    this.#simulator = child
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (text) => {
      this.strokes += ((JSON.parse(text) as { lines?: unknown[] }).lines ?? []).length
    })
    await once(lines, 'line')
  }

  /** Waits until the plotter draws, as a user does before `plotd pause`. Fails if the plotter will not draw. */
  async #plotting(): Promise<void> {
    for (;;) {
      const { output: plotter } = await this.#run('plotd plotters --json')
      if (plotter.includes('"is":"plotting"')) return
      const { output: job } = await this.#run('plotd show last --json')
      expect(plotter + job).toMatch(/"grant":\{|"status":"plotting"/)
    }
  }

  async leave(): Promise<void> {
    await this.#run('plotd cancel last --yes; plotd setup --undo')
    if (!this.#simulator) return
    const closed = once(this.#simulator, 'close')
    this.#simulator.kill('SIGTERM')
    await closed
  }
}

/** Lines that change the computer or search for a real plotter. The test does not run them. */
const isSkipped = (line: string): boolean => /^(sudo|npm) /.test(line) || line === 'plotd setup'

const PAGES = ['axidraw', 'grbl', 'hp7475a']

describe.each(PAGES)('docs/start/%s.md', (name) => {
  const text = page(`${name}.md`)

  it('names only commands that exist', async () => {
    for (const line of commands(text).filter((each) => each.startsWith('plotd ') && each !== 'plotd --version')) {
      const words = [...line.slice(6).matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
      await expect(
        runCommandLine(words, VERBS, 80, async () => {}),
        line,
      ).resolves.toBeUndefined()
    }
  })

  it.runIf(sample(PAGES, 1, 1).includes(name))(
    'leads to ink on the paper when a user types its lines',
    async () => {
      const newcomer = new Newcomer(name)
      onTestFinished(() => newcomer.leave())
      for (const line of commands(text).filter((each) => !isSkipped(each))) await newcomer.type(line)
      // The card has 21 strokes, and the spiral has 1. The canceled drawing may add some.
      expect(newcomer.strokes).toBeGreaterThanOrEqual(22)
    },
    900_000,
  )

  it('shows pictures that plotd drew', () => {
    for (const [, file = ''] of text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) expect(Object.keys(PICTURES)).toContain(file)
  })
})

it.each(Object.entries(PICTURES))('docs/start/%s equals the drawing by plotd', (file, draw) => {
  const path = join(packageRoot, 'docs/start', file)
  if (process.env['UPDATE_GOLDEN']) writeFileSync(path, draw())
  expect(readFileSync(path, 'utf8')).toBe(draw())
})
