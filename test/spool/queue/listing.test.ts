import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '../../../src/spool/job.ts'
import { memorySpool } from '../../../src/spool/memory.ts'
import { decodeCursor } from '../../../src/spool/queue/listing.ts'
import { Moves } from '../../../src/spool/queue/moves.ts'
import type { ListFilter, Spool } from '../../../src/spool/spool.ts'
import { runs } from '../../support/fuzz.ts'
import { HandClock } from '../../support/hand-clock.ts'

const RESULT = {
  ...{ path: 'a.svg', widthMm: 1, heightMm: 1, strokes: 1, penDownMm: 1 },
  ...{ travelMm: 1, lifts: 1, estimateSeconds: 1, warnings: [] },
}

let spool: Spool
let clock: HandClock
beforeEach(() => {
  clock = new HandClock()
  spool = memorySpool({ clock })
})
afterEach(() => spool.close())

const submit = async (n: number) => {
  const jobs = Array.from({ length: n }, (_, i) => ({ task: 'text', params: {}, priority: 20 + (i % 7) * 10 }))
  return (await spool.submit(jobs)).map(({ id }) => id)
}

/** Changes by users and workers, while a client reads the list. `submit` and `render` do not use the given id. */
const CHANGES: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  top: (id) => spool.top(id),
  last: (id) => spool.move(id),
  hold: (id) => spool.hold(id),
  release: (id) => spool.unhold(id),
  cancel: (id) => spool.cancel(id),
  retry: (id) => spool.retry(id),
  remove: (id) => spool.remove(id),
  submit: () => submit(2),
  render: async () => {
    const claim = await spool.claim({ stage: 'render', holder: 'test' })
    if (claim) await spool.complete(claim, RESULT)
  },
}
const change = fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.nat({ max: 39 }))

async function walk(filter: ListFilter, between: () => Promise<void>): Promise<string[]> {
  const visible: string[] = []
  let next: string | undefined
  do {
    const page: { jobs: readonly Job[]; next?: string } = await spool.list({
      ...filter,
      ...(next !== undefined && { cursor: next }),
    })
    visible.push(...page.jobs.map(({ id }) => id))
    next = page.next
    await between()
  } while (next !== undefined)
  return visible
}

describe('a walk through the list, page by page, while jobs change', () => {
  it.each(['queue', 'newest'] as const)(
    'shows every job that stays, and no job twice, when it is sorted by %s',
    async (sort) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 12 }),
          fc.integer({ min: 1, max: 9 }),
          async (rounds, limit) => {
            const ids = await submit(40)
            const removed = new Set<string>()
            const visible = await walk({ sort, limit }, async () => {
              for (const [name, which] of rounds.shift() ?? []) {
                clock.pass(1)
                const id = ids[which] ?? ''
                await CHANGES[name]?.(id).then(
                  () => name === 'remove' && removed.add(id),
                  () => {},
                )
              }
            })
            expect(new Set(visible).size).toBe(visible.length)
            expect(ids.filter((id) => !removed.has(id) && !visible.includes(id))).toEqual([])
            for (const id of await walk({}, async () => {})) {
              await spool.cancel(id).catch(() => {})
              await spool.remove(id)
            }
          },
        ),
        runs(60),
      )
    },
  )

  it('has fewer jobs on a page when the jobs are long', async () => {
    const layers = Array.from({ length: 1000 }, () => 'a layer')
    const plot = { plotter: 'any', copies: 1, layers }
    await spool.submit(Array.from({ length: 200 }, () => ({ task: 'text', params: {}, plot })))
    const first = await spool.list({ limit: 1000 })
    expect(JSON.stringify(first.jobs).length).toBeLessThan(1.2 * 2 ** 20)
    expect(new Set(await walk({ limit: 1000 }, async () => {})).size).toBe(200)
  })

  it('cannot continue from a page that is older than the moves that the spool remembers', () => {
    const moves = new Moves(0)
    const job = (order: number) => ({ id: 'a', status: 'queued', priority: 1, order }) as const
    for (let seq = 1; seq <= 100_000; seq++) moves.note(seq, 'a', job(seq - 1), job(seq))
    expect(moves.placesAt(10)).toBeUndefined()
    expect(moves.placesAt(99_999)).toEqual(new Map([['a', [1, -1, 99_999, 'a']]]))
  })

  it('refuses a cursor that no list returned', async () => {
    const cursors = ['nonsense', '', 'W10', Buffer.from('[1,2,3,4,5]').toString('base64url')]
    for (const cursor of cursors) await expect(spool.list({ cursor })).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })

  it('refuses a cursor with a value that PostgreSQL might refuse and no list returns', () => {
    const id = '0'.repeat(26)
    const decode = (json: string) => decodeCursor(Buffer.from(json).toString('base64url'))
    expect(decode(`[1,2,3.5,4,"${id}"]`)).toEqual({ seq: 1, after: [2, 3.5, 4, id] })
    const seqs = ['1.5', '-1', '1e99'].map((seq) => `[${seq},2,3,4,"${id}"]`)
    const ranks = ['2.5', '2147483648'].map((rank) => `[1,${rank},3,4,"${id}"]`)
    for (const json of [...seqs, ...ranks, `[1,2,1e999,4,"${id}"]`, '[1,2,3,4,"a\\u0000b"]'])
      expect(() => decode(json), json).toThrow('was not returned by list')
  })
})
