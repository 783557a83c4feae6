import { PlotdError } from '../../../errors.ts'
import type { Link, Taker } from '../../link/link.ts'
import { type Permission, PermissionVoid } from '../../link/permission.ts'
import { MIN_VOLTS, supplyVolts } from '../../profiles/ebb-supply.ts'
import { SPOIL_EBB } from '../../profiles/spoil.ts'

/** Commands whose answer in the legacy syntax (see `EbbWire`) is one line without OK. */
const WITHOUT_OK = new Set(['V', 'QG', 'QM', 'PI', 'MR', 'A', 'I'])
/** Commands whose answer in the legacy syntax is a value, then OK. */
const VALUE_AND_OK = new Set(['QB', 'QC', 'QL', 'QN', 'QT', 'QU', 'QP', 'QR', 'QS', 'ES', 'QE'])

const nameOf = (command: string): string => command.split(',', 1)[0] ?? command

const refusalError = (command: string, line: string): PlotdError =>
  new PlotdError('ERR_DEVICE', `the plotter refused ${command}: ${line}`, { command, answer: line })

/**
 * Requests to an EBB in either of its two answer syntaxes. Every board uses the legacy syntax at power-up. Another
 * program may have switched a 3.x board to the future syntax, where each answer is one line. plotd detects the syntax
 * and never changes it, because a change would remain for the next program.
 */
export class EbbWire {
  readonly #link: Link
  #usesFutureSyntax = false
  /**
   * Pending after an error or `sendNow`, until answers and requests match again. The manual and the firmware differ on
   * whether an OK follows an error.
   */
  #rematching: Promise<unknown> | undefined
  /** An error that came after its command was acknowledged. The next command throws it. */
  #lateError: PlotdError | undefined

  constructor(link: Link) {
    this.#link = link
    link.onStray = (line) => {
      if (line.startsWith('!')) this.#lateError = refusalError('an earlier command', line)
    }
  }

  /**
   * Asks for the firmware's version. First makes an unfinished command of another program invalid, then stops motion
   * (ES).
   *
   * @throws PlotdError ERR_DEVICE_UNKNOWN when the device does not answer as an EBB does
   */
  async identify(): Promise<string> {
    const lines = await this.#resync(`${SPOIL_EBB}ES\rV\r`).catch((error: unknown) => {
      if (!(error instanceof PlotdError) || error.code !== 'ERR_LINK_TIMEOUT') throw error
      throw new PlotdError('ERR_DEVICE_UNKNOWN', 'the device does not answer as an EBB does', {}, error)
    })
    // The complaint about further characters comes after the answers to all commands of its packet.
    await this.#resync('V\r')
    this.#lateError = undefined
    const last = lines.at(-1) ?? ''
    this.#usesFutureSyntax = last.startsWith('V,')
    return /Version\s+(\d+\.\d+\.\d+)/.exec(last)?.[1] ?? '0.0.0'
  }

  /**
   * Sends a command whose answer contains no value.
   *
   * @throws PlotdError ERR_DEVICE with the board's text, or a link error; PermissionVoid when `permission` is void
   */
  async ok(command: string, timeoutMs?: number, permission?: Permission): Promise<void> {
    await this.#rematching
    await this.#send(command, timeoutMs, permission)
  }

  /** Sends commands whose answers contain no values, in one packet. @throws as `ok` does */
  async sendAll(commands: readonly string[], timeoutMs?: number, permission?: Permission): Promise<void> {
    const [first, ...furtherCommands] = commands
    if (first === undefined) return
    await this.#rematching
    let take = this.#taker(first)
    let next = 0
    const takeLine: Taker = (line) => {
      const verdict = take(line)
      const following = furtherCommands[next]
      if (verdict !== 'done' || following === undefined) return verdict
      take = this.#taker(following)
      next++
      return 'more'
    }
    await this.#send(commands.join('\r'), timeoutMs, permission, takeLine)
  }

  /** Sends a query. @returns the value of the answer, without the command's name */
  async ask(command: string, timeoutMs?: number): Promise<string> {
    await this.#rematching
    const [line = '', ok] = await this.#send(command, timeoutMs)
    if (line === 'OK' && ok === undefined) return ''
    const name = `${nameOf(command)},`
    return line.startsWith(name) ? line.slice(name.length) : line
  }

  /** Asks for the motor supply, V. */
  async volts(): Promise<number> {
    const [, reading = '0'] = (await this.ask('QC')).split(',')
    return supplyVolts(Number(reading))
  }

  /**
   * Sends commands at once, even while requests are under way, and ignores the answers to the commands. Then matches
   * answers with requests again.
   */
  sendNow(commands: readonly string[]): void {
    this.#link.send(commands.map((command) => `${command}\r`).join(''))
    this.#rematch() // also during a rematch, whose V was sent before these commands
  }

  async #send(
    command: string,
    timeoutMs?: number,
    permission?: Permission,
    take = this.#taker(command),
  ): Promise<string[]> {
    const lateError = this.#lateError
    this.#lateError = undefined
    if (lateError) throw lateError
    try {
      return await this.#link.request(`${command}\r`, take, timeoutMs, permission)
    } catch (error) {
      if (this.#link.isOpen && !(error instanceof PermissionVoid) && !this.#rematching) this.#rematch()
      throw error
    }
  }

  #rematch(): void {
    const rematching = this.#resync('V\r')
      .catch(() => {}) // the next request reports a dead link
      .finally(() => {
        if (this.#rematching === rematching) this.#rematching = undefined
      })
    this.#rematching = rematching
  }

  /** Asks for the version and ignores every line before the answer. */
  #resync(text: string): Promise<string[]> {
    return this.#link.request(text, (line) => (/EBB.*Version/.test(line) ? 'done' : 'more'))
  }

  #taker(command: string): Taker {
    const name = nameOf(command)
    if (this.#usesFutureSyntax) return oneLineOf(command, name)
    if (WITHOUT_OK.has(name)) return (line) => (line.startsWith('!') ? refusalError(command, line) : 'done')
    let missing = VALUE_AND_OK.has(name) ? 1 : 0
    return (line) => {
      if (line.startsWith('!')) return refusalError(command, line)
      if (line === 'OK') return 'done' // an empty value is a blank line, which the link drops
      return missing-- > 0 ? 'more' : unexpectedError(command, line)
    }
  }
}

const oneLineOf =
  (command: string, name: string): Taker =>
  (line) => {
    if (line.startsWith('!') || line.startsWith(`${name},!`)) return refusalError(command, line)
    return line === name || line.startsWith(`${name},`) ? 'done' : unexpectedError(command, line)
  }

const unexpectedError = (command: string, line: string): PlotdError =>
  new PlotdError('ERR_DEVICE', `the plotter answered ${JSON.stringify(line)} to ${command}`, { command, answer: line })

export const supplyWasLost = (): PlotdError =>
  new PlotdError(
    'ERR_DEVICE_POWER',
    'the motors lost their supply meanwhile, so the position is unknown: put the carriage at home',
  )

export const noSupply = (volts: number): PlotdError =>
  new PlotdError(
    'ERR_DEVICE_POWER',
    `the motors have no supply (${volts.toFixed(1)} V, at least ${MIN_VOLTS} V expected): plug in the power adapter`,
    { volts },
  )
