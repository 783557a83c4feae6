import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Need } from '../../clients/notify/needs.ts'
import {
  afterCrash,
  afterDelivery,
  afterFailure,
  emptyOutbox,
  type Outbox,
  takeUp,
  withDoubt,
} from '../../clients/notify/outbox.ts'
import { runs } from '../support/fuzz.ts'

const HOUR_MS = 3_600_000
const CHANNELS = [{ name: 'hook', events: ['failed', 'fault'], hasIds: true }] as const
const need = (n: number): Need => ({ key: `failed:${n}`, kind: 'failed', title: `${n}`, text: `${n}` })

/** Places at which the process may end. Only the state on the disk outlives it. */
const PLACES = ['before taking up', 'before sending', 'after sending', 'after recording'] as const

const night = fc.record({
  kills: fc.array(fc.record({ at: fc.constantFrom(...PLACES), steps: fc.integer({ min: 0, max: 6 }) }), {
    minLength: 50,
    maxLength: 50,
  }),
  down: fc.integer({ min: 0, max: 2 * HOUR_MS }),
  jitter: fc.integer({ min: 0, max: 100 }),
})

it('the outbox loses no message over 50 kills and an hour without a receiver, and repeats only messages whose delivery a kill left unrecorded', () => {
  fc.assert(
    fc.property(night, ({ kills, down, jitter }) => {
      let disk: Outbox = emptyOutbox(0)
      let now = 0
      const received = new Map<string, number>()
      const inDoubt = new Set<string>()
      const needs: Need[] = []
      const isDown = () => now >= down && now < down + HOUR_MS
      /** Runs the notifier once, until no message waits or `kill` ends the run. */
      const run = (kill: { at: (typeof PLACES)[number]; steps: number } | undefined): void => {
        let outbox = afterCrash(disk, CHANNELS)
        disk = outbox
        let steps = kill?.steps ?? Infinity
        if (kill?.at === 'before taking up' && steps === 0) return
        outbox = takeUp(outbox, needs, CHANNELS, now)
        disk = outbox
        while (outbox.waiting.length > 0) {
          const [delivery] = [...outbox.waiting].sort((a, b) => a.next - b.next)
          if (!delivery) return
          now = Math.max(now, delivery.next)
          const isLast = --steps < 0
          if (isLast && kill?.at === 'before sending') return
          outbox = withDoubt(outbox, delivery)
          disk = outbox
          const isDelivered = !isDown()
          if (isDelivered) received.set(delivery.id, (received.get(delivery.id) ?? 0) + 1)
          if (isLast && kill?.at === 'after sending') {
            if (isDelivered) inDoubt.add(delivery.id)
            return
          }
          const [next] = outbox.waiting.filter(({ id }) => id === delivery.id)
          if (!next) throw new Error('the outbox has lost a delivery')
          outbox = isDelivered ? afterDelivery(outbox, next, now) : afterFailure(outbox, next, now, jitter / 100)
          disk = outbox
          if (isLast) return
        }
      }
      for (const [n, kill] of kills.entries()) {
        needs.push(need(n))
        run(kill)
        now += HOUR_MS / 20
      }
      run(undefined)
      expect(received.size).toBe(needs.length)
      for (const [id, times] of received) if (!inDoubt.has(id)) expect(times).toBe(1)
    }),
    runs(300, 30),
  )
})
