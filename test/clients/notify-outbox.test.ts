import { describe, expect, it } from 'vitest'
import { isHiddenIn, isMetIn, type Need, needsOf } from '../../clients/notify/needs.ts'
import { plotterSummary } from '../../clients/notify/notifier.ts'
import {
  afterClock,
  afterCrash,
  afterDelivery,
  afterFailure,
  emptyOutbox,
  firstSendableOf,
  sendableOf,
  takeUp,
  withDoubt,
  without,
} from '../../clients/notify/outbox.ts'
import type { WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'
import { wireJob, wirePlotter } from '../support/wire.ts'

const plotter = (more: Partial<WirePlotter>) => wirePlotter({ is: 'idle', ready: false }, more)
const job = (more: Partial<WireJob>) =>
  wireJob('J1', { title: 'a card', status: 'rendered', plot: { plotter: 'axi', copies: 1 }, ...more })
const needs = (plotters: WirePlotter[], jobs: WireJob[], more: object = {}) =>
  needsOf({ plotters, jobs, batches: [], since: 100, ...more })
const need = (key: string, kind: Need['kind'] = 'sheet'): Need => ({ key, kind, title: key, text: key })

it('the summary of a plotter counts the jobs that wait, and not the job that is drawn', () => {
  const statuses = ['plotting', 'paused', 'interrupted', 'finished', 'rendered', 'started', 'queued'] as const
  const jobs = [...statuses, 'scheduled' as const, 'held' as const].map((status) => job({ status }))
  expect(plotterSummary(plotter({}), jobs).queue).toBe(5)
})

describe('a need', () => {
  it('is a sheet for a rendered job, unless its plotter has a grant, a paused queue or maintenance', () => {
    expect(needs([plotter({})], [job({})])).toMatchObject([{ kind: 'sheet', key: 'sheet:axi:0', plotter: 'axi' }])
    expect(needs([plotter({})], [job({ status: 'queued' })])).toEqual([])
    expect(needs([plotter({ state: { is: 'idle', ready: true } })], [job({})])).toEqual([])
    expect(needs([plotter({})], [job({ plot: { plotter: 'other', copies: 1 } })])).toEqual([])
    const failedFeeder = { is: 'failed', why: 'the paper is stuck', at: 7 } as const
    expect(needs([plotter({ feeder: failedFeeder })], [job({})])).toMatchObject([
      { key: 'sheet:axi:0', text: expect.stringContaining('the paper is stuck') },
    ])
    expect(needs([plotter({ queuePaused: true })], [job({})])).toEqual([])
    expect(needs([plotter({ maintenance: { reason: 'oil', by: 'me', since: 1 } })], [job({})])).toEqual([])
  })

  it('is a pen, a fault, an interruption, a failure, or an almost full disk', () => {
    const paused = { is: 'paused', job: 'J1', why: 'pen-change', prompt: 'put in red', since: 5 } as const
    expect(needs([plotter({ state: paused })], [])[0]).toMatchObject({
      kind: 'pen',
      title: 'axi needs another pen',
      text: 'put in red. Then run plotd resume.',
    })
    const titleOf = (asks: 'pen' | 'layer' | 'side' | 'service') =>
      needs([plotter({ state: { ...paused, asks } })], [])[0]?.title
    expect((['pen', 'layer', 'side', 'service'] as const).map(titleOf)).toEqual([
      'axi needs another pen',
      'axi waits before a layer',
      'axi needs its sheet turned',
      'axi needs its pen serviced',
    ])
    expect(needs([plotter({ state: { is: 'fault', code: 'ERR_DEVICE', message: 'm' } })], [])[0]?.kind).toBe('fault')
    const stuck = { is: 'paused', job: 'J1', why: 'operator', prompt: 'the disk does not respond', since: 5 } as const
    expect(needs([plotter({ state: stuck })], [])[0]).toMatchObject({
      kind: 'fault',
      title: 'axi stands still',
      text: 'the disk does not respond. Then run plotd resume.',
    })
    expect(needs([plotter({ state: { is: 'paused', job: 'J1', why: 'operator', since: 5 } })], [])).toEqual([])
    expect(needs([], [job({ status: 'interrupted' })])[0]?.kind).toBe('interrupted')
    expect(needs([], [job({ status: 'failed', endedAt: 200 })])[0]?.kind).toBe('failed')
    expect(needs([], [job({ status: 'failed', endedAt: 50 })])).toEqual([])
    expect(needs([], [], { diskFree: 0.04 })[0]?.kind).toBe('disk')
    expect(needs([], [], { diskFree: 0.06 })).toEqual([])
  })

  it('for a sheet does not arise while the sheet of an interrupted job lies on the plotter', () => {
    expect(needs([plotter({ interrupted: { job: 'J2', title: 'cut', done: 1, of: 2 } })], [job({})])).toEqual([])
  })

  it('is a batch that is done', () => {
    const batch = { name: 'xmas', left: 0, done: 3, cards: 3, spoiled: 0, failed: 0, endedAt: 200 }
    const textOf = (more: object) => needs([], [], { batches: [{ ...batch, ...more }] })[0]?.text
    expect([{}, { spoiled: 1 }, { spoiled: 1, failed: 2 }].map(textOf)).toEqual([
      '3 of 3 cards are drawn.',
      '3 of 3 cards are drawn; 1 spoiled.',
      '3 of 3 cards are drawn; 1 spoiled, 2 failed.',
    ])
    expect(
      [
        { done: 1, failed: 2 },
        { done: 1, cards: 1 },
      ].map(textOf),
    ).toEqual(['1 of 3 cards is drawn; 2 failed.', '1 of 1 card is drawn.'])
    expect([{ left: 1 }, { endedAt: 50 }].map(textOf)).toEqual([undefined, undefined])
  })
})

describe('the outbox', () => {
  const channels = [
    { name: 'hook', events: ['sheet', 'failed', 'fault'], hasIds: true },
    { name: 'push', events: ['sheet', 'fault'], hasIds: false },
  ] as const
  const empty = emptyOutbox(0)

  it('records a need once for each channel that wants it, with a stable id', () => {
    const first = takeUp(empty, [need('a'), need('b', 'failed')], channels, 1)
    expect(first.waiting.map(({ channel, need: { key } }) => `${channel} ${key}`)).toEqual([
      'hook a',
      'push a',
      'hook b',
    ])
    expect(takeUp(first, [need('a'), need('b', 'failed')], channels, 2)).toBe(first)
    expect(takeUp(empty, [need('a')], channels, 9).waiting[0]?.id).toBe(first.waiting[0]?.id)
  })

  it('adds new messages for a fault that was cleared and comes back, but not for a fault that was only hidden', () => {
    const fault = need('fault:axi:ERR_DEVICE:no', 'fault')
    const first = takeUp(empty, [fault], channels, 1)
    const isMet = (state: WirePlotter['state']) =>
      isMetIn({ plotters: [plotter({ state })], jobs: [], batches: [], since: 0 })
    for (const state of [
      { is: 'offline', why: 'unplugged' },
      { is: 'unknown', since: 1, why: 'its host is silent' },
    ] as const) {
      const hidden = takeUp(first, [], channels, 2, isMet(state))
      expect(takeUp(hidden, [fault], channels, 3).waiting, state.is).toEqual([])
    }
    const cleared = takeUp(first, [], channels, 2, isMet({ is: 'idle', ready: false }))
    const again = takeUp(cleared, [fault], channels, 3)
    expect(again.waiting).toHaveLength(2)
    expect(again.waiting[0]?.id).not.toBe(first.waiting[0]?.id)
    expect(takeUp(again, [fault], channels, 4, isMet({ is: 'idle', ready: false }))).toBe(again)
  })

  it('keeps an unsent message while its need is hidden, but sends it only when the need is seen', () => {
    const sheet = need('sheet:axi:0')
    const first = takeUp(empty, [sheet], channels, 1)
    const dueIn = (state: WirePlotter['state'], present: Need[], jobs = [job({})]) => {
      const situation = { plotters: [plotter({ state })], jobs, batches: [], since: 0 }
      const outbox = takeUp(first, present, channels, 2, isMetIn(situation), isHiddenIn(situation))
      return [outbox.waiting.length, sendableOf(outbox, new Set(present.map(({ key }) => key))).length]
    }
    expect(dueIn({ is: 'offline', why: 'not opened yet' }, [])).toEqual([2, 0])
    expect(dueIn({ is: 'unknown', since: 1, why: 'its host is silent' }, [])).toEqual([2, 0])
    expect(dueIn({ is: 'idle', ready: false }, [sheet])).toEqual([2, 2])
    expect(dueIn({ is: 'idle', ready: true }, [])).toEqual([0, 0])
    expect(dueIn({ is: 'idle', ready: false }, [], [])).toEqual([0, 0])
  })

  it.each([
    ['another pen', { why: 'pen-change', prompt: 'wipe' }],
    ['a disk that cannot be written', { why: 'operator', prompt: 'make room' }],
  ] as const)('keeps an unsent message about %s while the host of the plotter is silent', (_, why) => {
    const present = needs([plotter({ state: { is: 'paused', job: 'J1', since: 1, ...why } })], [])
    const wanting = [{ name: 'all', events: ['pen', 'fault'], hasIds: true }] as const
    const first = takeUp(empty, present, wanting, 1)
    const silent = plotter({ state: { is: 'unknown', since: 1, why: 'its host is silent' } })
    const situation = { plotters: [silent], jobs: [], batches: [], since: 0 }
    const hidden = takeUp(first, [], wanting, 2, isMetIn(situation), isHiddenIn(situation))
    expect(hidden.waiting).toHaveLength(1)
    expect(sendableOf(hidden, new Set())).toEqual([])
    expect(takeUp(hidden, present, wanting, 3).waiting).toEqual(first.waiting)
  })

  it('gets a need with a new key for each pause and each interruption, also of the same job', () => {
    const paused = (since: number) => ({ is: 'paused', job: 'J1', why: 'pen-change', prompt: 'wipe', since }) as const
    const cut = (since: number) => job({ status: 'interrupted', reason: { code: 'restart', message: 'cut', since } })
    const all = [
      needs([plotter({ state: paused(1) })], []),
      needs([plotter({ state: paused(2) })], []),
      needs([], [cut(1)]),
      needs([], [cut(2)]),
    ]
    expect(new Set(all.flat().map(({ key }) => key)).size).toBe(4)
  })

  it('has one key for a sheet, whichever job is first, until no job is left for the plotter', () => {
    const [first] = needs([plotter({})], [job({ id: 'J1' })])
    const [other] = needs([plotter({})], [job({ id: 'J2' }), job({ id: 'J1' })])
    expect(other?.key).toBe(first?.key)
    const met = (...jobs: WireJob[]) => isMetIn({ plotters: [plotter({})], jobs, batches: [], since: 0 })
    expect(met()('sheet:axi:0')).toBe(true)
    expect(met(job({ status: 'queued' }))('sheet:axi:0')).toBe(false)
    expect(met(job({ plot: { plotter: 'other', copies: 1 } }))('sheet:axi:0')).toBe(true)
  })

  it('has a new key for a sheet after each grant', () => {
    const [before] = needs([plotter({ grants: 3 })], [job({})])
    const [after] = needs([plotter({ grants: 4 })], [job({})])
    expect(before?.key).not.toBe(after?.key)
  })

  it('drops an unsent message when its need ends, but keeps a message about a failed job', () => {
    const waiting = takeUp(empty, [need('a'), need('b', 'failed')], channels, 1)
    expect(takeUp(waiting, [], channels, 2).waiting.map(({ need: { key } }) => key)).toEqual(['b'])
  })

  it('gives up a message after more than three days of tries, and waits as long as the receiver asks', () => {
    let outbox = takeUp(empty, [need('a', 'failed')], channels, 0)
    let waited = 0
    for (let tries = 0; outbox.waiting[0] && tries < 50; tries++) {
      const [delivery] = outbox.waiting
      outbox = afterFailure(outbox, delivery, 0, 0.5)
      waited += outbox.waiting[0]?.next ?? 0
    }
    expect(outbox.waiting).toEqual([])
    expect(waited).toBeGreaterThan(3 * 86_400_000)
    const [first] = takeUp(empty, [need('a', 'failed')], channels, 0).waiting
    const again = first && afterFailure(takeUp(empty, [need('a', 'failed')], channels, 0), first, 0, 0.5, 60_000)
    expect(again?.waiting[0]?.next).toBe(60_000)
  })

  it('tries all other messages of a channel immediately when one message has been delivered', () => {
    let outbox = takeUp(empty, [need('a'), need('b'), need('c')], channels, 0)
    for (const delivery of outbox.waiting) outbox = afterFailure(outbox, delivery, 0, 0.5)
    const [first] = outbox.waiting
    const after = first && afterDelivery(outbox, first, 2)
    expect(after?.waiting.map(({ channel, next }) => [channel, next])).toEqual([
      ['push', 5000],
      ['hook', 2],
      ['push', 5000],
      ['hook', 2],
      ['push', 5000],
    ])
  })

  it('sends a message again after a crash only if the receiver recognizes the id, or if the need is a fault', () => {
    let outbox = takeUp(empty, [need('a'), need('f', 'fault')], channels, 1)
    for (const delivery of outbox.waiting) outbox = withDoubt(outbox, delivery)
    expect(afterCrash(outbox, channels).waiting.map(({ channel, need: { key } }) => `${channel} ${key}`)).toEqual([
      'hook a',
      'hook f',
      'push f',
    ])
    const [delivery] = outbox.waiting
    expect(delivery && without(outbox, delivery).waiting).toHaveLength(3)
  })

  it('tries a message at once when a clock that was set back has moved its next try too far away', () => {
    const [delivery] = takeUp(empty, [need('a')], channels, 1_000_000_000_000).waiting
    const outbox = { ...empty, since: 900, waiting: delivery ? [delivery, { ...delivery, id: 'b', next: 1010 }] : [] }
    expect(afterClock(outbox, 1000)).toMatchObject({ since: 900, waiting: [{ next: 1000 }, { next: 1010 }] })
    expect(afterClock({ ...outbox, waiting: [] }, 800)).toMatchObject({ since: 800 })
    const sound = { ...outbox, waiting: outbox.waiting.slice(1) }
    expect(afterClock(sound, 1000)).toBe(sound)
  })

  it('drops, at a start, the messages for a channel that is no longer configured', () => {
    const outbox = takeUp(empty, [need('a')], channels, 1)
    const left = afterCrash(outbox, channels.slice(1))
    expect(left.waiting.map(({ channel }) => channel)).toEqual(['push'])
  })

  it('tries the new messages of a channel first, and then those that failed', () => {
    const outbox = takeUp(empty, [need('a'), need('b'), need('c')], channels, 1)
    const present = new Set(['a', 'b', 'c'])
    const first = firstSendableOf(outbox, 'push', present)
    expect(first?.need.key).toBe('a')
    const later = first && afterFailure(outbox, first, 1, 0.5)
    expect(later && firstSendableOf(later, 'push', present)?.need.key).toBe('b')
    expect(later && firstSendableOf(later, 'hook', new Set(['c']))?.need.key).toBe('c')
    expect(firstSendableOf(outbox, 'other', present)).toBeUndefined()
  })
})
