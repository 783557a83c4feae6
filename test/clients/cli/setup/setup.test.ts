import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type RunningSimulator, runSimulator } from '../../../../src/index.ts'
import { VirtualClock } from '../../../../src/plotter/link/clock.ts'
import { makeSimulator } from '../../../../src/plotter/simulators/make.ts'
import { servePty } from '../../../../src/plotter/simulators/serve.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { ServedDaemon } from '../daemon.ts'
import { plotd } from '../run.ts'

const open: RunningSimulator[] = []
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close()
})

async function board(...given: Parameters<typeof runSimulator>): Promise<RunningSimulator> {
  const simulator = await runSimulator(...given)
  open.push(simulator)
  return simulator
}

const WITHOUT_YES = 'without --yes'

/** A new user on a new computer: below `root` lies everything that setup writes. */
function newcomer() {
  const root = tempFolder()
  const env = { XDG_CONFIG_HOME: '/home/new/.config', XDG_STATE_HOME: join(root, 'state') }
  const file = (path: string) => join(root, path)
  return {
    file,
    setup: async (...words: string[]) => {
      const yes = words.includes(WITHOUT_YES) ? [] : ['--yes']
      const rest = words.filter((word) => word !== WITHOUT_YES)
      const { code, out, err } = await plotd(['setup', '--root', root, ...yes, '--json', ...rest], env)
      return { code, err, answer: out === '' ? undefined : JSON.parse(out) }
    },
    config: () => parse(readFileSync(file('/home/new/.config/plotd/config.yaml'), 'utf8')),
  }
}

