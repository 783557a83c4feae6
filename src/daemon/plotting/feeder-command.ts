import { spawn } from 'node:child_process'
import { PlotdError } from '../../errors.ts'
import type { Job } from '../../spool/job.ts'

export interface FeederCommand {
  /** The program and its arguments, which no shell reads. */
  readonly command: readonly string[]
  /** Longest duration, ms. */
  readonly timeout: number
}

/** plotd keeps this many characters of the end of a command's output. */
const OUTPUT_CHARS = 2000
/**
 * After SIGTERM a command has this time to stop its motors, ms. After the command has ended, plotd reads its output for
 * at most the same time.
 */
const END_MS = 1000

/**
 * The environment variables that tell a feeder about the sheet's job. The values are foreign text, so plotd starts
 * the command without a shell.
 */
export function feederFacts(
  plotter: string,
  job: Job,
  copy: number,
  sheetsLeft: number,
): Readonly<Record<string, string>> {
  const { id, title, task, tags, plot, result } = job
  const facts = {
    FEED_PLOTTER: plotter,
    FEED_JOB: id,
    FEED_TITLE: title,
    FEED_TASK: task,
    FEED_TAGS: tags.join(','),
    FEED_COPY: String(copy),
    FEED_COPIES: String(plot?.copies ?? 1),
    FEED_PAGE: plot?.pageSize ?? '',
    FEED_WIDTH_MM: String(result?.widthMm ?? ''),
    FEED_HEIGHT_MM: String(result?.heightMm ?? ''),
    FEED_SHEETS_LEFT: String(sheetsLeft),
  }
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value.replaceAll('\0', '')]))
}

/**
 * Runs the command that changes the sheet. Exit code 0 says that a fresh sheet is down. When the command ends, plotd
 * kills all processes of its group, because a late process could feed a sheet under the pen.
 *
 * @throws PlotdError ERR_FEEDER naming the timeout, else the last line of the output, else the exit code, the signal or
 *   the error of the start. On abort, the reason of `signal`
 */
export async function runFeeder(
  { command: [program = '', ...rest], timeout }: FeederCommand,
  facts: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const child = spawn(program, rest, {
    env: { ...process.env, ...facts },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const output = outputOf(child)
  let endReason: string | undefined
  let killTimer: NodeJS.Timeout | undefined
  const endCommand = (reason: string): void => {
    endReason ??= reason
    killGroup(child, 'SIGTERM')
    killTimer ??= setTimeout(() => killGroup(child, 'SIGKILL'), END_MS)
  }
  const onAbort = (): void => endCommand('it was stopped')
  signal.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => endCommand(`it took longer than ${timeout / 1000} s`), timeout)
  try {
    const code = await endOf(child)
    signal.throwIfAborted()
    if (code === 0 && endReason === undefined) return
    const exit = typeof code === 'number' ? `exit code ${code}` : code
    const reason = endReason ?? (lastLine(output()) || exit)
    throw new PlotdError('ERR_FEEDER', `the feeder brought no sheet: ${reason}`, { code, reason })
  } finally {
    signal.removeEventListener('abort', onAbort)
    clearTimeout(timer)
    clearTimeout(killTimer)
  }
}

type FeederProcess = ReturnType<typeof spawn>

/** Sends a signal to all processes of the command. */
function killGroup({ pid }: FeederProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // The group has no process left.
  }
}

/** Collects the output of the command. @returns a function that gives the end of the output so far */
function outputOf({ stdout, stderr }: FeederProcess): () => string {
  let output = ''
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT_CHARS)
    })
  }
  return () => output
}

/**
 * Resolves when the command and its output have ended. A process that has left the group may hold the output open.
 * `END_MS` after the end of the command, plotd closes the output itself.
 *
 * @returns the exit code, the signal, or the error of the start
 */
function endOf(child: FeederProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message))
    child.once('exit', (exit, by) => {
      killGroup(child, 'SIGKILL')
      const end = exit ?? by ?? 'unknown'
      const timer = setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, END_MS)
      child.once('close', () => {
        clearTimeout(timer)
        resolve(end)
      })
    })
  })
}

const lastLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '') ?? ''
