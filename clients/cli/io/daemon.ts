import type { MethodName, Params, Result } from '../../../src/daemon/protocol/index.ts'
import { stateFolder } from '../../../src/daemon/protocol/places.ts'
import { askAt } from '../../node/ask.ts'
import type { ClientOptions, PlotdClient } from '../../node/client.ts'
import { discover, type Where } from '../../node/discover.ts'
import type { Address } from '../../node/wire.ts'

/**
 * Client of the daemon. `call` uses POST /rpc, so that a short command loads no WebSocket code. `connect` opens a
 * WebSocket for verbs that follow events or transfer files.
 *
 * Errors: ERR_DAEMON_AWAY, ERR_STATE_UNSAFE, ERR_FILE, and every error that the daemon answers.
 */
export class Daemon {
  readonly state: string
  readonly #where: Where
  #address: Promise<Address> | undefined
  #output: Promise<string | undefined> | undefined

  constructor(where: Where) {
    this.state = where.state ?? stateFolder()
    this.#where = { ...where, state: this.state }
  }

  /** The address of the daemon, and the token for it. */
  get address(): Promise<Address> {
    this.#address ??= discover(this.#where)
    return this.#address
  }

  /**
   * The output folder on the daemon's machine. Undefined when the request fails, so that a command still reports what
   * it has done.
   */
  get output(): Promise<string | undefined> {
    this.#output ??= this.call('server.info', {}).then(
      ({ output }) => output,
      () => undefined,
    )
    return this.#output
  }

  async call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
    return askAt(await this.address, method, params)
  }

  /** A client that looks for the daemon again, because the daemon may have started or restarted. */
  fresh(): Daemon {
    return new Daemon(this.#where)
  }

  /** A WebSocket connection, for events, uploads and outputs. */
  async connect(options?: ClientOptions): Promise<PlotdClient> {
    const { connectTo } = await import('../../node/connect.ts')
    return connectTo(await this.address, options)
  }
}
