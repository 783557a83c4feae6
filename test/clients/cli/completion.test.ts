import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { type IPty, spawn } from '@lydell/node-pty'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { ServedDaemon } from './daemon.ts'
import { CLI, plotd } from './run.ts'

/**
 * For each shell: the options to start it without the user's own configuration, the file name of plotd's script for it,
 * and the line that loads the script.
 */
const SHELLS = {
  bash: {
    words: ['--norc', '--noprofile', '-i'],
    file: 'plotd.bash',
    setUp: (folder: string) => `PS1='$ '; source ${folder}/plotd.bash; bind 'set bell-style none'`,
  },
  zsh: {
    words: ['-f', '-i'],
    file: '_plotd',
    setUp: (folder: string) => `PS1='$ '; fpath=(${folder} $fpath); autoload -U compinit; compinit -u -D`,
  },
  fish: {
    words: ['--no-config', '-i'],
    file: 'plotd.fish',
    setUp: (folder: string) => `function fish_prompt; echo '$ '; end; source ${folder}/plotd.fish`,
  },
} as const
type Shell = keyof typeof SHELLS

const isInstalled = (shell: Shell): boolean => spawnSync(shell, ['-c', 'true']).status === 0

describe.each((Object.keys(SHELLS) as Shell[]).filter(isInstalled))('TAB in a real %s', (shell) => {
  let daemon: ServedDaemon
  let id = ''
  let bin = ''
  let terminal: IPty | undefined
  let output = ''

  beforeAll(async () => {
    daemon = await ServedDaemon.start('paul=sim:ebb')
    bin = join(daemon.folder, 'bin')
    mkdirSync(bin)
    writeFileSync(join(bin, 'plotd'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`)
    chmodSync(join(bin, 'plotd'), 0o755)
    const { out } = await plotd(['completion', shell])
    writeFileSync(join(bin, SHELLS[shell].file), out)
    const [held] = await daemon.json('text', 'Hi', '--hold')
    id = String(held?.['id']).slice(-6)
  })
  afterEach(() => terminal?.kill())
  afterAll(() => daemon.stop())

  async function start(): Promise<IPty> {
    const env = { ...process.env, PLOTD_STATE: join(daemon.folder, 'state'), PATH: `${bin}:${process.env['PATH']}` }
    const { words, setUp } = SHELLS[shell]
    const screen = spawn(shell, [...words], {
      cols: 200,
      rows: 50,
      cwd: daemon.folder,
      env: { ...env, HOME: daemon.folder, TERM: 'xterm' } as Record<string, string>,
    })
    terminal = screen
    output = ''
    screen.onData((text) => {
      output += text
      // fish asks for the kind of terminal, and waits for an answer
      if (text.includes('\x1b[c') || text.includes('\x1b[0c')) screen.write('\x1b[?62;c')
    })
    screen.write(`${setUp(bin)}; echo set''up\r`)
    await until(() => /setup/.test(output))
    return screen
  }

  /** Types the words and TAB, and waits until the screen shows the wanted text. */
  async function tab(typed: string, wanted: RegExp): Promise<void> {
    const screen = await start()
    output = ''
    screen.write(typed)
    await until(() => stripVTControlCharacters(output).includes(typed.slice(-3)))
    output = ''
    screen.write('\t')
    await until(() => wanted.test(stripVTControlCharacters(output)))
  }

  it('completes a verb', () => tab('plotd postc', /^ard |postcard /m))

  it('completes a flag', () => tab('plotd plot a.svg --prio', /rity/))

  it('completes a parameter of the task', () => tab('plotd postcard Ada Hi --templ', /ate/))

  it('completes the value of a flag', () => tab('plotd postcard Ada Hi --template birth', /day/))

  it('completes the operand of a verb', () => tab('plotd pen tog', /gle/))

  it('completes the id of a held job, from an answer of the daemon', () => tab('plotd release ', new RegExp(id)))

  it('completes the name of a plotter, from an answer of the daemon', () => tab('plotd ready pa', /ul/))
})

describe('`plotd completion jobs`', () => {
  it('prints no words and no error when no daemon answers', async () => {
    const away = await plotd(['completion', 'jobs', 'cancel'], { PLOTD_URL: 'http://127.0.0.1:9', PLOTD_TOKEN: 'x' })
    expect(away).toEqual({ code: 0, out: '', err: '' })
  })
})
