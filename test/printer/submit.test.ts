import { expect, it } from 'vitest'
import type { PlotdClient } from '../../clients/node/index.ts'
import { integer, range, type Value } from '../../clients/printer/ipp/values.ts'
import { submitDocument } from '../../clients/printer/submit.ts'
import { orderOf } from '../../clients/printer/template.ts'

interface QueuedJob {
  readonly title: string
  readonly tags: readonly string[]
  readonly params: { readonly name?: string; readonly pageNumber?: number; readonly pagesOnSheet?: readonly number[] }
}

/** The names of the documents that the printer sent to plotd. */
const names: string[] = []

const clientOf = (pages: number): PlotdClient =>
  ({
    upload: async () => ({ sha256: 'a' }),
    call: async (method: string, params: { jobs: readonly QueuedJob[]; name: string }) => {
      if (method !== 'document.describe') return params.jobs
      names.push(params.name)
      return { task: 'svg', pages }
    },
  }) as unknown as PlotdClient

interface Print {
  readonly pages: number
  readonly name?: string
  readonly user?: string
  readonly job?: Readonly<Record<string, Value | readonly Value[]>>
}

async function submit({ pages, name = 'letter', user = 'ada', job = {} }: Print): Promise<readonly QueuedJob[]> {
  const accepted = new Map(Object.entries(job).map(([key, value]) => [key, [value].flat()]))
  const document = { bytes: new Uint8Array([1]), name }
  const order = { printer: 'any', order: orderOf(accepted), uuid: 'u', user }
  return (await submitDocument(clientOf(pages), document, order)).jobs as unknown as readonly QueuedJob[]
}

it.each([
  ['one on each sheet', {}, 1_000_000_000],
  ['sixteen on each sheet', { 'number-up': integer(16) }, 62_500_000],
  ['only some of them', { 'page-ranges': [range(1, 1), range(3, 2 ** 31 - 1)] }, 999_999_999],
])('a document of a billion pages is refused before plotd lists the pages: %s', async (_, job, jobs) => {
  const message = `the document needs ${jobs} jobs in the queue, at most 1000 are possible`
  await expect(submit({ pages: 1e9, job })).rejects.toMatchObject({ status: 'request-entity-too-large', message })
})

it('plotd counts the pages of a plain text and draws the text under one name, which says that the document is text', async () => {
  const named: unknown[] = []
  const client = {
    upload: async () => ({ sha256: 'a' }),
    call: async (method: string, { name, jobs }: { name: string; jobs: readonly QueuedJob[] }) => {
      if (method !== 'document.describe') return jobs
      named.push(name)
      return { task: 'svg', pages: 1 }
    },
  } as unknown as PlotdClient
  const order = { printer: 'any', order: orderOf(new Map()), uuid: 'u', user: 'ada' }
  for (const name of ['part.dxf', 'letter.md', 'notes.TXT', 'x'.repeat(300)]) {
    const document = { bytes: new Uint8Array([1]), name, format: 'text/plain' }
    const [job] = (await submitDocument(client, document, order)).jobs as unknown as readonly QueuedJob[]
    named.push(job?.params.name)
  }
  const names = ['part.dxf.txt', 'letter.md.txt', 'notes.TXT', `${'x'.repeat(196)}.txt`]
  expect(named).toEqual(names.flatMap((name) => [name, name]))
})

it('a print queues the requested pages that the document has, in order', async () => {
  const job = { 'page-ranges': [range(2, 2), range(4, 5), range(9, 12), range(20, 30)] }
  const pages = (await submit({ pages: 10, job })).map(({ params }) => params.pageNumber)
  expect(pages).toEqual([2, 4, 5, 9, 10])
  const sheets = (await submit({ pages: 10, job: { ...job, 'number-up': integer(4) } })).map(({ params }) => params)
  expect(sheets.map(({ pagesOnSheet }) => pagesOnSheet)).toEqual([[2, 4, 5, 9], [10]])
})

it('a long name of a document is cut, so that the title has room for the pages', async () => {
  const jobs = await submit({ pages: 120, name: 'x'.repeat(190), job: { 'number-up': integer(4) } })
  expect(jobs.map(({ title }) => title.length)).toEqual(Array(30).fill(200))
  expect(jobs.at(-1)?.title).toMatch(/^x+ \(117 to 120 of 120\)$/)
})

it('a long name of a document is cut between characters', async () => {
  await submit({ pages: 1, name: `${'x'.repeat(199)}\u{1f600}.pdf` })
  expect(names.at(-1)).toBe('x'.repeat(199))
})

it('a long user name is cut between characters for the tag', async () => {
  const [job] = await submit({ pages: 1, user: `${'x'.repeat(63)}\u{1f600}` })
  expect(job?.tags).toEqual(['printed', 'x'.repeat(63)])
})
