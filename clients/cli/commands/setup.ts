import { checkPlotter } from '../../../src/daemon/config/schema.ts'
import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { profileNamed, suggestion } from '../../../src/index.ts'
import { defineCommand } from '../args/command.ts'
import { EXIT } from '../errors/exit-codes.ts'
import type { Io } from '../io/io.ts'
import { adminCommandsOf, apply, reader, readRecord, type SetupContext, undoAll, writeRecord } from '../setup/apply.ts'
import { entriesIn, entryNamed } from '../setup/config-text.ts'
import { figureTable } from '../setup/figures.ts'
import { type Board, boardOf, findBoards, pathIn, plotterAt } from '../setup/find.ts'
import { type Host, rootFolder, type Service, thisHost } from '../setup/host.ts'
import { changedEntry, type PlotterEntry, type ProposedEntry, plotterEntry } from '../setup/machine.ts'
import { askMachine, askPaper, askService, type FlagAnswers, Questions } from '../setup/questions.ts'
import { answering, startInBackground, stop, waitForPlotter } from '../setup/service.ts'
import { accessSteps, configFile, configStep, type Step, serviceSteps } from '../setup/steps.ts'
import { plotterSentence } from '../ui/sentences.ts'
import { onlyPlotter } from './plotter.ts'

const value = (describe: string) => ({ type: 'string', describe, requiresArg: true }) as const
const percent = (describe: string) => ({ type: 'number', describe, requiresArg: true }) as const

export const setup = defineCommand({
  about:
    'Set up a plotter: find the board, ask for what the board does not report, write the configuration, start the daemon. ' +
    'The daemon lifts the pen; the carriage does not move.',
  positionals: {},
  flags: {
    port: value('the port of the board; default: every USB port is asked'),
    name: value('name of the plotter'),
    profile: value('the machine: a name from docs/devices.md'),
    size: value('reach of a machine that reads G-code, mm, such as 297x210'),
    'pen-up': percent('height of the raised pen, percent'),
    'pen-down': percent('height of the pen while it draws, percent'),
    y: {
      type: 'string',
      choices: ['away', 'toward'],
      describe: 'grbl: whether the carriage moves away from you or toward you when y grows',
      requiresArg: true,
    },
    paper: value('the paper that you use, such as a5, letter or 148x105mm'),
    lan: { type: 'boolean', describe: 'let phones and computers of your network reach the page' },
    service: {
      type: 'string',
      choices: ['user', 'system', 'launchd', 'background', 'none'],
      describe: 'what keeps the daemon running (or PLOTD_SERVICE)',
      requiresArg: true,
    },
    yes: { type: 'boolean', default: false, describe: 'ask nothing: make the proposed changes' },
    'dry-run': { type: 'boolean', default: false, describe: 'show what would change, and change nothing' },
    undo: { type: 'boolean', default: false, describe: 'undo the changes that setup made' },
    root: value('write below this folder and run no command: for the mounted SD card of another computer'),
  },
  examples: [
    ['setup', ''],
    ['setup --dry-run', 'what would change'],
    ['setup --port /dev/ttyUSB0 --profile hp-7475a-a4 --yes', 'without questions'],
    ['setup --undo', 'undo all changes of setup'],
  ],
  more: 'You may run setup again: it changes only what differs. docs/start has pages for AxiDraw, GRBL and HP plotters.',
  async run(args, io) {
    const host = thisHost(pathIn(args.port ?? ''))
    const context: SetupContext = { host, root: rootFolder(args.root), sudo: io.isInteractive && !args['dry-run'] }
    if (args.undo && args['dry-run'])
      throw new PlotdError('ERR_PARAMS', '--undo and --dry-run: expected one of the two, not both', { verb: 'setup' })
    if (args.undo) return await undo(context, io)
    const questions = new Questions(io, args.yes)
    const running = args.root === undefined ? await answering(io.daemon) : undefined
    refuseWhilePlotting(running?.plotters ?? [])

    const mayWrite = (io.isInteractive || args.yes) && !args['dry-run']
    const board = await chooseBoard(args.port, running, { ...context, mayWrite }, args, questions, io)
    const deviceHost = thisHost(board.device)
    const { entry: machine, figures } = board.entry
      ? { entry: board.entry, figures: [] }
      : await newEntry(board, args, questions, io)
    const paper = await askPaper(machine, baseOf(machine.profile), args, questions)
    const entry = checkPlotter({ ...machine, paper })
    const service = await askService(deviceHost, args, questions)
    const lan =
      args.lan ?? (await questions.yes('May phones and computers of your network open the page of plotd?', false))

    const read = reader(args.root)
    const config = configStep(deviceHost, { entry, lan, service }, read)
    const services = running && config.isDone ? [] : serviceSteps(deviceHost, service, read)
    const access = deviceHost.isVirtual && args.root === undefined ? [] : accessSteps(deviceHost, read)
    const steps = [...access, config, ...services]
    if (!io.json) io.print('', ...steps.map((step) => stepLine(step, io)))
    if (!mayWrite) {
      const planned = steps.map(({ description, isDone }) => ({ says: description, done: isDone }))
      if (io.json) io.line({ plotter: entry, figures, service, lan, steps: planned })
      else io.print('', `Nothing was changed.${args['dry-run'] ? '' : ' `plotd setup --yes` makes these changes.'}`)
      return EXIT.ok
    }
    if (steps.some(({ isDone }) => !isDone) && !(await questions.yes('Make these changes?', true))) return EXIT.ok

    const adminCommands = applyAndRecord(steps, { ...context, host: deviceHost })
    if (args.root === undefined) await start(service, deviceHost, config, running, io)
    return await report(
      { entry, paper, service, lan, adminCommands, host: deviceHost, isReal: args.root === undefined },
      io,
    )
  },
})

