import { spawnSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { PlotdError } from '../../../src/errors.ts'
import { fileError } from '../io/files.ts'
import type { Host } from './host.ts'
import type { Change, Read, Step } from './steps.ts'

/** The record of setup's changes, so that `--undo` can undo them. The record is a file beside the configuration. */
export interface SetupRecord {
  /** Files that setup wrote. `before`: text before the first setup, null for a new file. `text`: what setup wrote. */
  readonly files: { readonly path: string; readonly before: string | null; text: string; readonly root: boolean }[]
  /** The commands that undo the commands of setup, in setup's order. */
  readonly undo: { readonly words: readonly string[]; readonly root: boolean }[]
}

export interface SetupContext {
  readonly host: Host
  /** A folder that stands for `/`: files are written below it, and no command runs. */
  readonly root: string | undefined
  /** Whether setup may run commands through sudo. */
  readonly sudo: boolean
}

/** @returns a function that throws a PlotdError ERR_FILE for a file that cannot be read */
export const reader =
  (root: string | undefined): Read =>
  (path) => {
    const real = underRoot(path, root)
    try {
      return existsSync(real) ? readFileSync(real, 'utf8') : undefined
    } catch (thrown) {
      throw fileError(real, thrown)
    }
  }

/**
 * Puts a path below the folder that stands for `/`, where an absolute link leads to a place below that folder, too. The
 * path of a file of this package is not changed.
 *
 * @throws PlotdError ERR_FILE for more than 40 links, as Linux allows
 */
function underRoot(path: string, root: string | undefined): string {
  if (root === undefined || path.includes('examples/deploy')) return path
  let done = '/'
  const names = path.split('/')
  for (let links = 0; names.length > 0; ) {
    const next = join(done, names.shift() ?? '')
    const real = join(root, next)
    const target = linkAt(real)
    if (target === undefined) done = next
    else if (++links > 40) throw new PlotdError('ERR_FILE', `${real}: too many links`, { path: real })
    else {
      names.unshift(...target.split('/'))
      if (target.startsWith('/')) done = '/'
    }
  }
  return join(root, done)
}

/** The target of a link; undefined when there is no link. */
function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/**
 * Makes the changes of the steps that are not done.
 *
 * @returns the commands that an administrator must run; with `context.root`, every command of these steps
 * @throws PlotdError ERR_SETUP, ERR_FILE
 */
export const apply = (steps: readonly Step[], context: SetupContext, record: SetupRecord): (readonly string[])[] =>
  changesLeft(steps).flatMap((change) => {
    const words = makeChange(change, context, record)
    return words ? [words] : []
  })

const changesLeft = (steps: readonly Step[]): readonly Change[] =>
  steps.filter(({ isDone }) => !isDone).flatMap(({ changes }) => changes)

/** The commands with which an administrator makes the missing changes. Optional commands are left out. */
export const adminCommandsOf = (steps: readonly Step[]): (readonly string[])[] =>
  changesLeft(steps)
    .filter((change) => change.kind === 'write' || !change.optional)
    .map((change) => (change.kind === 'write' ? installCommand(change) : change.words))

const installCommand = ({ source, path }: Change & { kind: 'write' }): readonly string[] => [
  ...['install', '-D', '-m', '644'],
  source ?? '',
  path,
]

/**
 * Makes one change. With `context.root`, no command runs.
 *
 * @returns the command that an administrator must run; with `context.root`, the command of a 'run' change. Undefined
 *   when setup has made the change, or when an optional command failed or may not run
 */
function makeChange(change: Change, context: SetupContext, record: SetupRecord): readonly string[] | undefined {
  const { host, root: rootFolder } = context
  const needsAdmin = change.root && host.uid !== 0
  if (change.kind === 'write') {
    const { path, text } = change
    const before = reader(rootFolder)(path) ?? null
    if (needsAdmin && rootFolder === undefined) {
      const words = installCommand(change)
      if (!asRoot(words, context)) return words
    } else {
      write(underRoot(path, rootFolder), text)
    }
    recordFile(record, change, before)
    return undefined
  }
  const { words, undo, optional = false } = change
  if (rootFolder !== undefined) return words
  if (needsAdmin) {
    if (!asRoot(words, context)) return optional ? undefined : words
  } else if (!run(words)) {
    if (optional) return undefined
    throw new PlotdError('ERR_SETUP', `\`${words.join(' ')}\` failed`, { command: words })
  }
  if (undo && !record.undo.some((command) => command.words.join(' ') === undo.join(' ')))
    record.undo.push({ words: undo, root: change.root })
  return undefined
}

/** Writes a file. The old text stays until the whole new text is on the disk. @throws PlotdError ERR_FILE */
function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    // A rename would replace a link by a file. A link that leads to no file gets an empty file first.
    if (!existsSync(path) && lstatSync(path, { throwIfNoEntry: false })) writeFileSync(path, '')
    const file = existsSync(path) ? realpathSync(path) : path
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0o644
    writeFileSync(`${file}.new`, text, { mode, flush: true })
    renameSync(`${file}.new`, file)
  } catch (thrown) {
    throw fileError(path, thrown)
  }
}

