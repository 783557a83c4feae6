import { describe, expect, it } from 'vitest'
import { pacedSheet } from '../../../src/daemon/plotting/paced-sheet.ts'
import type { Sheet, SheetEvents } from '../../../src/daemon/plotting/plot-job.ts'
import { Permission } from '../../../src/plotter/link/permission.ts'
import { memoryFrom } from '../../../src/plotter/session/memory.ts'
import { paceFactor } from '../../../src/plotter/session/pace.ts'
import type { PlotOutcome } from '../../../src/plotter/session/state.ts'
import { planOfLines } from '../../support/bench.ts'

const plan = { ...planOfLines([10, 10, 30, 10]), estimate: { seconds: 1000, penDownMm: 1, travelMm: 1, lifts: 1 } }
const told: SheetEvents = {
  begin: async () => new Permission(3000),
  executed: () => {},
  paused: () => {},
  resumed: () => {},
}

/** A sheet that ends like this, and what its plotter remembers from one life to the next. */
function scripted(outcome: PlotOutcome, during: (events: SheetEvents) => void = () => {}) {
  let file: string | undefined
  const memory = memoryFrom(undefined, async (text) => {
    file = text
  })
  const sheet: Sheet = {
    nextSheet: async () => 'ready',
    plot: async (_, __, events) => {
      during(events)
      return outcome
    },
  }
  return { sheet: pacedSheet(sheet, memory), pace: () => paceFactor(memoryFrom(file, async () => {}).pace) }
}

describe('a sheet drawn in one go', () => {
  it('teaches its plotter how long plots take, for the next life of the process too', async () => {
    const { sheet, pace } = scripted({ is: 'finished', seconds: 1200 })
    expect(await sheet.plot(plan, {}, told)).toEqual({ is: 'finished', seconds: 1200 })
    expect(pace()).toBeCloseTo(1320 / 1120, 9)
  })

  it('is told all the same', async () => {
    const heard: string[] = []
    const { sheet } = scripted({ is: 'finished', seconds: 1 }, (events) => {
      events.executed(7)
      events.paused('operator', 'why', 7)
      events.resumed()
    })
    await sheet.plot(
      plan,
      {},
      {
        ...told,
        executed: (count) => heard.push(`${count}`),
        paused: (...why) => heard.push(why.join(' ')),
        resumed: () => heard.push('on'),
      },
    )
    expect(heard).toEqual(['7', 'operator why 7', 'on'])
  })

  it.each([
    ['paused', {}, { is: 'finished', seconds: 1200 }, (events: SheetEvents) => events.paused('operator', undefined, 1)],
    ['begun in the middle', { from: 1 }, { is: 'finished', seconds: 1200 }, undefined],
    ['gone on with within a stroke', { fromMm: 3 }, { is: 'finished', seconds: 1200 }, undefined],
    ['canceled', {}, { is: 'canceled', executed: 1, begun: 1 }, undefined],
  ] as const)('teaches nothing when it was %s', async (_, from, outcome, during) => {
    const { sheet, pace } = scripted(outcome, during)
    await sheet.plot(plan, from, told)
    expect(pace()).toBe(1)
  })
})
