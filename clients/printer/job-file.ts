import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlotdError } from '../../src/errors.ts'
import { writeSafely } from '../node/write-safely.ts'
import type { PrintJob } from './print-job.ts'

interface StoredJobs {
  /** The UUID of this printer server, from which the UUIDs of its printers derive. */
  readonly uuid: string
  /** The number of the next job. */
  readonly next: number
  readonly jobs: readonly PrintJob[]
}

/** Maximum number of ended jobs that `trim` keeps. */
const MAX_ENDED = 500
const FILE = 'printer.json'

/**
 * The print jobs by number, on the disk. After a restart a number still means the same job, and no two jobs have the
 * same number. When the promise of `add` or `replace` resolves, the change is on the disk.
 */
export class JobFile {
  readonly uuid: string
  readonly #path: string
  readonly #jobs: Map<number, PrintJob>
  #next: number
  #writing: Promise<void> | undefined
  #waiting: Promise<void> | undefined
  /** Whether the last write failed. */
  #isUnsaved = false

  private constructor(path: string, { uuid, next, jobs }: StoredJobs) {
    this.#path = path
    this.uuid = uuid
    this.#next = next
    this.#jobs = new Map(jobs.map((job) => [job.id, job]))
  }

  /** @throws PlotdError ERR_FILE when the file in the state folder cannot be read or written, or is damaged */
  static async open(state: string): Promise<JobFile> {
    const path = join(state, FILE)
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw new PlotdError('ERR_FILE', `the printer cannot read ${path}: ${error.message}`, { path }, error)
    })
    if (text === undefined) {
      const file = new JobFile(path, { uuid: randomUUID(), next: 1, jobs: [] })
      // The file exists even without a job, so that the printers have the same UUIDs after a restart.
      await file.#save()
      return file
    }
    try {
      return new JobFile(path, checked(JSON.parse(text) as StoredJobs))
    } catch (cause) {
      throw new PlotdError('ERR_FILE', `the printer cannot read ${path}: it is damaged`, { path }, cause)
    }
  }

  get jobs(): Iterable<PrintJob> {
    return this.#jobs.values()
  }

  get(id: number): PrintJob | undefined {
    return this.#jobs.get(id)
  }

  /** Gives a job its number and its UUID. @throws PlotdError ERR_FILE; then the file does not have the job */
  async add(job: Omit<PrintJob, 'id' | 'uuid'>): Promise<PrintJob> {
    const newJob = { ...job, id: this.#next++, uuid: randomUUID() }
    this.#jobs.set(newJob.id, newJob)
    try {
      await this.#save()
    } catch (thrown) {
      this.#jobs.delete(newJob.id)
      throw thrown
    }
    return newJob
  }

  /** @throws PlotdError ERR_FILE: then the next write stores the change */
  async replace(job: PrintJob): Promise<PrintJob> {
    this.#jobs.set(job.id, job)
    await this.#save()
    return job
  }

  /**
   * Forgets the oldest ended jobs beyond the limit. The next write removes these jobs from the disk.
   *
   * @returns the forgotten jobs
   */
  trim(): readonly PrintJob[] {
    const ended = [...this.#jobs.values()].filter(({ ending }) => ending !== undefined)
    const surplus = ended.slice(0, Math.max(0, ended.length - MAX_ENDED))
    for (const { id } of surplus) this.#jobs.delete(id)
    return surplus
  }

  /** Changes during a write share the next write. */
  #save(): Promise<void> {
    if (this.#waiting) return this.#waiting
    if (!this.#writing) return this.#write()
    this.#waiting = this.#writing
      .catch(() => {})
      .then(() => {
        this.#waiting = undefined
        return this.#write()
      })
    return this.#waiting
  }

  #write(): Promise<void> {
    const record: StoredJobs = { uuid: this.uuid, next: this.#next, jobs: [...this.#jobs.values()] }
    this.#isUnsaved = false
    const writing = writeSafely(this.#path, JSON.stringify(record))
      .catch((cause: NodeJS.ErrnoException) => {
        this.#isUnsaved = true
        const detail = { path: this.#path, system: cause.code }
        throw new PlotdError('ERR_FILE', `the printer cannot write ${this.#path}: ${cause.message}`, detail, cause)
      })
      .finally(() => {
        if (this.#writing === writing) this.#writing = undefined
      })
    this.#writing = writing
    return writing
  }

  /**
   * Waits for the last write that is under way or due. If an earlier write failed and no write followed, writes again.
   *
   * @throws PlotdError ERR_FILE when that write fails
   */
  async flush(): Promise<void> {
    await (this.#waiting ?? this.#writing ?? (this.#isUnsaved ? this.#write() : undefined))
  }
}

/**
 * The UUID of the printer server that has this state folder. Undefined when the folder has no printer.json yet, when
 * this user may not read that file, or when it is damaged.
 */
export async function storedUuid(state: string): Promise<string | undefined> {
  try {
    return checked(JSON.parse(await readFile(join(state, FILE), 'utf8')) as StoredJobs).uuid
  } catch {
    return undefined
  }
}

/** Checks the types of some fields, and that the next number is above the numbers of all jobs. @throws an error */
function checked(stored: StoredJobs): StoredJobs {
  const { uuid, next, jobs } = stored
  const isJob = ({ id, ...job }: PrintJob): boolean =>
    Number.isSafeInteger(id) && id < next && typeof job.uuid === 'string' && typeof job.template === 'string'
  if (typeof uuid === 'string' && Number.isSafeInteger(next) && jobs.every(isJob)) return stored
  throw new Error('a field is missing or wrong')
}
