import { spawn } from 'node:child_process'
import { PlotdError } from '../../errors.ts'
import type { Job } from '../../spool/job.ts'

export interface FeederCommand {
  /** The program and its arguments. No shell reads them. */
  readonly command: readonly string[]
  /** ms */
  readonly timeout: number
}

/** Characters that are kept of the end of a command's output. */
const KEPT = 2000
/** After SIGTERM a command has this long to stop its motors, ms. */
const END_MS = 1000

/** The facts about the sheet's job that a feeder gets. Values are foreign text: they never pass a shell. */
export function feederFacts(
  plotter: string,
  job: Job,
  copy: number,
  sheetsLeft: number,
): Readonly<Record<string, string>> {
  const { id, title, task, tags, plot, result } = job
  const facts = {
    ...{ FEED_PLOTTER: plotter, FEED_JOB: id, FEED_TITLE: title, FEED_TASK: task, FEED_TAGS: tags.join(',') },
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
 * Runs the command that changes the sheet. Exit code 0 says that a fresh sheet is down. At its end all processes of its group
 * are killed: a late one would feed a sheet under the pen.
 *
 * @throws PlotdError ERR_FEEDER with the command's last line; the signal's reason
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
  const killGroup = (how: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, how)
    } catch {
      // The group has no process left.
    }
  }
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT)
    })
  }
  let why: string | undefined
  let [limit, hard]: NodeJS.Timeout[] = []
  const endIt = (reason: string): void => {
    why ??= reason
    killGroup('SIGTERM')
    hard ??= setTimeout(() => killGroup('SIGKILL'), END_MS)
  }
  const aborted = (): void => endIt('it was stopped')
  signal.addEventListener('abort', aborted, { once: true })
  limit = setTimeout(() => endIt(`it took longer than ${timeout / 1000} s`), timeout)
  try {
    const code = await new Promise<number | string>((resolve) => {
      child.once('error', ({ message }) => resolve(message))
      child.once('exit', (exit, by) => {
        killGroup('SIGKILL')
        const end = exit ?? by ?? 'unknown'
        child.once('close', () => resolve(end))
      })
    })
    signal.throwIfAborted()
    if (code === 0 && why === undefined) return
    const reason = why ?? (lastLine(output) || (typeof code === 'number' ? `exit code ${code}` : code))
    throw new PlotdError('ERR_FEEDER', `the feeder brought no sheet: ${reason}`, { code, reason })
  } finally {
    signal.removeEventListener('abort', aborted)
    clearTimeout(limit)
    clearTimeout(hard)
  }
}

const lastLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '') ?? ''
