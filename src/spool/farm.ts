/*
 * The facts that several hosts share in addition to the jobs: their offers and tokens. Only a spool in PostgreSQL has
 * these facts.
 */

/** The facts that one host offers to the others. */
export interface HostOffer {
  /** The address at which the other hosts reach this host. */
  readonly url: string
  readonly version: string
  /** The names of the host's plotters. */
  readonly plotters: readonly string[]
  /** The tasks that the host can render. */
  readonly tasks: readonly string[]
  /** Further facts for the other hosts; the store only keeps them. */
  readonly about?: Readonly<Record<string, unknown>>
}

export interface HostView {
  readonly id: string
  /** Undefined until the host has published its offer. */
  readonly offer: HostOffer | undefined
  /** Whether `offer` is from an earlier life: the host has started again, and has not published its offer yet. */
  readonly isStarting: boolean
  /**
   * Time without a sign of life, ms, by the monotonic clock of the host that asks; 0 for that host itself. A host is
   * lost when this time has reached a limit of the store.
   */
  readonly silentMs: number
}

/** A token that every host accepts. */
export interface FarmToken {
  readonly name: string
  readonly role: string
  /** sha256 of the secret, hex. */
  readonly sha256: string
  /** ms since 1970. */
  readonly createdAt: number
}

/** How this host has used the lock of the queue since the host's start. */
export interface LockUse {
  readonly commits: number
  readonly verbs: number
  /** Time for which this host held the lock, ms. */
  readonly lockMs: number
}

export interface Farm {
  /** The id of this host. */
  readonly host: string
  /** The secret by which the hosts prove their identity to each other. The store creates the secret once, at random. */
  readonly secret: string
  readonly lockUse: LockUse
  hosts(): Promise<readonly HostView[]>
  /**
   * Publishes the offer of this host.
   *
   * @throws PlotdError ERR_CONFIG when another host, neither lost nor starting, has a plotter of the same name
   */
  publish(offer: HostOffer): Promise<void>
  /** Forgets a host that is lost. @returns false when there is no such host, or the host is not lost */
  forgetHost(id: string): Promise<boolean>
  tokens(): Promise<readonly FarmToken[]>
  /** Adds a token, or replaces the token of that name. */
  saveToken(token: FarmToken): Promise<void>
  /** @returns false when there was no token of that name */
  removeToken(name: string): Promise<boolean>
  /**
   * Calls the listener within a second after a change of the tokens, and again when the listener's promise rejects.
   *
   * @returns a function that removes the listener
   */
  onTokens(listener: () => Promise<void>): () => void
}
