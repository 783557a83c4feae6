import { randomBytes, timingSafeEqual } from 'node:crypto'
import { PlotdError } from '../../errors.ts'
import { digestOf, tokenId } from '../protocol/hello.ts'
import type { Role } from '../protocol/roles.ts'

/** The name of the token in the file `token`. Programs of the daemon's user read that file. */
export const MASTER = 'master'

/** Maximum number of sessions of one token at a time. A further session ends the oldest. */
export const MAX_SESSIONS = 100

/** A token other than the master token, as the disk has it. */
export interface KeptToken {
  readonly name: string
  readonly role: Role
  /** sha256 of the secret, hex. */
  readonly sha256: string
  /** ms since 1970. */
  readonly createdAt: number
}

/**
 * The sender of a request: the token or session that the request shows. The identity ends with that session, or when
 * that token is revoked or rotated.
 */
export interface Identity {
  readonly name: string
  readonly role: Role
  /** ms since 1970; undefined for a host, and for a client whose call a host passes on. */
  readonly createdAt: number | undefined
  /** The name of the token that opened the session of a page. The session ends with that token. */
  readonly by?: string
  /** True for another host of the farm, which passes on the calls of its clients. */
  readonly isHost?: true
}

/** Writes changes to the disk. Each promise resolves when the change is on the disk. */
export interface TokenStore {
  saveMaster(secret: string): Promise<void>
  saveOthers(tokens: readonly KeptToken[]): Promise<void>
}

export interface NewToken {
  readonly identity: Identity
  /** The client gets the secret only once. The daemon keeps only the digest, except for the master token. */
  readonly secret: string
}

interface Entry {
  readonly identity: Identity
  readonly digest: Buffer
}

/** A change of a token. */
interface Change {
  /** The token as the disk has it, and its sessions. The change ends all of them. Empty for a new token. */
  ended: readonly Entry[]
  /** The next change of the token, if it began before this change was on the disk. */
  next?: Change
}

/** A secret of 192 random bits, base64url. */
export function newSecret(): string {
  const secret = randomBytes(24).toString('base64url')
  // An argument parser reads `--token -x…` as two flags.
  return secret.startsWith('-') ? newSecret() : secret
}

/** The tokens and sessions that the daemon accepts. */
export class Tokens {
  readonly #store: TokenStore
  readonly #entries = new Map<string, Entry>()
  readonly #onRevoked = new Set<(identity: Identity) => void>()
  /** The other hosts, which are never listed, revoked or stored. */
  #hosts: Entry | undefined
  /** The last change of each token, by the name of the token. A change that is on the disk is not listed. */
  readonly #unsaved = new Map<string, Change>()
  #sessionCount = 0
  #saving: Promise<unknown> = Promise.resolve()

  /** @param masterCreatedAt  ms since 1970 */
  constructor(master: string, others: readonly KeptToken[], store: TokenStore, masterCreatedAt?: number) {
    this.#store = store
    this.#put({ name: MASTER, role: 'operate', createdAt: masterCreatedAt }, digestOf(master))
    for (const { sha256, name, role, createdAt } of others) {
      this.#put({ name, role, createdAt }, Buffer.from(sha256, 'hex'))
    }
  }

