import { timingSafeEqual } from 'node:crypto'
import { PlotdError } from '../../errors.ts'
import { digestOf, tokenId } from '../protocol/hello.ts'
import type { Role } from '../protocol/roles.ts'
import { newToken } from './token.ts'

/** The token in the file `token`, which this machine's clients find by themselves. */
export const MASTER = 'master'

/** A token that is not the master's, as it is kept: its secret only as a digest. */
export interface KeptToken {
  readonly name: string
  readonly role: Role
  /** sha256 of the secret, hex. */
  readonly sha256: string
  readonly createdAt: number
}

/** What a token gives to its holder, for as long as it is not revoked. */
export interface Grant {
  readonly name: string
  readonly role: Role
  readonly createdAt: number | undefined
  /** Of a page's session: the name of the token that it was opened with, and ends with. */
  readonly by?: string
}

/** Where changes go, and must be when a change is answered. */
export interface KeyStore {
  master(secret: string): Promise<void>
  others(tokens: readonly KeptToken[]): Promise<void>
}

interface Key {
  readonly grant: Grant
  readonly digest: Buffer
}

/** Sessions of one token at a time; a further one ends the oldest. */
export const MOST_SESSIONS = 100

/**
 * The tokens that open the door. Digests are compared in constant time, and with every token each time, so that neither
 * a wrong byte nor the place of the right token can be timed.
 */
export class Keys {
  readonly #store: KeyStore
  readonly #keys = new Map<string, Key>()
  readonly #onRevoked = new Set<(grant: Grant) => void>()
  #sessionsMade = 0
  #saving: Promise<unknown> = Promise.resolve()

  constructor(master: string, others: readonly KeptToken[], store: KeyStore) {
    this.#store = store
    this.#put({ name: MASTER, role: 'operate', createdAt: undefined }, digestOf(master))
    for (const { sha256, name, role, createdAt } of others) {
      this.#put({ name, role, createdAt }, Buffer.from(sha256, 'hex'))
    }
  }

  /** The grant of the token with this secret, if there is one. */
  find(secret: string): Grant | undefined {
    const digest = digestOf(secret)
    let found: Grant | undefined
    for (const key of this.#keys.values()) if (timingSafeEqual(key.digest, digest)) found = key.grant
    return found
  }

  get master(): Grant {
    return this.#need(MASTER)
  }

  /** The digest of the token with this id (see hello.ts), for tokens that clients other than pages hold. */
  digestFor(id: string): Buffer | undefined {
    for (const { digest, grant } of this.#keys.values()) {
      if (grant.by === undefined && tokenId(digest) === id) return digest
    }
    return undefined
  }

  /**
   * A session: a token for one browser, with the role of the token that it was opened with. It is kept in memory only,
   * so it ends with the daemon.
   *
   * @param opener  the grant of a token that is alive, and no session itself
   */
  openSession(opener: Grant): { grant: Grant; secret: string } {
    const { name: by, role } = opener
    const own = [...this.#keys.values()].filter(({ grant }) => grant.by === by)
    for (const { grant } of own.slice(0, Math.max(0, own.length - MOST_SESSIONS + 1))) this.endSession(grant)
    const secret = newToken()
    const grant: Grant = { name: this.#sessionName(), role, createdAt: Date.now(), by }
    this.#put(grant, digestOf(secret))
    return { grant, secret }
  }

  endSession(session: Grant): void {
    if (session.by === undefined || !this.isAlive(session)) return
    this.#keys.delete(session.name)
    setImmediate(() => this.#tell(session))
  }

  /** Whether the token that gave this grant still opens the door. */
  isAlive(grant: Grant): boolean {
    return this.#keys.get(grant.name)?.grant === grant
  }

  onRevoked(told: (grant: Grant) => void): void {
    this.#onRevoked.add(told)
  }

  list(): readonly Grant[] {
    return [...this.#keys.values()].map(({ grant }) => grant)
  }

  /** @returns the secret, which is told this once. @throws PlotdError ERR_PARAMS when the name is taken */
  async add(name: string, role: Role): Promise<{ grant: Grant; secret: string }> {
    if (this.#keys.has(name)) {
      throw new PlotdError('ERR_PARAMS', `there is a token ${name} already: rotate it, or revoke it first`, { name })
    }
    return this.#replace({ name, role, createdAt: Date.now() })
  }

  /** A new secret for an old name; the old one opens nothing from now on. @throws PlotdError ERR_PARAMS */
  async rotate(name: string): Promise<{ grant: Grant; secret: string }> {
    const { role, by } = this.#need(name)
    if (by !== undefined) {
      throw new PlotdError('ERR_PARAMS', `${name} is the session of a page: it can be revoked, but not rotated`, {
        name,
      })
    }
    return this.#replace({ name, role, createdAt: Date.now() })
  }

  /** @throws PlotdError ERR_PARAMS */
  async revoke(name: string): Promise<void> {
    const grant = this.#need(name)
    if (name === MASTER)
      throw new PlotdError('ERR_PARAMS', 'the master token can be rotated, but not revoked', { name })
    if (grant.by !== undefined) return this.endSession(grant)
    this.#keys.delete(name)
    this.#endSessionsOf(grant)
    await this.#save(grant, () => this.#store.others(this.#kept()))
  }

  /** The old secret ends before the new one is on the disk: a crash between the two locks out, and never lets in. */
  async #replace(grant: Grant): Promise<{ grant: Grant; secret: string }> {
    const secret = newToken()
    const old = this.#keys.get(grant.name)?.grant
    this.#put(grant, digestOf(secret))
    if (old) this.#endSessionsOf(old)
    await this.#save(old, () => (grant.name === MASTER ? this.#store.master(secret) : this.#store.others(this.#kept())))
    return { grant, secret }
  }

  #endSessionsOf({ name }: Grant): void {
    for (const { grant } of [...this.#keys.values()]) if (grant.by === name) this.endSession(grant)
  }

  #sessionName(): string {
    const name = `page-${++this.#sessionsMade}`
    return this.#keys.has(name) ? this.#sessionName() : name
  }

  #tell(revoked: Grant): void {
    for (const told of this.#onRevoked) told(revoked)
  }

  #put(grant: Grant, digest: Buffer): void {
    this.#keys.set(grant.name, { grant, digest })
  }

  #need(name: string): Grant {
    const key = this.#keys.get(name)
    if (key) return key.grant
    const names = [...this.#keys.keys()]
    throw new PlotdError('ERR_PARAMS', `there is no token ${JSON.stringify(name)}; there are ${names.join(', ')}`, {
      name,
      names,
    })
  }

  #kept(): KeptToken[] {
    return [...this.#keys.values()]
      .filter(({ grant }) => grant.name !== MASTER && grant.by === undefined)
      .map(({ grant: { name, role, createdAt = 0 }, digest }) => ({
        name,
        role,
        createdAt,
        sha256: digest.toString('hex'),
      }))
  }

  /**
   * One write at a time: the last one must be of the last state. Connections of the revoked are dead already, and are
   * closed in the turn after, when somebody who ended his own token has had his answer.
   */
  #save(revoked: Grant | undefined, write: () => Promise<void>): Promise<void> {
    const saved = this.#saving.then(write)
    this.#saving = saved.catch(() => {})
    if (revoked) void this.#saving.then(() => void setImmediate(() => this.#tell(revoked)))
    return saved
  }
}