function refuseWhilePlotting(plotters: readonly WirePlotter[]): void {
  const busy = plotters.find(({ state }) => state.is === 'plotting' || state.is === 'paused')
  if (busy)
    throw new PlotdError('ERR_PLOTTER_STATE', `${busy.name} is drawing, and setup may restart the daemon`, {
      name: busy.name,
      remedy: 'Wait for the end of the plot, or cancel it. Then run this command again.',
    })
}

/** Refuses flags for which setup must ask the board, while the running daemon holds the board. */
function refuseUnasked(pid: number, { name, url }: WirePlotter, flags: FlagAnswers): void {
  const changes = { name: flags.name === name ? undefined : flags.name, size: flags.size, y: flags.y }
  const [flag] = Object.entries(changes).find(([, value]) => value !== undefined) ?? []
  if (flag === undefined) return
  const remedy =
    `For another plotter, name its port with --port. To change ${name}, stop the daemon (\`kill ${pid}\`) and run ` +
    'this command again.'
  const message = `--${flag}: the running daemon has the plotter ${name} at ${pathIn(url)}, and setup cannot ask the board`
  throw new PlotdError('ERR_PARAMS', message, { verb: 'setup', remedy })
}

interface SearchContext extends SetupContext {
  /** Whether setup may change this computer. */
  readonly mayWrite: boolean
}

interface KnownBoard extends Board {
  /** The configured plotter, if a running daemon holds the board's port, or if setup keeps the plotter's profile. */
  readonly entry?: PlotterEntry
}

