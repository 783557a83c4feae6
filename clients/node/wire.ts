/** One open connection. `send` sends a text; the handlers that were given to `Dial` receive texts. */
export interface Wire {
  readonly send: (text: string) => void
  readonly close: () => void
}

export interface WireHandlers {
  readonly message: (text: string) => void
  /** Called once, however the connection ended; `code` as in RFC 6455, 7.4. */
  readonly closed: (why: string, code: number) => void
}

/** Opens a connection. @throws PlotdError ERR_DAEMON_AWAY, ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_STATE_UNSAFE */
export type Dial = (handlers: WireHandlers) => Promise<Wire>

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** '/rpc' */
  readonly path: string
  readonly type?: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** Ends the request. */
  readonly signal?: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly body: Uint8Array<ArrayBuffer>
}

/** Sends one request with the token. @throws PlotdError as `Dial` */
export type Send = (request: HttpRequest) => Promise<HttpAnswer>

/** The way from a client to its daemon. A client in Node and one in a browser differ only here. */
export interface Transport {
  readonly dial: Dial
  readonly send: Send
}

/** The address of the daemon, and the client's token. */
export interface Address {
  /** 'http://127.0.0.1:7475' */
  readonly url: string
  readonly token: string
  /** The socket file of a daemon of this user on this machine: it is used in place of the network. */
  readonly socket?: string | undefined
  /**
   * Whether the daemon at `url` must prove that it knows the token before the client sends it. It must, unless the user
   * gave both the address and the token for it.
   */
  readonly verify?: boolean
}
