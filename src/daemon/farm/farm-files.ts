import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Logger } from 'pino'
import { PlotdError } from '../../errors.ts'
import { readPlan } from '../../plotter/plan/make-plan.ts'
import { exists, KeyedTurns, makeFolder, writeDurably } from '../../spool/index.ts'
import type { JobResult } from '../../spool/job.ts'
import { hashesIn, hasOutput, isOlder, type Uploads } from '../files/index.ts'
import type { Contents, Place } from '../render/index.ts'
import type { Peer } from './peer.ts'
import type { Peers } from './peers.ts'

/** Bytes to hash in one turn of the event loop. */
const PIECE = 1 << 20
const DAY_MS = 24 * 3_600_000

export interface FarmFilesParts {
  readonly peers: Peers
  /** The name of this host, and of the folder of its SVGs below the output folder. */
  readonly host: string
  readonly output: string
  readonly plans: string
  readonly uploadsFolder: string
  readonly uploads: Uploads
  /** The folder for copies of other hosts' SVGs. The name of each copy is its sha256. */
  readonly copies: string
  readonly log: Logger
}

/**
 * Finds the files that a job needs. When a file is not on this host, fetches it from another host and keeps a copy.
 * Plans and uploads must have the hash that is their name.
 */
export class FarmFiles implements Contents {
  readonly #parts: FarmFilesParts
  /** Two fetches of the same plan or upload run one after the other. */
  readonly #turns = new KeyedTurns()

  constructor(parts: FarmFilesParts) {
    this.#parts = parts
  }

  /**
   * Fetches the uploads that the parameters name. Throws no error when no host has an upload. A parameter may look like
   * a hash without being one, and the task reports a missing file.
   */
  async fetchUploads(params: unknown): Promise<void> {
    for (const sha256 of new Set(hashesIn(params))) await this.#fetchUpload(sha256)
  }