/** Chooses the board to set up: a board that a running daemon holds, or a board that answers. */
async function chooseBoard(
  port: string | undefined,
  running: Awaited<ReturnType<typeof answering>>,
  context: SearchContext,
  flags: FlagAnswers,
  questions: Questions,
  io: Io,
): Promise<KnownBoard> {
  const realPlotters = (running?.plotters ?? []).filter(({ url }) => !url.startsWith('sim:'))
  const held = port === undefined ? await heldOf(realPlotters, flags, questions) : await plotterAt(port, realPlotters)
  if (held) {
    if (running) refuseUnasked(running.pid, held, flags)
    io.note(`The daemon has the plotter ${held.name} at ${pathIn(held.url)} already.`)
    return {
      path: pathIn(held.url),
      device: pathIn(held.url),
      query: '',
      // With an entry, setup does not read the identity.
      identity: { dialect: 'ebb', model: '', baud: 0 },
      entry: changedEntry(configuredEntry(context, held), flags),
    }
  }
  io.note('Looking for plotters. Nothing moves …')
  const boards = await findOrPermit(port, new Set(realPlotters.map(({ url }) => pathIn(url))), context)
  const board = (await boardOf(entryOf(flags.name, context), boards)) ?? (await askBoard(boards, questions))
  io.note(`${board.identity.model} answers at ${board.path}.`, ...suggestion(board.identity).notes)
  const known = await tunedEntry(board, context, flags)
  if (!known) return board
  io.note(
    `The configuration has the plotter ${known.name} at this port. Setup keeps the profile of this plotter; ` +
      '`plotd setup --profile NAME` begins a new profile.',
  )
  return { ...board, entry: changedEntry(known, flags) }
}

/**
 * The plotter of `--name`, else the one that the user chooses, else the first.
 *
 * @throws PlotdError ERR_PARAMS when the flags change one of several plotters, and nobody can choose it
 */
async function heldOf(plotters: readonly WirePlotter[], flags: FlagAnswers, questions: Questions) {
  const isChange = (['profile', 'paper', 'pen-up', 'pen-down'] as const).some((flag) => flags[flag] !== undefined)
  if (flags.name === undefined && isChange && plotters.length > 1 && !questions.canAsk) onlyPlotter(plotters, '--name ')
  const choices = plotters.map(({ name, url }) => [name, pathIn(url)] as const)
  const wanted = flags.name ?? (await questions.choice('Which plotter?', choices))
  return plotters.find((plotter) => plotter.name === wanted) ?? plotters[0]
}

async function askBoard(boards: readonly Board[], questions: Questions): Promise<Board> {
  const name = await questions.choice(
    'Which board?',
    boards.map(({ path, identity }) => [path, identity.model] as const),
  )
  return boards.find(({ path }) => path === name) ?? (boards[0] as Board)
}

/** The plotter of this name in the configuration file. */
function entryOf(name: string | undefined, { host, root }: SetupContext): PlotterEntry | undefined {
  const read = reader(root)
  return name === undefined ? undefined : entryNamed(read(configFile(host, read)), name)
}

/**
 * The entry in the configuration file for this board, if setup keeps the profile of that entry. Setup keeps the profile
 * because the user may have changed it by hand or by `plotd calibrate`. An HP-GL plotter reports the sheet that its
 * switches are set to. So if the profile of an HP-GL plotter was not changed, setup proposes the profile of the
 * reported sheet instead.
 */
async function tunedEntry(
  { device, identity }: Board,
  { host, root }: SetupContext,
  { name, profile, size, y }: FlagAnswers,
): Promise<PlotterEntry | undefined> {
  const read = reader(root)
  const known = await plotterAt(device, entriesIn(read(configFile(host, read))))
  if (!known || profile !== undefined || size !== undefined || y !== undefined) return undefined
  if (name !== undefined && name !== known.name) return undefined
  if (profileNamed(baseOf(known.profile)).dialect !== identity.dialect) return undefined
  return identity.dialect === 'hpgl' && typeof known.profile === 'string' ? undefined : known
}

/**
 * The entry of a plotter in the configuration file. If only the daemon's flags name the plotter, makes an entry from
 * its URL and profile.
 */
function configuredEntry(context: SetupContext, { name, url, profile }: WirePlotter): PlotterEntry {
  return entryOf(name, context) ?? { name, url, profile }
}

/**
 * Finds the boards. If the user lacks the permission to open a port, setup installs the udev rule and adds the user to
 * the group of serial ports. Then setup looks again. If an administrator must make these changes, the remedy names the
 * commands. With `--root`, and where setup may change nothing, the remedy names the commands too.
 */
