import { describe, expect, it } from 'vitest'
import { batch, spoiled } from '../../../clients/cli/commands/batch.ts'
import { top } from '../../../clients/cli/commands/jobs.ts'
import type { Io } from '../../../clients/cli/io/io.ts'
import { PlotdError } from '../../../src/errors.ts'
import { wireJob } from '../../support/wire.ts'

const called: string[] = []
const io = { daemon: { call: async (method: string) => void called.push(method) } } as unknown as Io

describe('plotd batch', () => {
  it.each([
    [{ act: 'cancel', report: 'rows.csv' }, 'cancel, --report'],
    [{ act: 'hold', order: 'row' }, 'hold, --order'],
    [{ report: 'rows.csv', sheet: 'cards.pdf' }, '--report, --sheet'],
  ])('refuses two acts at a time, of which it would do only one: %j', async (flags, words) => {
    const args = { name: 'xmas', columns: 4, ...flags } as unknown as Parameters<typeof batch.run>[0]
    await expect(batch.run(args, io)).rejects.toThrow(`${words}: expected one of them at a time`)
    expect(called).toEqual([])
  })
})

describe('plotd spoiled', () => {
  it.each([
    [{ id: ['4XK9QZ'], batch: 'xmas', row: 17 }, 'Expected ids, or --batch and --row, not both'],
    [{ id: ['last'], row: 17 }, '--row needs --batch: expected the name of a batch'],
  ])('refuses a job and a row, of which it would mark only one: %j', async (flags, message) => {
    const args = { next: false, ...flags } as unknown as Parameters<typeof spoiled.run>[0]
    await expect(spoiled.run(args, io)).rejects.toThrow(message)
    expect(called).toEqual([])
  })

  it.each([
    ['the last attempt', 'b', ['spoiled', 9], ['finished', 9]],
    ['the job that was tried again after its redraw was canceled', 'a', ['finished', 9], ['canceled', 9]],
    ['the last attempt with ink, when each is spoiled or canceled', 'b', ['spoiled', 9], ['canceled', 9]],
    ['the spoiled card, when its redraw was canceled without ink', 'a', ['spoiled', 9], ['canceled', 0]],
    ['a card without ink', 'b', ['spoiled', 0], ['failed', 0]],
  ] as const)('marks, when the user names a row, %s', async (_, id, ...attempts) => {
    const cards = attempts.map(([status, inkMm], i) => ({ job: 'ab'[i], row: 17, status, inkMm }))
    const marked: unknown[] = []
    const call = async (method: string, params: unknown) => {
      if (method === 'batch.cards') return { cards: [...cards, { job: 'c', row: 18, status: 'finished', inkMm: 9 }] }
      marked.push(params)
      throw new Error('the test ends here')
    }
    const args = { next: false, batch: 'xmas', row: 17 } as unknown as Parameters<typeof spoiled.run>[0]
    await expect(spoiled.run(args, { daemon: { call } } as unknown as Io)).rejects.toThrow('the test ends here')
    expect(marked).toEqual([{ id, place: 'end' }])
  })

  it('marks the last card first when each goes before the others, so that the first card is drawn first', async () => {
    const ids = ['01M8KKDE8ES2XFASRY1ETEH75A', '01M8KKDE8ES2XFASRY1ETEH75B']
    const marked: string[] = []
    const call = async (_: string, { id }: { id: string }) => {
      marked.push(id)
      throw new PlotdError('ERR_JOB_STATE', `${id} has no ink`)
    }
    const args = { id: ids, next: true } as unknown as Parameters<typeof spoiled.run>[0]
    const refusing = { daemon: { call }, warn: () => {} } as unknown as Io
    await expect(spoiled.run(args, refusing)).rejects.toThrow('has no ink')
    expect(marked).toEqual(ids.toReversed())
  })

  it('marks the other cards when plotd refuses one of them', async () => {
    const ids = ['01M8KKDE8ES2XFASRY1ETEH75A', '01M8KKDE8ES2XFASRY1ETEH75B', '01M8KKDE8ES2XFASRY1ETEH75C']
    const refuse = (id: string) => new PlotdError('ERR_JOB_STATE', `${id} has no ink`)
    const marked: string[] = []
    const call = async (_: string, { id }: { id: string }) => {
      marked.push(id)
      throw refuse(id)
    }
    const warnings: string[] = []
    const refusing = { daemon: { call }, warn: ({ message }: { message: string }) => warnings.push(message) }
    const args = { id: ids, next: false } as unknown as Parameters<typeof spoiled.run>[0]
    await expect(spoiled.run(args, refusing as unknown as Io)).rejects.toThrow(`${ids[0]} has no ink`)
    expect([marked, warnings]).toEqual([ids, ids.slice(1).map((id) => `Refused: ${id} has no ink.`)])
  })
})

it('`plotd top` moves the last named job first, so that the first named job is drawn first', async () => {
  const ids = ['A', 'B'].map((letter) => letter.repeat(26))
  const moved: string[] = []
  const call = async (_: string, { id }: { id: string }) => {
    moved.push(id)
    return wireJob(id)
  }
  const io = { json: true, daemon: { call }, answer: () => {}, note: () => {} } as unknown as Io
  await top.run({ id: ids } as unknown as Parameters<typeof top.run>[0], io)
  expect(moved).toEqual(ids.toReversed())
})
