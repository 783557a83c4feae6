import { describe, expect, it } from 'vitest'
import type { PlotdClient } from '../../clients/node/index.ts'
import { Book } from '../../clients/printer/book.ts'
import { PrintJobs } from '../../clients/printer/jobs.ts'
import { toRecord } from '../../clients/printer/print-job.ts'
import { Watch } from '../../clients/printer/watch.ts'
import { PlotdError } from '../../src/errors.ts'
import { tempFolder } from '../support/temp-folder.ts'

const DOCUMENT = { bytes: new Uint8Array([1]) }
const ORDER = { printer: 'any', name: 'card', user: 'ada', template: toRecord(new Map()) }

const openJobs = async () => new PrintJobs(await Book.open(tempFolder()), new Watch(() => true), () => {})

const clientThatThrows = (error: Error) => ({ upload: () => Promise.reject(error) }) as unknown as PlotdClient

describe('a print job whose document cannot be queued', () => {
  it.each([
    ['a refusal of plotd', new PlotdError('ERR_SPOOL_WRITE', 'the disk fails'), { status: 'service-unavailable' }],
    ['a bug', new TypeError('no such thing'), new TypeError('no such thing')],
  ])('is aborted after %s, and the error is thrown', async (_, thrown, expected) => {
    const jobs = await openJobs()
    const job = await jobs.create(ORDER)
    await expect(jobs.submit(job, DOCUMENT, clientThatThrows(thrown))).rejects.toMatchObject(expected)
    expect(jobs.get(job.id)?.ending).toMatchObject({ state: 'aborted', message: thrown.message })
    await jobs.close()
  })
})