async function findOrPermit(
  port: string | undefined,
  skip: ReadonlySet<string>,
  context: SearchContext,
): Promise<Board[]> {
  try {
    return await findBoards(port, skip)
  } catch (thrown) {
    if (!(thrown instanceof PlotdError) || !/permission denied/.test(thrown.message)) throw thrown
    const steps = accessSteps(context.host, reader(undefined))
    const isReal = context.root === undefined && context.mayWrite
    const adminCommands = isReal ? applyAndRecord(steps, context) : adminCommandsOf(steps)
    if (adminCommands.length === 0) {
      const boards = await findBoards(port, skip).catch(() => [])
      if (boards.length > 0) return boards
    }
    const remedy =
      adminCommands.length === 0
        ? `You are in the group ${context.host.ports.group} now. Log out and in again, then run \`plotd setup\` again.`
        : `An administrator must run: ${adminCommands.map((words) => words.join(' ')).join(' && ')}. Then log out and in, and run \`plotd setup\` again.`
    throw new PlotdError('ERR_TRANSPORT', thrown.message, { remedy })
  }
}

/** Makes the changes, and records them even when one fails. @returns the commands that an administrator must run */
function applyAndRecord(steps: readonly Step[], context: SetupContext): readonly (readonly string[])[] {
  const { host, root } = context
  const record = readRecord(host, root)
  try {
    return apply(steps, context, record)
  } finally {
    writeRecord(host, root, record)
  }
}

async function newEntry(board: Board, flags: FlagAnswers, questions: Questions, io: Io): Promise<ProposedEntry> {
  const answers = await askMachine(board.identity, flags, questions)
  const options = [board.identity.dialect === 'hpgl' ? 'baud=9600' : '', board.query].filter((option) => option !== '')
  const scheme = board.path.startsWith('tcp://') ? '' : 'serial:'
  const url = `${scheme}${board.path}${options.length === 0 ? '' : `?${options.join('&')}`}`
  const { entry, figures } = plotterEntry(url, board.identity, answers)
  io.note(`The plotter ${entry.name}, by the profile ${baseOf(entry.profile)}:`, ...figureTable(figures, io))
  return { entry, figures }
}

const baseOf = (profile: string | Readonly<Record<string, unknown>>): string =>
  typeof profile === 'string' ? profile : String(profile['base'])

function stepLine({ description, isDone }: Step, { paint }: Io): string {
  return `${isDone ? paint.good('✓') : paint.accent('→')} ${description}${isDone ? paint.dim(' (no change)') : ''}`
}

const stillRuns = (pid: number): string => `\`kill ${pid}\` did not end the daemon within 60 s`

/** Starts or restarts a daemon that no service runs. @throws PlotdError ERR_SETUP when the old daemon still runs */
async function start(
  service: Service,
  host: Host,
  config: Step,
  running: { pid: number } | undefined,
  io: Io,
): Promise<void> {
  if (service !== 'background' || (running && config.isDone)) return
  if (running && !(await stop(io.daemon, running.pid))) throw new PlotdError('ERR_SETUP', stillRuns(running.pid))
  const log = startInBackground(host)
  io.note(`plotd runs in the background until this computer stops. The log of plotd: ${log}`)
}

interface Outcome {
  readonly entry: PlotterEntry
  readonly paper: string
  readonly service: Service
  readonly lan: boolean
  readonly adminCommands: readonly (readonly string[])[]
  readonly host: Host
  /** Whether setup changes this computer; false with `--root`, which writes for another computer. */
  readonly isReal: boolean
}

async function report(outcome: Outcome, io: Io): Promise<number> {
  const { entry, paper, service, lan, adminCommands, host, isReal } = outcome
  const isStarted = isReal && service !== 'none'
  const plotter = isStarted ? await waitForPlotter(io.daemon, entry.name) : undefined
  const links = plotter ? await linksTo(io, host, lan) : undefined
  if (io.json) {
    io.line({ plotter: entry, service, lan, left: adminCommands, state: plotter?.state, link: links?.here })
  } else {
    if (adminCommands.length > 0) io.print('', ...adminLines(adminCommands, isReal))
    if (plotter) io.print('', plotterSentence(plotter))
    else if (isStarted) io.print('', 'The daemon does not report this plotter yet: `plotd doctor` says why.')
    io.print('', ...nextSteps(entry, paper, service, isReal))
    if (links) await printLinks(links, io)
  }
  return plotter || !isStarted ? EXIT.ok : EXIT.failed
}