  /**
   * Fetches a frozen plan.
   *
   * @throws PlotdError ERR_FILE when no host that answers has the plan, or when each plan that arrives is damaged
   */
  async fetchPlan(hash: string): Promise<void> {
    const { plans, peers } = this.#parts
    await this.#turns.take(hash, async () => {
      if (await exists(join(plans, hash))) return
      let damage: unknown
      for (const peer of peers.reached()) {
        const bytes = await fetchFrom(peer, `/host/plan/${hash}`)
        if (bytes === undefined) continue
        try {
          await checkPlan(hash, bytes)
        } catch (error) {
          damage = error
          continue
        }
        return writeDurably(join(plans, hash), bytes)
      }
      if (damage !== undefined) throw damage
      throw new PlotdError(
        'ERR_FILE',
        `the plan ${hash.slice(0, 12)}… is on no host that answers; retry the job on a new sheet`,
      )
    })
  }

  /**
   * Copies a plan to another host before the first stroke, so that a user can resume the job when this host is lost.
   */
  async copyPlan(hash: string): Promise<void> {
    const { plans, peers, log } = this.#parts
    const isKept = await this.#copyTo(`/host/copy/plan/${hash}`, join(plans, hash))
    if (!isKept && peers.others.length > 0)
      log.warn(
        { plan: hash },
        'no other host accepted a copy of this plan: without this host the job cannot be resumed',
      )
  }

  /** Copies a rendered SVG to another host, so that the SVG can be drawn when this host is lost. */
  async copyRecord({ path, sha256 }: Pick<JobResult, 'path' | 'sha256'>): Promise<void> {
    if (sha256 !== undefined) await this.#copyTo(`/host/copy/svg/${sha256}`, join(this.#parts.output, path))
  }

  /** Copies an upload to another host, so that the job of the upload can be rendered when this host is lost. */
  async copyUpload(sha256: string): Promise<void> {
    await this.#copyTo('/uploads', join(this.#parts.uploadsFolder, sha256))
  }

  /**
   * Removes the copies of SVGs that were made more than `days` ago. A job that needs a removed copy fetches the SVG
   * again. Do not call this method at a start or after a jump of the clock, because the clock may be wrong then. A copy
   * that is removed too early is missing when the host that has the SVG is lost.
   */
  async removeOldCopies(days: number): Promise<void> {
    const { copies } = this.#parts
    for (const name of await readdir(copies).catch(() => [])) {
      const path = join(copies, name)
      if (await isOlder(path, Date.now() - days * DAY_MS)) await rm(path, { force: true })
    }
  }

  /** Copies a file to the first host that accepts it. @returns whether a host has accepted it */
  async #copyTo(path: string, file: string): Promise<boolean> {
    const peers = this.#parts.peers.reached()
    if (peers.length === 0) return false
    const body = new Uint8Array(await readFile(file))
    for (const peer of peers) {
      const answer = await peer
        .send({ method: 'PUT', path, type: 'application/octet-stream', body })
        .catch(() => undefined)
      if (answer !== undefined && answer.status < 300) return true
    }
    return false
  }

  /**
   * Finds the SVG of record. Looks first for the file on this host, then on the host that the path names, then for a
   * copy with the hash. When the path names no host, any host may have the file, but the file must have the hash if
   * `sha256` is given.
   *
   * @throws PlotdError ERR_FILE when no host that answers has such a file
   */
  async findRecord({ path, sha256 }: Pick<JobResult, 'path' | 'sha256'>): Promise<Place> {
    const { output, host, peers, copies } = this.#parts
    const [owner = ''] = path.split('/')
    const isNamed = owner === host || peers.peer(owner) !== undefined
    // A path without a host's folder may name a different file on each host.
    const hash = isNamed ? undefined : sha256
    if (await hasOutput(output, path, hash)) return { folder: output, path }
    for (const peer of peers.reached(owner)) {
      if (isNamed && peer.name !== owner) continue
      const bytes = await fetchFrom(peer, `/output/${path.split('/').map(encodeURIComponent).join('/')}`)
      if (bytes === undefined) continue
      if (hash === undefined || (await sha256Of(bytes)) === hash) return this.#keep(bytes)
    }
    if (sha256 !== undefined) {
      if (await exists(join(copies, sha256))) return { folder: copies, path: sha256 }
      const copy = await this.#copyOf(sha256)
      if (copy) return this.#keep(copy)
    }
    const hasAnswered = owner === host || peers.peer(owner)?.isReached === true
    const message = hasAnswered
      ? `host ${owner} has no SVG ${path}: retry the job`
      : `no host that answers has the SVG ${path}: start ${isNamed ? `host ${owner}` : 'the host that has it'}, or retry the job`
    throw new PlotdError('ERR_FILE', message, { path })
  }

  /**
   * Keeps a copy that another host sends.
   *
   * @param name  'plan/' or 'svg/' and the hash
   * @throws PlotdError ERR_FILE when the bytes have another hash, are no plan, or cannot be written
   */
  async take(name: string, bytes: Uint8Array): Promise<void> {
    const [kind, hash = ''] = name.split('/')
    if (kind === 'plan') {
      await checkPlan(hash, bytes)
      return writeDurably(join(this.#parts.plans, hash), bytes)
    }
    const { path } = await this.#keep(bytes)
    if (path !== hash)
      throw new PlotdError('ERR_FILE', `the SVG ${hash.slice(0, 12)}… arrived with other bytes: their sha256 differs`, {
        hash,
      })
  }

  /** The bytes of an SVG, from a host that has a copy. */
  async #copyOf(sha256: string): Promise<Uint8Array | undefined> {
    for (const peer of this.#parts.peers.reached()) {
      const bytes = await fetchFrom(peer, `/host/svg/${sha256}`)
      if (bytes !== undefined && (await sha256Of(bytes)) === sha256) return bytes
    }
    return undefined
  }

  async #fetchUpload(sha256: string): Promise<void> {
    const { uploads, uploadsFolder, peers } = this.#parts
    await this.#turns.take(sha256, async () => {
      if (await exists(join(uploadsFolder, sha256))) return
      for (const peer of peers.reached()) {
        const bytes = await fetchFrom(peer, `/host/upload/${sha256}`)
        if (bytes === undefined || (await sha256Of(bytes)) !== sha256) continue
        await uploads.put(Readable.from([Buffer.from(bytes)]), bytes.length)
        return
      }
    })
  }

  async #keep(bytes: Uint8Array): Promise<Place> {
    const { copies } = this.#parts
    const sha256 = await sha256Of(bytes)
    await makeFolder(copies)
    if (!(await exists(join(copies, sha256)))) await writeDurably(join(copies, sha256), bytes)
    return { folder: copies, path: sha256 }
  }
}

/** The bytes of a file; undefined when the host does not have it, or does not answer. */
async function fetchFrom(peer: Peer, path: string): Promise<Uint8Array | undefined> {
  const answer = await peer.send({ method: 'GET', path }).catch(() => undefined)
  return answer?.status === 200 ? answer.body : undefined
}

/** Hashes in pieces, so that a large file does not block the event loop. */
async function sha256Of(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256')
  for (let offset = 0; offset < bytes.length; offset += PIECE) {
    hash.update(bytes.subarray(offset, offset + PIECE))
    await setImmediate()
  }
  return hash.digest('hex')
}

async function checkPlan(hash: string, bytes: Uint8Array): Promise<void> {
  const source = {
    bytes: bytes.length,
    read: async (into: Uint8Array, from: number) => {
      await setImmediate() // `readPlan` reads in pieces, so that other work runs between two pieces
      into.set(bytes.subarray(from, from + into.length))
    },
  }
  const plan = await readPlan(source)
  if (plan.hash !== hash)
    throw new PlotdError('ERR_FILE', `the plan ${hash.slice(0, 12)}… arrived with other bytes: their hash differs`, {
      hash,
    })
}