/** Records a file. Its text before the first setup stays in the record, also after later setups. */
function recordFile(record: SetupRecord, change: Change & { kind: 'write' }, before: string | null): void {
  const { path, text, root } = change
  const known = record.files.find((file) => file.path === path)
  if (known) known.text = text
  else record.files.push({ path, before, text, root })
}

function run(words: readonly string[]): boolean {
  const [program = '', ...rest] = words
  return spawnSync(program, rest, { stdio: ['inherit', 'ignore', 'ignore'] }).status === 0
}

/** Runs a command as root. sudo asks for the password on the terminal. @returns whether the command succeeded */
function asRoot(words: readonly string[], { host, sudo }: SetupContext): boolean {
  return sudo && host.hasSudo && spawnSync('sudo', words, { stdio: ['inherit', 'ignore', 'inherit'] }).status === 0
}

const FILE = 'setup.json'

/** @throws PlotdError ERR_FILE when the record is damaged */
export function readRecord({ configFolder }: Host, root: string | undefined): SetupRecord {
  const path = join(configFolder, FILE)
  const text = reader(root)(path)
  if (text === undefined) return { files: [], undo: [] }
  try {
    return JSON.parse(text) as SetupRecord
  } catch (cause) {
    const message = `${path} is damaged: remove it, and undo the changes of setup yourself`
    throw new PlotdError('ERR_FILE', message, { path }, cause)
  }
}

export function writeRecord({ configFolder }: Host, root: string | undefined, record: SetupRecord): void {
  if (record.files.length + record.undo.length > 0)
    write(underRoot(join(configFolder, FILE), root), `${JSON.stringify(record, undefined, 2)}\n`)
}

export interface UndoResult {
  /** Commands that an administrator must run; with `SetupContext.root`, all commands that undo a command. */
  readonly adminCommands: readonly (readonly string[])[]
  readonly messages: readonly string[]
  /** Whether a command of this user failed. */
  readonly hasFailed: boolean
  /** Whether setup had changed nothing. */
  readonly isEmpty: boolean
}

/**
 * Undoes the changes of setup. A file that was changed after setup wrote it stays as it is. The record is removed, even
 * after a failed command.
 *
 * @throws PlotdError ERR_FILE when an old text cannot be written, or the record is damaged
 */
export function undoAll(context: SetupContext): UndoResult {
  const { host, root } = context
  const { files, undo } = readRecord(host, root)
  const messages: string[] = []
  const adminCommands: (readonly string[])[] = []
  let hasFailed = false
  for (const { words, root: needsRoot } of [...undo].reverse()) {
    if (root !== undefined) adminCommands.push(words)
    else if (needsRoot && host.uid !== 0) {
      if (!asRoot(words, context)) adminCommands.push(words)
    } else if (!run(words)) {
      hasFailed = true
      messages.push(`\`${words.join(' ')}\` failed.`)
    }
  }
  for (const { path, before, text, root: needsRoot } of files) {
    const real = underRoot(path, root)
    if (!existsSync(real)) continue
    if (readFileSync(real, 'utf8') !== text) {
      messages.push(`${path} stays: it was changed after setup wrote it.`)
      continue
    }
    if (needsRoot && host.uid !== 0 && root === undefined) {
      const copy = join(host.configFolder, `${basename(path)}.old`)
      if (before !== null) write(copy, before)
      const words = before === null ? ['rm', path] : ['install', '-m', '644', copy, path]
      if (!asRoot(words, context)) {
        adminCommands.push(words)
        continue
      }
      rmSync(copy, { force: true })
    } else if (before === null) rmSync(realpathSync(real))
    else write(real, before)
    messages.push(before === null ? `${path} is removed.` : `${path} has its old text again.`)
  }
  rmSync(underRoot(join(host.configFolder, FILE), root), { force: true })
  return { messages, adminCommands, hasFailed, isEmpty: files.length + undo.length === 0 }
}