function nextSteps(entry: Outcome['entry'], paper: string, service: Service, isReal: boolean): string[] {
  return [
    ...(service === 'none' && isReal ? ['Start the daemon: plotd serve'] : []),
    `${preparation(entry.profile)} Then a first card:`,
    `  plotd postcard Ada "Hello from plotd" --page ${paper} --fit --plot`,
    '  plotd ready',
  ]
}

/** The work at the plotter before its first sheet. */
function preparation(profile: PlotterEntry['profile']): string {
  const { dialect, grbl, marlin } = profileNamed(baseOf(profile))
  if (dialect === 'hpgl') return 'Put paper and pens in.'
  const own = typeof profile === 'string' ? undefined : (profile[dialect] as { readonly homing?: boolean } | undefined)
  return (own?.homing ?? (grbl ?? marlin)?.homing)
    ? 'Find the limit switches: plotd home. Put the pen and the paper in.'
    : 'Insert the pen, and move the carriage to home, the back left corner: plotd align.'
}

interface Links {
  readonly here: string
  readonly phone: string | undefined
}

/** Links to the page for this computer and for a phone. Each link logs one browser in, within ten minutes. */
async function linksTo({ daemon }: Io, { addresses }: Host, lan: boolean): Promise<Links> {
  const { link } = await daemon.fresh().call('session.code', {})
  const [address] = addresses
  if (!lan || address === undefined) return { here: link, phone: undefined }
  const second = await daemon.fresh().call('session.code', {})
  const phone = new URL(second.link)
  phone.hostname = address
  return { here: link, phone: phone.href }
}

async function printLinks({ here, phone }: Links, io: Io): Promise<void> {
  io.print(
    '',
    `The page: ${io.paint.accent(here)}`,
    '  The link logs one browser in, within ten minutes; `plotd open` makes another.',
  )
  if (phone === undefined) {
    io.print('  For a phone: `plotd setup --lan` lets your network reach the page.')
    return
  }
  if (process.stdout.isTTY !== true) return
  const { renderUnicodeCompact } = await import('uqr')
  io.print('', `For the phone: ${phone}`, renderUnicodeCompact(phone, { border: 2 }))
}

/** Lists commands that setup may not run. @param isReal  false when the commands belong on another computer */
const adminLines = (commands: readonly (readonly string[])[], isReal: boolean): string[] => [
  isReal ? 'An administrator must still run:' : 'These commands must still run on the other computer:',
  ...commands.map((words) => `  ${words.join(' ')}`),
]

/** Undoes the changes of setup, and stops a daemon that still runs then. */
async function undo(context: SetupContext, io: Io): Promise<number> {
  const running = context.root === undefined ? await answering(io.daemon) : undefined
  refuseWhilePlotting(running?.plotters ?? [])
  const { messages, adminCommands, hasFailed, isEmpty } = undoAll(context)
  // Setup has not started the daemon if it has changed nothing.
  const afterUndo = running && !isEmpty ? await answering(io.daemon) : undefined
  const isStopped = afterUndo === undefined || (await stop(io.daemon, afterUndo.pid))
  io.answer({ says: messages, left: adminCommands, stopped: running !== undefined && !isEmpty && isStopped }, () => [
    ...(messages.length + adminCommands.length === 0 ? ['Setup has changed nothing here.'] : messages),
    ...(afterUndo
      ? [isStopped ? 'The daemon is stopped. Its jobs stay on the disk.' : `${stillRuns(afterUndo.pid)}.`]
      : []),
    ...(adminCommands.length === 0 ? [] : adminLines(adminCommands, context.root === undefined)),
  ])
  return hasFailed || !isStopped ? EXIT.failed : EXIT.ok
}
