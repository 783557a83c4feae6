/** The facts that hosts on one store share about each other. Only a queue in PostgreSQL has them. */

/** The facts that one host offers to the others. */
export interface HostOffer {
  /** The address at which the other hosts reach it. */
  readonly url: string
  readonly version: string
  /** The names of its plotters. */
  readonly plotters: readonly string[]
  /** The tasks that it can render. */
  readonly tasks: readonly string[]
  /** Further facts for the other hosts; the store only keeps them. */
  readonly about?: Readonly<Record<string, unknown>>
}

export interface HostView {
  readonly id: string
  /** Names one run of the host: new at each start. */
  readonly life: string
  /** Undefined until the host has published its offer. */
  readonly offer: HostOffer | undefined
  /** Time without a beat, ms, by the monotonic clock of the host that asks; 0 for that host itself. */
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

/** A file that a host keeps, by the sha256 of its bytes in hex. */
export interface FarmFile {
  readonly sha256: string
  readonly kind: 'output' | 'upload' | 'plan'
}

/** This host's use of the queue's lock since its start. */
export interface LockUse {
  readonly commits: number
  readonly verbs: number
  /** Time for which this host held the lock, ms. */
  readonly lockMs: number
}

export interface Farm {
  /** The id of this host. */
  readonly host: string
  /** Names this run of the host. */
  readonly life: string
  /** The secret by which the hosts prove themselves to each other. The store creates it once, at random. */
  readonly secret: string
  /** Time at which this host sent the last message that the store has answered, by performance.now(). */
  readonly contactAt: number
  readonly lockUse: LockUse
  hosts(): Promise<readonly HostView[]>
  /**
   * Publishes the offer of this host.
   *
   * @throws PlotdError ERR_CONFIG when a host that is not lost has a plotter of the same name
   */
  publish(offer: HostOffer): Promise<void>
  /** Forgets a host that is lost. @returns false when there is no such host, or when it is not lost */
  forgetHost(id: string): Promise<boolean>
  tokens(): Promise<readonly FarmToken[]>
  /** Adds a token, or replaces the token of that name. */
  saveToken(token: FarmToken): Promise<void>
  /** @returns false when there was no token of that name */
  removeToken(name: string): Promise<boolean>
  /** Calls the listener within a second after any host has changed the tokens. @returns a function that ends it */
  onTokens(listener: () => void): () => void
  /** Records that this host keeps the file. */
  addFile(file: FarmFile): Promise<void>
  removeFile(file: FarmFile): Promise<void>
  /** The ids of the hosts that keep the file. */
  holders(file: FarmFile): Promise<readonly string[]>
}
