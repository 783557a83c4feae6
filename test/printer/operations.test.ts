import { expect, it } from 'vitest'
import type { PlotdClient } from '../../clients/node/index.ts'
import { STATUS } from '../../clients/printer/ipp/codes.ts'
import { decode } from '../../clients/printer/ipp/decode.ts'
import { boolean, integer, keyword, text } from '../../clients/printer/ipp/values.ts'
import { JobFile } from '../../clients/printer/job-file.ts'
import { PrintJobs } from '../../clients/printer/jobs.ts'
import { type Context, Operations } from '../../clients/printer/operations.ts'
import { toRecord } from '../../clients/printer/print-job.ts'
import { Watch } from '../../clients/printer/watch.ts'
import type { WireJob } from '../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../src/errors.ts'
import { ippRequest } from '../support/ipp-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { wirePlotter } from '../support/wire.ts'

it('Cancel-My-Jobs cancels the jobs of the user, the newest first, although one job has just ended', async () => {
  const file = await JobFile.open(tempFolder())
  const watch = new Watch(() => true)
  const jobs = new PrintJobs(file, watch, () => {})
  const job = { printer: 'any', name: 'card', user: 'ada', template: toRecord(new Map()), createdAt: 1 }
  for (const id of ['J1', 'J2']) {
    await file.add({ ...job, jobs: [id] })
    watch.put({ id, status: 'rendered' } as WireJob)
  }
  const called: string[] = []
  const client = {
    call: async (_: string, { id }: { id: string }) => {
      called.push(id)
      if (id === 'J1') throw new PlotdError('ERR_JOB_STATE', 'J1 is finished')
      return { id, status: 'canceled' }
    },
  } as unknown as PlotdClient
  const operations = new Operations(watch, jobs, () => {})
  const context = { caller: { is: 'local', client }, identityOf: () => ({}) } as unknown as Context
  const request = decode(ippRequest('ipp://localhost/ipp/print/any', 'Cancel-My-Jobs')).message
  expect(await operations.answer(request, context)).toMatchObject({ code: STATUS.ok })
  expect([...file.jobs].map(({ ending }) => ending?.state)).toEqual([undefined, 'canceled'])
  expect(called).toEqual(['J2', 'J1'])
  await jobs.close()
})

it('a client without a token can neither send the document of a job that a token created, nor end that job', async () => {
  const watch = new Watch(() => true)
  const jobs = new PrintJobs(await JobFile.open(tempFolder()), watch, () => {})
  const job = await jobs.create({
    printer: 'any',
    name: 'card',
    user: 'ada',
    sender: 'key of a token',
    template: toRecord(new Map()),
  })
  const operations = new Operations(watch, jobs, () => {})
  const document = async (): Promise<Uint8Array> => Buffer.from('a document of another client')
  const context = { caller: { is: 'local', client: {} }, identityOf: () => ({}), document } as unknown as Context
  for (const operation of ['Send-Document', 'Close-Job', 'Cancel-Job', 'Cancel-My-Jobs'] as const) {
    const request = ippRequest('ipp://localhost/ipp/print/any', operation, {
      operation: { 'job-id': integer(job.id), 'last-document': boolean(true) },
      user: 'ada',
    })
    const status = operation === 'Cancel-My-Jobs' ? 'ok' : 'not-authorized'
    expect(await operations.answer(decode(request).message, context), operation).toMatchObject({ code: STATUS[status] })
  }
  expect(jobs.get(job.id)?.ending).toBe(undefined)
  await jobs.close()
})

it('a printer neither shows nor cancels the jobs of another printer', async () => {
  const watch = new Watch(() => true)
  const jobs = new PrintJobs(await JobFile.open(tempFolder()), watch, () => {})
  const job = await jobs.create({ printer: 'north', name: 'card', user: 'ada', template: toRecord(new Map()) })
  const operations = new Operations(watch, jobs, () => {})
  const context = { caller: { is: 'local', client: {} }, identityOf: () => ({}) } as unknown as Context
  for (const operation of ['Get-Job-Attributes', 'Cancel-Job'] as const) {
    const request = ippRequest('ipp://localhost/ipp/print/any', operation, {
      operation: { 'job-id': integer(job.id) },
      user: 'ada',
    })
    expect(await operations.answer(decode(request).message, context), operation).toMatchObject({
      code: STATUS['not-found'],
    })
  }
  expect(jobs.get(job.id)?.ending).toBe(undefined)
  await jobs.close()
})

it('Identify-Printer writes one line of the log, whatever its message', async () => {
  const lines: string[] = []
  const watch = new Watch(() => true)
  const jobs = new PrintJobs(await JobFile.open(tempFolder()), watch, () => {})
  const operations = new Operations(watch, jobs, (name, message) => lines.push(`${name}: ${message}`))
  const context = { caller: { is: 'local', client: {} }, identityOf: () => ({}) } as unknown as Context
  const identify = async (message: string) => {
    const request = ippRequest('ipp://localhost/ipp/print/any', 'Identify-Printer', {
      operation: { message: text(message) },
    })
    await operations.answer(decode(request).message, context)
    return lines.at(-1)
  }
  expect(await identify('Here\nnotify: the disk is full\u001b[2J')).toBe('any: Here notify: the disk is full [2J')
  expect(await identify('\n')).toBe('any: A user looks for this plotter.')
  expect((await identify('x'.repeat(1000)))?.length).toBe(260)
})

it('a printer refuses a job for an unsupported attribute that the client names as mandatory, and only for such an attribute', async () => {
  const watch = new Watch(() => true)
  watch.take({ type: 'plotter.changed', seq: 1, plotter: wirePlotter({ is: 'idle', ready: false }) })
  const jobs = new PrintJobs(await JobFile.open(tempFolder()), watch, () => {})
  const operations = new Operations(watch, jobs, () => {})
  const context = { caller: { is: 'local', client: {} }, identityOf: () => ({ media: 'a4' }) } as unknown as Context
  const validate = async (mandatory: string) => {
    const request = ippRequest('ipp://localhost/ipp/print/any', 'Validate-Job', {
      operation: { 'job-mandatory-attributes': keyword(mandatory) },
      job: { sides: keyword('two-sided-long-edge'), copies: integer(2) },
    })
    return (await operations.answer(decode(request).message, context)).code
  }
  expect(await validate('sides')).toBe(STATUS['attributes-or-values-not-supported'])
  expect(await validate('copies')).toBe(STATUS['ok-ignored-or-substituted-attributes'])
  await jobs.close()
})
