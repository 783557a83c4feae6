import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Grant, nextGrant, permits, wantsFeeding } from '../../../src/plotter/session/grant.ts'
import { runs } from '../../support/fuzz.ts'

/** Events that may happen to a plotter with a feeder, in any order. */
const EVENTS = [
  ...['button', 'sheets', 'sheets to feed', 'feed', 'feed', 'jam', 'begin', 'begin', 'begin'],
  ...['drawn', 'drawn', 'cut off', 'unplugged', 'crash', 'unready', 'fault'],
] as const

const step = fc.record({
  event: fc.constantFrom(...EVENTS),
  job: fc.constantFrom('A', 'B', 'C'),
  sheets: fc.integer({ min: 1, max: 3 }),
})

/** The paper, which is no part of the state machine of grants. */
interface Bed {
  paper: 'fresh' | 'used'
  /** The job that the feeder brought the sheet for. */
  fedFor?: string
}

it('in any order of events no sheet is begun without a grant, and no grant serves more sheets than it permits', () => {
  let begun = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 4, maxLength: 24 }), (steps) => {
      let grant: Grant | undefined
      const bed: Bed = { paper: 'used' }
      /** Sheets that the last grant still permits. */
      let allowed = 0
      let onlyFor: string | undefined
      let isDrawing = false
      const apply = (event: Parameters<typeof nextGrant>[1]) => {
        grant = nextGrant(grant, event).grant
      }
      const end = (why: 'the link was lost' | 'plotd stopped' | 'taken back' | 'the plotter is in fault') => {
        apply({ type: 'void', why })
        allowed = 0
      }
      for (const { event, job, sheets } of steps) {
        if (event === 'button' || event === 'sheets' || event === 'sheets to feed') {
          if (isDrawing) continue
          const isFresh = event !== 'sheets to feed'
          const purpose = event === 'button' ? { job, title: job } : { sheets, of: sheets }
          const sheet = { is: isFresh ? 'fresh' : 'used' } as const
          apply({ type: 'given', grant: { by: 'a', since: 0, until: 1, for: purpose, sheet } })
          allowed = event === 'button' ? 1 : sheets
          onlyFor = event === 'button' ? job : undefined
          Object.assign(bed, { paper: isFresh ? 'fresh' : 'used', fedFor: undefined })
        } else if (event === 'feed' && wantsFeeding(grant) && !isDrawing) {
          Object.assign(bed, { paper: 'fresh', fedFor: job })
          apply({ type: 'fed', job })
        } else if (event === 'jam' && wantsFeeding(grant) && !isDrawing) {
          apply({ type: 'void', why: 'the feeder failed' })
          allowed = 0
        } else if (event === 'begin' && !isDrawing && permits(grant, job)) {
          expect(allowed).toBeGreaterThan(0)
          expect(bed.paper).toBe('fresh')
          if (onlyFor !== undefined) expect(job).toBe(onlyFor)
          if (bed.fedFor !== undefined) expect(job).toBe(bed.fedFor)
          apply({ type: 'begun' })
          allowed--
          bed.paper = 'used'
          isDrawing = true
          begun++
        } else if (event === 'drawn' && isDrawing) {
          apply({ type: 'drawn', isFinished: true })
          isDrawing = false
        } else if (event === 'cut off' && isDrawing) {
          apply({ type: 'drawn', isFinished: false })
          allowed = 0
          isDrawing = false
        } else if (event === 'unplugged' || event === 'crash' || event === 'fault') {
          end(
            event === 'unplugged'
              ? 'the link was lost'
              : event === 'crash'
                ? 'plotd stopped'
                : 'the plotter is in fault',
          )
          isDrawing = false
        } else if (event === 'unready') end('taken back')
        // The sheets left in the grant are those that the model still permits.
        expect(grant === undefined ? 0 : 'job' in grant.for ? 1 : grant.for.sheets).toBe(allowed)
      }
    }),
    runs(100_000, 5000),
  )
  expect(begun).toBeGreaterThan(1000)
})
