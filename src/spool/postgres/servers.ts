import { PlotdError } from '../../errors.ts'

/** postgres://[user[:password]@]server[:port][,server…]/database[?settings] */
const PARTS = /^(postgres(?:ql)?:\/\/)([^/?#]*@)?([^/?#]*)(.*)$/s

/**
 * The servers of an address, separated by commas as in libpq: a primary and its standbys. The primary accepts changes.
 *
 * @throws PlotdError ERR_CONFIG when the text is not such an address
 */
export function serversOf(url: string): readonly string[] {
  const [, scheme, login = '', names = '', rest = ''] = PARTS.exec(url) ?? []
  const all = names.split(',').map((name) => `${scheme}${login}${name}${rest}`)
  if (scheme !== undefined && all.every((url) => URL.canParse(url))) return all.map(withoutChoice)
  const message = 'spool: expected postgres://USER@SERVER/DATABASE, or several servers with commas'
  throw new PlotdError('ERR_CONFIG', message, { key: 'spool' })
}

/** plotd always takes the server that accepts changes, so libpq's `target_session_attrs` is redundant. */
function withoutChoice(url: string): string {
  const address = new URL(url)
  address.searchParams.delete('target_session_attrs')
  return address.href
}

/** The servers of an address, and the server of the last connection. */
export class Servers {
  readonly all: readonly string[]
  #current: string
  #timeline = ''
  #isConnected = false

  /** @throws PlotdError ERR_CONFIG */
  constructor(url: string) {
    this.all = serversOf(url)
    this.#current = this.all[0] ?? url
  }

  /** The server of the last connection; before any connection, the first server. */
  get current(): string {
    return this.#current
  }

  /** The server and the timeline of the last connection. A standby that becomes the primary begins a new timeline. */
  get history(): string {
    return `${this.#current} ${this.#timeline}`
  }

  /** The timeline of the last connection; empty before any connection, and when the server does not tell it. */
  get timeline(): string {
    return this.#timeline
  }

  /** Whether there was a connection. */
  get isConnected(): boolean {
    return this.#isConnected
  }

  /** The servers in the order in which to try them. */
  get inTurn(): readonly string[] {
    return [this.#current, ...this.all.filter((url) => url !== this.#current)]
  }

  setPrimary(url: string, timeline = ''): void {
    this.#current = url
    this.#timeline = timeline
    this.#isConnected = true
  }
}
