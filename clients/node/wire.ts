/** One open connection. `send` sends a text, and the handlers of `Dial` receive texts. */
export interface Wire {
  readonly send: (text: string) => void
  readonly close: () => void
}

export interface WireHandlers {
  readonly message: (text: string) => void
  /** Called once when the connection ends, for whatever reason. @param code  as in RFC 6455, 7.4 */
  readonly closed: (why: string, code: number) => void
}

/**
 * Opens a connection.
 *
 * @throws PlotdError ERR_DAEMON_AWAY, ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_STATE_UNSAFE; ERR_LIMIT when too many
 *   clients are connected
 */
export type Dial = (handlers: WireHandlers) => Promise<Wire>

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** The path of the address, such as '/rpc'. */
  readonly path: string
  /** The media type of the body. */
  readonly type?: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly signal?: AbortSignal
  /** The request fails when the connection carries nothing for this time, ms. In a browser there is no such limit. */
  readonly silentMs?: number
}

export interface HttpAnswer {
  readonly status: number
  readonly body: Uint8Array<ArrayBuffer>
}

/** Sends one request with the token. @throws PlotdError as `Dial` */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>

/** Connects a client with its daemon. Clients in Node and in a browser differ only in their transport. */
export interface Transport {
  readonly dial: Dial
  readonly send: Send
}

/** The address of the daemon, and the client's token. */
export interface Address {
  /** The address of the HTTP server, such as 'http://127.0.0.1:7475'. */
  readonly url: string
  readonly token: string
  /**
   * The socket file of a daemon of this user on this machine. The client uses the network only when no daemon listens
   * at this file.
   */
  readonly socket?: string | undefined
  /**
   * Whether the daemon, over TCP without TLS, must first prove that it knows the token. False when the user gave both
   * address and token.
   */
  readonly verify?: boolean
}
