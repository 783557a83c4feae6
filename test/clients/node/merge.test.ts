import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mailMerge, previewRow } from '../../../clients/node/index.ts'
import { type MemoryServer, memoryServer } from '../../support/memory-server.ts'

let daemon: MemoryServer
beforeAll(async () => {
  daemon = await memoryServer()
})
afterAll(() => daemon.close())

const queued = async () => (await daemon.spool.list()).total
const good = 'recipient,message\nAda,Hello\nBo,“Salut” — Zoë\n'
const bad = `recipient,message,size\nAda,Hello,a6\nBo,Hooray 🎂,a6\n,Nobody,a6\nCy,${'much too long '.repeat(200)},a6\nDi,Hi,a7\n`
const badRows = [
  { row: 3, problems: [{ code: 'missing-glyph', message: expect.stringContaining('“🎂” (U+1F382, character 8)') }] },
  { row: 4, problems: [{ code: 'ERR_PARAMS', message: expect.stringContaining('recipient') }] },
  { row: 5, problems: [{ code: 'ERR_PARAMS', message: expect.stringContaining('do not fit') }] },
  { row: 6, problems: [{ code: 'ERR_PARAMS', message: expect.stringContaining('size is "a7"') }] },
]

describe('mail merge', () => {
  it('queues a job for each row, with the parameters and options that all rows share', async () => {
    const client = await daemon.client()
    const common = { params: { template: 'birthday' }, job: { tags: ['party'], priority: 'low' as const, hold: true } }
    const { jobs, rows, bad: none, repeated } = await mailMerge(client, good, common)
    expect({ rows, none, repeated }).toEqual({ rows: 2, none: [], repeated: 0 })
    expect(jobs).toMatchObject([
      { title: 'Birthday for Ada', tags: ['party'], priority: 25, status: 'held', repeated: false },
      { title: 'Birthday for Bo', output: 'postcards/postcard_Bo_birthday.svg' },
    ])
  })

  it('skips each row that an earlier merge with the same key has queued, even if the row has moved', async () => {
    const client = await daemon.client()
    const first = await mailMerge(client, good)
    const before = await queued()
    const again = await mailMerge(client, 'message,recipient\nNew,Eve\n“Salut” — Zoë,Bo\nHello,Ada\n')
    expect(again.repeated).toBe(2)
    expect(again.jobs.map(({ id }) => id).slice(1)).toEqual(first.jobs.map(({ id }) => id).reverse())
    expect(await queued()).toBe(before + 1)
    expect((await mailMerge(client, good, { key: 'next year' })).repeated).toBe(0)
    expect(await queued()).toBe(before + 3)
  })

  it('queues a job for each of two equal rows, and none when the merge is repeated', async () => {
    const twice = 'recipient,message\nTwin,Hello\nTwin,Hello\n'
    const client = await daemon.client()
    expect(new Set((await mailMerge(client, twice)).jobs.map(({ id }) => id)).size).toBe(2)
    expect((await mailMerge(client, twice)).repeated).toBe(2)
  })

  it('queues nothing when a row is bad, and reports the problems of each bad row', async () => {
    const client = await daemon.client()
    const before = await queued()
    await expect(mailMerge(client, bad)).rejects.toMatchObject({
      code: 'ERR_ROWS',
      message: expect.stringMatching(/^4 bad rows of 5; nothing was queued\nrow 3: message: no font here has/),
      detail: { rows: badRows },
    })
    expect(await queued()).toBe(before)
  })

  it('leaves bad rows out, or draws what can be drawn of them, on request', async () => {
    const client = await daemon.client()
    const skipped = await mailMerge(client, bad, { bad: 'skip' })
    expect(skipped.bad).toEqual(badRows)
    expect(skipped.jobs.map(({ title }) => title)).toEqual(['Blank for Ada'])
    const drawn = await mailMerge(client, bad, { bad: 'draw' })
    expect(drawn.jobs.map(({ title }) => title)).toEqual(['Blank for Ada', 'Blank for Bo'])
    expect(drawn.bad.map(({ row }) => row)).toEqual([4, 5, 6])
  })

  it('checks without queueing, and refuses the preview of a row that the table lacks', async () => {
    const client = await daemon.client()
    const before = await queued()
    expect(await mailMerge(client, bad, { dryRun: true })).toMatchObject({ rows: 5, bad: badRows, jobs: [] })
    expect(await queued()).toBe(before)
    await expect(previewRow(client, good, 9)).rejects.toMatchObject({
      code: 'ERR_CSV',
      message: expect.stringContaining('row 9: the first is 2'),
    })
  })

  it('checks up to 500 rows in one call, because more calls would take longer', async () => {
    const client = await daemon.client()
    const check = vi.spyOn(client, 'call')
    const rows = Array.from({ length: 501 }, (_, i) => `Guest ${i},Hello\n`)
    const { rows: checked } = await mailMerge(client, `recipient,message\n${rows.join('')}`, { dryRun: true })
    expect([checked, check.mock.calls.filter(([method]) => method === 'job.check').length]).toEqual([501, 2])
  })

  it('refuses an order by a column that the table lacks, also in a dry run', async () => {
    const client = await daemon.client()
    for (const dryRun of [true, false])
      await expect(mailMerge(client, good, { orderBy: 'town', dryRun })).rejects.toMatchObject({
        code: 'ERR_CSV',
        message: 'there is no column “town”; there are recipient, message',
      })
  })

  it('reports addresses that are not complete', async () => {
    const client = await daemon.client()
    const csv = 'recipient,address\nAda,"12 Square\nLondon"\nBo,London\nCy,\n'
    const report = await mailMerge(client, csv, { params: { side: 'both' }, dryRun: true })
    expect(report.bad).toMatchObject([
      { row: 3, problems: [{ code: 'address', message: expect.stringContaining('one line') }] },
      { row: 4, problems: [{ code: 'address', message: expect.stringContaining('empty') }] },
    ])
    const front = await mailMerge(client, csv, { params: { side: 'front' }, dryRun: true })
    expect(front.warnings).toContainEqual({
      code: 'not-drawn',
      kind: 'loss',
      message: expect.stringContaining('only on the back'),
      rows: [2, 3],
    })
  })

  it('asks which sides to draw when rows have addresses and the user named no side', async () => {
    const client = await daemon.client()
    const csv = 'recipient,address,side\nAda,"12 Square\nLondon",both\nBo,"1 Lane\nBath",\n'
    const before = await queued()
    const refused = {
      code: 'ERR_PARAMS',
      message: expect.stringContaining('side both or back'),
      detail: { field: 'side' },
    }
    await expect(mailMerge(client, csv)).rejects.toMatchObject(refused)
    await expect(mailMerge(client, csv, { dryRun: true, bad: 'draw' })).rejects.toMatchObject(refused)
    expect(await queued()).toBe(before)
    expect((await mailMerge(client, csv, { params: { side: 'back' } })).jobs).toHaveLength(2)
    const nobody = 'recipient,address\nCy,\n'
    expect((await mailMerge(client, nobody, { bad: 'draw' })).jobs).toHaveLength(1)
  })

  it('names columns that are no parameters', async () => {
    const client = await daemon.client()
    expect((await mailMerge(client, 'recipient,age\nAda,36\n', { dryRun: true })).extra).toEqual(['age'])
  })

  it('makes a card and an envelope with the same number for each row, in pairs or all cards first', async () => {
    const client = await daemon.client()
    const table =
      'recipient,message,street,town,postcode,city size\nAda,Hello,1 Main St,London,SW1,x\nBo,Hi,2 Main St,Bath,BA1,x\n'
    const options = { batch: 'pairs', envelopes: { params: { size: 'c6' }, order: 'beside' as const } }
    const { jobs, extra } = await mailMerge(client, table, options)
    expect(extra).toEqual(['city size'])
    expect(jobs.map(({ title }) => title)).toEqual([
      'Blank for Ada',
      'Envelope for Ada',
      'Blank for Bo',
      'Envelope for Bo',
    ])
    expect(jobs.map(({ batch }) => batch)).toMatchObject([
      { name: 'pairs', row: 2 },
      { name: 'pairs envelopes', row: 2 },
      { name: 'pairs', row: 3 },
      { name: 'pairs envelopes', row: 3 },
    ])
    const params = await Promise.all(jobs.map(async ({ id }) => (await client.call('job.get', { id })).params))
    expect(params).toMatchObject([{ number: '2' }, { number: '2' }, { number: '3' }, { number: '3' }])
    const runs = await mailMerge(client, table, {
      ...options,
      key: 'again',
      envelopes: { ...options.envelopes, order: 'runs' },
    })
    expect(runs.jobs.map(({ task }) => task)).toEqual(['postcard', 'postcard', 'envelope', 'envelope'])
  })

  it('makes an envelope for each job of another task, which may have no number', async () => {
    const client = await daemon.client()
    const table = 'Guest,Street,Town\nAda,1 Main St,London\n'
    const map = { Guest: 'name' }
    const options = { task: 'place-card', map, envelopes: { params: { size: 'c6', recipient: 'You' } } }
    const { jobs } = await mailMerge(client, table, options)
    expect(jobs.map(({ title }) => title)).toEqual(['Place card for Ada', 'Envelope for You'])
  })

  it('leaves out the card and the envelope of a bad row, and queues no pair twice when its row has moved', async () => {
    const client = await daemon.client()
    const head = 'name,street,PLZ,town\n'
    const [ada, bo] = ['Ada,1 Main St,SW1,London\n', 'Bo,,,\n']
    const options = {
      map: { name: 'recipient', PLZ: 'postcode' },
      bad: 'skip' as const,
      envelopes: { params: { size: 'c6' } },
    }
    const first = await mailMerge(client, head + bo + ada, { ...options, params: { message: 'moved pairs' } })
    expect(first.bad).toMatchObject([{ row: 2, problems: [{ code: 'address' }] }])
    expect(first.jobs.map(({ title }) => title)).toEqual(['Blank for Ada', 'Envelope for Ada'])
    const moved = await mailMerge(client, head + ada, { ...options, params: { message: 'moved pairs' } })
    expect(moved.repeated).toBe(2)
    const twice = await mailMerge(client, `${head}Ada 🎂,1 Main St,SW1,London\n`, options)
    expect(twice.bad).toMatchObject([{ row: 2, problems: [{ code: 'missing-glyph' }, { code: 'missing-glyph' }] }])
    await expect(mailMerge(client, head + ada, { ...options, map: { name: 'nobody' } })).rejects.toThrow(
      'no parameter “nobody”',
    )
  })
})