describe('plotd setup', () => {
  it('finds an EBB, writes the configuration and a udev rule, and names the commands to run', async () => {
    const { path, board: axidraw } = await board('ebb')
    const { setup, config, file } = newcomer()
    const { code, answer } = await setup('--port', path, '--service', 'none')
    expect(code).toBe(0)
    expect(config()).toEqual({
      output: '~/plots',
      plotters: [{ name: 'axidraw', url: `serial:${path}`, profile: 'axidraw-v3', paper: 'a4' }],
    })
    expect(readFileSync(file('/etc/udev/rules.d/70-plotd.rules'), 'utf8')).toContain('04d8')
    expect(answer.left.flat()).toContain('udevadm')
    expect(axidraw.position).toEqual([0, 0])
    expect(axidraw.ink.strokeCount).toBe(0)
  })

  it('finds a grbl board, and bases its entry on the profile grbl-servo', async () => {
    const { path } = await board('grbl')
    const { setup, config } = newcomer()
    expect((await setup('--port', path, '--service', 'none')).code).toBe(0)
    const [plotter] = config().plotters
    expect(plotter).toMatchObject({ name: 'grbl', url: `serial:${path}`, profile: { base: 'grbl-servo' } })
  })

  it('finds an HP 7475A, and takes profile and paper from the sheet that its switches are set to', async () => {
    const { path, board: hp } = await board('hpgl')
    const { setup, config } = newcomer()
    const { code, err } = await setup('--port', path, '--service', 'none')
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(config().plotters).toEqual([
      {
        name: 'hp7475a',
        url: `serial:${path}?baud=9600`,
        profile: 'hp-7475a',
        paper: 'a3',
      },
    ])
    expect(hp.ink.strokeCount).toBe(0)
  })

  it('changes nothing with --dry-run', async () => {
    const { path } = await board('ebb')
    const { setup, file } = newcomer()
    const { answer } = await setup('--port', path, '--service', 'none', '--dry-run')
    expect(answer.steps.map(({ done }: { done: boolean }) => done)).toContain(false)
    expect(existsSync(file('/home'))).toBe(false)
    expect(existsSync(file('/etc'))).toBe(false)
  })

  it('shows the steps per mm with their source, and writes nothing without a yes', async () => {
    const { path } = await board('grbl')
    const { setup, file } = newcomer()
    const { answer } = await setup('--port', path, '--service', 'none', WITHOUT_YES)
    expect(answer.figures).toContainEqual({ name: 'steps', value: '80 per mm', from: '$100' })
    expect(existsSync(file('/home'))).toBe(false)
  })

  it('has nothing to change at the second run, and --undo removes all that setup wrote', async () => {
    const { path } = await board('ebb')
    const { setup, file } = newcomer()
    const config = file('/home/new/.config/plotd/config.yaml')
    await setup('--port', path, '--service', 'none')
    const first = readFileSync(config, 'utf8')
    const again = await setup('--port', path, '--service', 'none', '--dry-run')
    expect(again.answer.steps.filter(({ says }: { says: string }) => !says.includes('group'))).toEqual([
      expect.objectContaining({ done: true }),
      expect.objectContaining({ done: true }),
    ])
    await setup('--port', path, '--service', 'none', '--pen-down', '40')
    expect(readFileSync(config, 'utf8')).not.toBe(first)
    expect((await setup('--undo')).code).toBe(0)
    expect(existsSync(config)).toBe(false)
    expect(existsSync(file('/etc/udev/rules.d/70-plotd.rules'))).toBe(false)
    expect(existsSync(file('/home/new/.config/plotd/setup.json'))).toBe(false)
  })

  it('keeps a profile that was tuned by hand, or chosen by name, until --profile asks for a new one', async () => {
    const { path } = await board('ebb')
    const { setup, config, file } = newcomer()
    await setup('--port', path, '--service', 'none', '--profile', 'axidraw-v3-a3')
    await setup('--port', path, '--service', 'none')
    expect(config().plotters).toMatchObject([{ profile: 'axidraw-v3-a3' }])

    const tuned = { base: 'axidraw-v3-a3', stepsPerMm: 79.5, pen: { upPercent: 71 } }
    const plotters = [{ name: 'desk', url: `serial:${path}`, profile: tuned, gate: 'on', paper: 'a4' }]
    writeFileSync(file('/home/new/.config/plotd/config.yaml'), JSON.stringify({ output: '~/plots', plotters }))
    expect((await setup('--port', path, '--service', 'none')).err).toBe('')
    expect(config().plotters).toEqual(plotters)
    await setup('--port', path, '--service', 'none', '--pen-down', '40')
    const pen = { upPercent: 71, downPercent: 40 }
    expect(config().plotters).toEqual([{ ...plotters[0], profile: { ...tuned, pen } }])

    await setup('--port', path, '--service', 'none', '--name', 'desk', '--profile', 'axidraw-v3')
    expect(config().plotters).toMatchObject([{ name: 'desk', profile: 'axidraw-v3', gate: 'on' }])
  })

  it('refuses values with which no daemon would start, also for a plotter that it knows', async () => {
    const { path } = await board('ebb')
    const { setup, config } = newcomer()
    const words = ['--port', path, '--service', 'none']
    expect(await setup(...words, '--name', 'my desk')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/my desk.*`plotd setup --help`/),
    })
    await setup(...words, '--name', 'desk')
    const before = config()
    expect((await setup(...words, '--pen-down', '-5')).err).toContain('-5 is not a number from 0 to 100')
    expect(config()).toEqual(before)
  })

  it.each(['', '/nowhere', '/etc/passwd/x'])('refuses --root %j, which is no folder', async (root) => {
    const { code, err } = await plotd(['setup', '--root', root, '--undo'])
    expect([code, err]).toEqual([2, expect.stringContaining(`--root is '${root}': expected a folder that exists`)])
  })

  it('refuses --undo with --dry-run, and undoes nothing', async () => {
    const { path } = await board('ebb')
    const { setup, file } = newcomer()
    await setup('--port', path, '--service', 'none')
    expect((await setup('--undo', '--dry-run')).code).toBe(2)
    expect(existsSync(file('/home/new/.config/plotd/config.yaml'))).toBe(true)
  })

  it('--undo keeps a file that the user has changed', async () => {
    const { path } = await board('ebb')
    const { setup, file } = newcomer()
    const config = file('/home/new/.config/plotd/config.yaml')
    await setup('--port', path, '--service', 'none')
    writeFileSync(config, 'port: 8000\n')
    const { answer } = await setup('--undo')
    expect(answer.says.join(' ')).toContain('was changed after setup wrote it')
    expect(readFileSync(config, 'utf8')).toBe('port: 8000\n')
  })

  it.each([
    ['--root', ['--root', tempFolder(), '--yes']],
    ['--dry-run', ['--dry-run']],
    ['neither a terminal nor --yes', []],
  ])('with %s, changes nothing on this computer when it may not open the port', async (_, flags) => {
    const folder = tempFolder()
    // The error message contains this path. Setup looks for 'permission denied' in the message.
    const port = join(folder, 'permission denied')
    const words = ['setup', '--port', port, '--service', 'none', ...flags]
    const { code, err } = await plotd(words, { XDG_CONFIG_HOME: folder })
    expect([code, err]).toEqual([1, expect.stringContaining('run `plotd setup` again')])
    expect(readdirSync(folder)).toEqual([])
  })

  it('opens the daemon to the network with --lan', async () => {
    const { path } = await board('ebb')
    const { setup, config } = newcomer()
    await setup('--port', path, '--service', 'none', '--lan')
    expect(config().host).toBe('0.0.0.0')
    expect(config().hosts.length).toBeGreaterThan(1)
  })

  it.each([
    ['plotd home', 'with limit switches', 'grbl-servo', 'homing=1'],
    ['plotd home', 'with limit switches', 'grbl-z', 'homing=1'],
    ['plotd align', 'without limit switches', 'grbl-servo', ''],
    ['plotd align', 'without limit switches', 'grbl-z', ''],
  ])(
    'tells the user to run %s before the first card: grbl board %s, profile %s',
    async (command, _, profile, query) => {
      const { cable } = makeSimulator('grbl', new URLSearchParams(query), new VirtualClock())
      const served = await servePty(cable)
      try {
        const words = [
          '--port',
          served.path,
          '--profile',
          profile,
          '--service',
          'none',
          '--yes',
          '--root',
          tempFolder(),
        ]
        const { out } = await plotd(['setup', ...words], { XDG_CONFIG_HOME: '/home/new/.config' })
        expect(out).toContain(`: ${command}.`)
      } finally {
        await served.close()
      }
    },
  )

  it('recognises a port that the running daemon holds under the name of a symbolic link', async () => {
    const { path } = await board('ebb', { speed: 'instant' })
    const folder = tempFolder()
    const link = join(folder, 'usb-EiBotBoard')
    symlinkSync(path, link)
    const daemon = await ServedDaemon.start(`axi=serial:${link}`)
    try {
      const env = { XDG_CONFIG_HOME: folder, HOME: folder }
      const words = ['setup', '--port', path, '--service', 'none', '--dry-run', '--json']
      const { code, out, err } = await daemon.run(words, env)
      expect([code, err]).toEqual([0, ''])
      expect(JSON.parse(out).plotter).toMatchObject({ name: 'axi', url: `serial:${link}` })
      expect((await daemon.run(['ports', '--port', path], env)).err).toContain('the running daemon holds this port')
    } finally {
      await daemon.stop()
    }
  })

  it('refuses a new name or size for a board that the running daemon holds', async () => {
    const { path } = await board('ebb', { speed: 'instant' })
    const daemon = await ServedDaemon.start(`axi=serial:${path}`)
    try {
      const folder = tempFolder()
      const run = (...flags: string[]) =>
        daemon.run(['setup', '--port', path, '--service', 'none', '--dry-run', ...flags], { XDG_CONFIG_HOME: folder })
      const size = await run('--size', '200x100')
      expect([size.code, size.err]).toEqual([
        2,
        expect.stringContaining('--size: the running daemon has the plotter axi'),
      ])
      expect((await run('--name', 'bob')).err).toContain('stop the daemon (`kill ')
      expect((await run('--name', 'axi')).code).toBe(0)
    } finally {
      await daemon.stop()
    }
  })

  it('changes, of several boards that the running daemon holds, only the one of --name', async () => {
    const [ada, bob] = [await board('ebb', { speed: 'instant' }), await board('ebb', { speed: 'instant' })]
    const daemon = await ServedDaemon.start(`ada=serial:${ada.path}`, `bob=serial:${bob.path}`)
    try {
      const words = ['setup', '--name', 'bob', '--service', 'none', '--dry-run', '--json']
      const { code, out, err } = await daemon.run(words, { XDG_CONFIG_HOME: tempFolder() })
      expect([code, err]).toEqual([0, ''])
      expect(JSON.parse(out).plotter).toMatchObject({ name: 'bob', url: `serial:${bob.path}` })
      const nameless = ['setup', '--profile', 'axidraw-v3-a3', '--service', 'none', '--dry-run']
      expect(await daemon.run(nameless, { XDG_CONFIG_HOME: tempFolder() })).toMatchObject({
        code: 2,
        err: expect.stringContaining('Which plotter? There are ada, bob'),
      })
    } finally {
      await daemon.stop()
    }
  })

  it('--undo stops no daemon when setup has changed nothing', async () => {
    const daemon = await ServedDaemon.start()
    try {
      const { code, out } = await daemon.run(['setup', '--undo', '--json'], { XDG_CONFIG_HOME: tempFolder() })
      expect([code, JSON.parse(out)]).toEqual([0, { says: [], left: [], stopped: false }])
      expect((await daemon.run(['plotters'])).code).toBe(0)
    } finally {
      await daemon.stop()
    }
  })

  it('gives a remedy when the port does not exist', async () => {
    const { setup } = newcomer()
    const { code, err } = await setup('--port', join(homedir(), 'no-such-port'), '--service', 'none')
    expect(code).toBe(1)
    expect(err).toContain('there is no such device')
    expect(err).toContain('plotd simulate ebb')
  })
})