  /** Accepts the other hosts of a farm by their secret. */
  admitHosts(secret: string): void {
    this.#hosts = {
      identity: { name: 'host', role: 'operate', createdAt: undefined, isHost: true },
      digest: digestOf(secret),
    }
  }

  /**
   * Replaces all tokens except the master token by `others`, which another host has written. A token ends when `others`
   * lacks it, or gives it another secret or role. When this host has not written a change of a token yet, that token
   * stays as it is: the change is newer than `others`.
   */
  replaceOthers(others: readonly KeptToken[]): void {
    const isSaved = (name: string): boolean => !this.#unsaved.has(name)
    const before = [...this.#entries.values()].filter(
      ({ identity }) => identity.name !== MASTER && identity.by === undefined && isSaved(identity.name),
    )
    const next = new Map(others.filter(({ name }) => isSaved(name)).map((token) => [token.name, token]))
    for (const { identity, digest } of before) {
      const replacement = next.get(identity.name)
      if (replacement && replacement.sha256 === digest.toString('hex') && replacement.role === identity.role) {
        next.delete(identity.name)
        continue
      }
      this.#announceEnd(this.#remove(identity))
    }
    for (const { sha256, name, role, createdAt } of next.values()) {
      if (name !== MASTER) this.#put({ name, role, createdAt }, Buffer.from(sha256, 'hex'))
    }
  }

  get master(): Identity {
    return this.#need(MASTER)
  }

  /**
   * Finds the identity with this secret; undefined when there is none. Compares the digests of all tokens, each in
   * constant time. So the time reveals neither which byte was wrong nor which token was right.
   */
  find(secret: string): Identity | undefined {
    const digest = digestOf(secret)
    let match: Identity | undefined
    for (const entry of this.#all()) if (timingSafeEqual(entry.digest, digest)) match = entry.identity
    return match
  }

  /**
   * The digest of the token with this id, for the handshake in protocol/hello.ts. Sessions have no id, because only
   * programs use that handshake.
   */
  digestFor(id: string): Buffer | undefined {
    for (const { digest, identity } of this.#all()) {
      if (identity.by === undefined && tokenId(digest) === id) return digest
    }
    return undefined
  }

  /** False when the session has ended, or when the token was revoked or rotated. */
  isAlive(identity: Identity): boolean {
    return identity === this.#hosts?.identity || this.#entries.get(identity.name)?.identity === identity
  }

  /** Calls the listener after a token or session has ended, so that its connections can be closed. */
  onRevoked(listener: (identity: Identity) => void): void {
    this.#onRevoked.add(listener)
  }

  list(): readonly Identity[] {
    return [...this.#entries.values()].map(({ identity }) => identity)
  }

  /**
   * Creates a token.
   *
   * @throws PlotdError ERR_PARAMS when the name is taken, or has the form of a session's name; the error of the store
   */
  async add(name: string, role: Role): Promise<NewToken> {
    // Another host may have a session with this name, and this host does not know the sessions of other hosts.
    if (/^page-\d+$/.test(name)) {
      throw new PlotdError('ERR_PARAMS', `${name} is a name for the session of a page: choose another name`, { name })
    }
    if (this.#entries.has(name)) {
      throw new PlotdError('ERR_PARAMS', `there is a token ${name} already: rotate it, or revoke it first`, { name })
    }
    return this.#replace({ name, role, createdAt: Date.now() })
  }

  /**
   * Gives a token a new secret. The old secret is refused from now on.
   *
   * @throws PlotdError ERR_PARAMS when there is no such token, or for a session; the error of the store
   */
  async rotate(name: string): Promise<NewToken> {
    const { role, by } = this.#need(name)
    if (by !== undefined) {
      throw new PlotdError('ERR_PARAMS', `${name} is the session of a page: it can be revoked, but not rotated`, {
        name,
      })
    }
    return this.#replace({ name, role, createdAt: Date.now() })
  }

  /**
   * Ends a token with its sessions, or a session.
   *
   * @throws PlotdError ERR_PARAMS when there is none, or for the master token; the error of the store
   */
  async revoke(name: string): Promise<void> {
    const identity = this.#need(name)
    if (name === MASTER) {
      throw new PlotdError('ERR_PARAMS', 'the master token can be rotated, but not revoked', { name })
    }
    if (identity.by !== undefined) return this.endSession(identity)
    const ended = this.#remove(identity)
    await this.#save(name, ended, () => this.#store.saveOthers(this.#othersToKeep()))
  }

  /**
   * Opens a session: a secret for one browser, with the role of the token that opens it. Sessions are in memory only,
   * so they end with the daemon.
   *
   * @param opener  a token that is alive, and not a session
   */
  openSession(opener: Identity): NewToken {
    const { name: by, role } = opener
    const sessions = this.list().filter((session) => session.by === by)
    for (const oldest of sessions.slice(0, Math.max(0, sessions.length - MAX_SESSIONS + 1))) this.endSession(oldest)
    const secret = newSecret()
    const identity: Identity = { name: this.#sessionName(), role, createdAt: Date.now(), by }
    this.#put(identity, digestOf(secret))
    return { identity, secret }
  }

  endSession(session: Identity): void {
    if (session.by === undefined || !this.isAlive(session)) return
    this.#announceEnd(this.#remove(session))
  }

  /**
   * Refuses the old secret at once, then saves the new secret. The old secret is valid again after a crash between
   * these two steps, and after a failure of the store.
   */
  async #replace(identity: Identity): Promise<NewToken> {
    const secret = newSecret()
    const old = this.#entries.get(identity.name)
    this.#put(identity, digestOf(secret))
    const ended = old ? [old, ...this.#removeSessionsOf(old.identity)] : []
    const isMaster = identity.name === MASTER
    await this.#save(identity.name, ended, () =>
      isMaster ? this.#store.saveMaster(secret) : this.#store.saveOthers(this.#othersToKeep()),
    )
    return { identity, secret }
  }

  /** Removes a token with its sessions, or a session. @returns all of them */
  #remove(identity: Identity): readonly Entry[] {
    const own = this.#entries.get(identity.name)
    this.#entries.delete(identity.name)
    return [...(own ? [own] : []), ...this.#removeSessionsOf(identity)]
  }

  #removeSessionsOf(token: Identity): readonly Entry[] {
    const sessions = [...this.#entries.values()].filter(({ identity }) => identity.by === token.name)
    for (const { identity } of sessions) this.#entries.delete(identity.name)
    return sessions
  }

  #sessionName(): string {
    const name = `page-${++this.#sessionCount}`
    return this.#entries.has(name) ? this.#sessionName() : name
  }

  *#all(): Iterable<Entry> {
    yield* this.#entries.values()
    if (this.#hosts) yield this.#hosts
  }

  /**
   * Tells the listeners in a later turn. So a caller that ends its own token gets its answer before its connection
   * closes.
   */
  #announceEnd(ended: readonly Entry[]): void {
    setImmediate(() => {
      for (const { identity } of ended) for (const listener of this.#onRevoked) listener(identity)
    })
  }

  #put(identity: Identity, digest: Buffer): void {
    this.#entries.set(identity.name, { identity, digest })
  }

  #need(name: string): Identity {
    const entry = this.#entries.get(name)
    if (entry) return entry.identity
    const names = [...this.#entries.keys()]
    throw new PlotdError('ERR_PARAMS', `there is no token ${JSON.stringify(name)}; there are ${names.join(', ')}`, {
      name,
      names,
    })
  }

  /** The tokens for the disk: all except the master token and sessions. */
  #othersToKeep(): KeptToken[] {
    return [...this.#entries.values()]
      .filter(({ identity }) => identity.name !== MASTER && identity.by === undefined)
      .map(({ identity: { name, role, createdAt = 0 }, digest }) => ({
        name,
        role,
        createdAt,
        sha256: digest.toString('hex'),
      }))
  }

  /**
   * Writes one change at a time, so that the last write has the last state. Then announces the end of a token and its
   * sessions. When the write fails, undoes the change, because the disk does not have it and the caller gets an error.
   * A later change of the same token stays. If the write of that change fails too, the token is as before both changes.
   *
   * @param name   the name of the token that has changed
   * @param ended  the token as it was before, and its sessions; empty for a token that is new
   */
  #save(name: string, ended: readonly Entry[], write: () => Promise<void>): Promise<void> {
    const changed = this.#entries.get(name)
    const change: Change = { ended }
    const before = this.#unsaved.get(name)
    if (before) before.next = change
    this.#unsaved.set(name, change)
    const saved = this.#saving
      .then(write)
      .then(
        () => this.#announceEnd(change.ended),
        (error: unknown) => {
          this.#takeBack(name, change, changed)
          throw error
        },
      )
      .finally(() => {
        if (this.#unsaved.get(name) === change) this.#unsaved.delete(name)
      })
    this.#saving = saved.catch(() => {})
    return saved
  }

  /** @param changed  the token as the change made it; undefined when the change revoked it */
  #takeBack(name: string, { ended, next }: Change, changed: Entry | undefined): void {
    if (next) {
      const sessions = next.ended.filter(({ identity }) => identity.name !== name)
      next.ended = [...ended, ...sessions]
    } else if (this.#entries.get(name) === changed) {
      if (ended.length === 0) this.#entries.delete(name)
      for (const entry of ended) this.#entries.set(entry.identity.name, entry)
    }
  }
}
