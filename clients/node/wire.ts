/** One open connection: text out by `send`, text in by the handlers it was dialled with. */
export interface Wire {
  readonly send: (text: string) => void
  readonly close: () => void
}

export interface WireHandlers {
  readonly message: (text: string) => void
  /** Called once, however the connection ended; `code` as in RFC 6455, 7.4. */
  readonly closed: (why: string, code: number) => void
}

/** Opens a connection. @throws PlotdError ERR_DAEMON_AWAY, ERR_UNAUTHORIZED, ERR_FORBIDDEN */
export type Dial = (handlers: WireHandlers) => Promise<Wire>

/** Where the daemon is and what opens its door. */
export interface Address {
  /** 'http://127.0.0.1:7475' */
  readonly url: string
  readonly token: string
  /** The file by which it is reached past the network, when it is a daemon of this user on this machine. */
  readonly socket?: string | undefined
}
