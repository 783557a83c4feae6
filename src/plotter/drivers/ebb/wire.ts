import { PlotdError } from '../../../errors.ts'
import type { Link, Taker } from '../../link/link.ts'
import { type Permission, PermissionVoid } from '../../link/permission.ts'

/** Commands whose legacy answer is one line without OK, and whose line may begin with their own name. */
const BARE = new Set(['V', 'QG', 'QM', 'PI', 'MR', 'A', 'I'])
/** Legacy: a value, then OK. */
const VALUED = new Set(['QB', 'QC', 'QL', 'QN', 'QT', 'QU', 'QP', 'QR', 'QS', 'ES', 'QE'])

const nameOf = (command: string): string => command.split(',', 1)[0] ?? command

const refused = (command: string, line: string): PlotdError =>
  new PlotdError('ERR_DEVICE', `the plotter refused ${command}: ${line}`, { command, answer: line })

/**
 * Requests to an EBB in whichever of its two syntaxes it answers: the legacy one of all boards at power-up, or the
 * one-line answers that other programs may have switched a 3.x board to. The syntax is found, never changed, because
 * it would stay changed for the next program.
 */
export class EbbWire {
  readonly #link: Link
  #future = false
  /** After an error nobody knows whether an OK follows (manual and firmware differ): find the thread again first. */
  #lost: Promise<unknown> | undefined
  /** An error that came after its command had been acknowledged; the next command is told. */
  #late: PlotdError | undefined

  constructor(link: Link) {
    this.#link = link
    link.onStray = (line) => {
      if (line.startsWith('!')) this.#late = refused('an earlier command', line)
    }
  }

  /**
   * The firmware's version. What another program (or a cut line) left half-sent is made invalid and its motion
   * stopped within the same packet: `?` spoils a number, and ES halts what was complete.
   *
   * @throws PlotdError ERR_DEVICE_UNKNOWN when whatever is there does not speak like an EBB
   */
  async identify(timeoutMs = 2000): Promise<string> {
    const lines = await this.#resync('?\rES\rV\r', timeoutMs).catch((error: unknown) => {
      if (!(error instanceof PlotdError) || error.code !== 'ERR_LINK_TIMEOUT') throw error
      throw new PlotdError('ERR_DEVICE_UNKNOWN', 'the device does not answer as an EBB does', {}, error)
    })
    const last = lines.at(-1) ?? ''
    this.#future = last.startsWith('V,')
    return /Version\s+(\d+\.\d+\.\d+)/.exec(last)?.[1] ?? '0.0.0'
  }

  /** A command without a value. @throws PlotdError ERR_DEVICE with the board's words, or a link error */
  async ok(command: string, timeoutMs?: number, permission?: Permission): Promise<void> {
    await this.#lost
    await this.#send(command, timeoutMs, permission)
  }

  /** A query's value, without its name. */
  async ask(command: string, timeoutMs?: number): Promise<string> {
    await this.#lost
    const [line = '', ok] = await this.#send(command, timeoutMs)
    if (line === 'OK' && ok === undefined) return ''
    const name = `${nameOf(command)},`
    return line.startsWith(name) ? line.slice(name.length) : line
  }

  /** Send commands whose answers do not matter any more, whatever is under way; then find the thread again. */
  shout(commands: readonly string[]): void {
    this.#link.send(commands.map((command) => `${command}\r`).join(''))
    this.#lost ??= this.#findThread()
  }

  async #send(command: string, timeoutMs?: number, permission?: Permission): Promise<string[]> {
    const late = this.#late
    this.#late = undefined
    if (late) throw late
    try {
      return await this.#link.request(`${command}\r`, this.#taker(command), timeoutMs, permission)
    } catch (error) {
      if (this.#link.isOpen && !(error instanceof PermissionVoid)) this.#lost ??= this.#findThread()
      throw error
    }
  }

  #findThread(): Promise<unknown> {
    return this.#resync('V\r', 2000)
      .catch(() => {}) // a dead link is told by the next request
      .finally(() => {
        this.#lost = undefined
      })
  }

  /** Ask for the version and pass over everything until it comes. */
  #resync(text: string, timeoutMs: number): Promise<string[]> {
    return this.#link.request(text, (line) => (/EBB.*Version/.test(line) ? 'done' : 'more'), timeoutMs)
  }

  #taker(command: string): Taker {
    const name = nameOf(command)
    if (this.#future) return oneLineOf(command, name)
    if (BARE.has(name)) return (line) => (line.startsWith('!') ? refused(command, line) : 'done')
    let missing = VALUED.has(name) ? 1 : 0
    return (line) => {
      if (line.startsWith('!')) return refused(command, line)
      if (line === 'OK') return 'done' // an empty value, such as no nickname, is a blank line: nothing
      return missing-- > 0 ? 'more' : unexpected(command, line)
    }
  }
}

const oneLineOf =
  (command: string, name: string): Taker =>
  (line) => {
    if (line.startsWith('!') || line.startsWith(`${name},!`)) return refused(command, line)
    return line === name || line.startsWith(`${name},`) ? 'done' : unexpected(command, line)
  }

const unexpected = (command: string, line: string): PlotdError =>
  new PlotdError('ERR_DEVICE', `the plotter answered ${JSON.stringify(line)} to ${command}`, { command, answer: line })
