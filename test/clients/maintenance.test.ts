import { describe, expect, it } from 'vitest'
import { plotterSentence } from '../../clients/cli/ui/sentences.ts'
import { applyEvents, DISCONNECTED } from '../../clients/web/src/state/daemon-state.ts'
import { sentence } from '../../clients/web/src/status/sentence.ts'
import type { WirePlotter } from '../../src/daemon/protocol/index.ts'
import { wireJob, wirePlotter } from '../support/wire.ts'

const maintenance = { reason: 'new belt', by: 'ada', since: 0 }
const gated = wirePlotter({ is: 'idle', ready: false }, { maintenance })
const open = wirePlotter({ is: 'idle', ready: true }, { maintenance, gate: false })
const job = wireJob('a', { status: 'rendered', plot: { plotter: 'axi', copies: 1 } })

describe('a plotter in maintenance', () => {
  it.each([['with its gate on', gated] as const, ['with its gate off', open] as const])(
    '%s asks for no sheet on the command line, and names the command that ends the maintenance',
    (_gate, plotter) => {
      expect(plotterSentence(plotter)).toBe(
        'axi takes no jobs: new belt. `plotd maintenance axi --end` ends the maintenance.',
      )
    },
  )

  it('shows what it still does or holds, and then that it takes no further jobs', () => {
    const tail = ' It takes no further jobs: new belt. `plotd maintenance axi --end` ends the maintenance.'
    expect(plotterSentence({ ...gated, state: { is: 'plotting', job: 'a' } })).toBe(`axi is drawing a.${tail}`)
    expect(plotterSentence({ ...gated, job: 'a' })).toBe(`axi is about to draw a.${tail}`)
    expect(plotterSentence({ ...gated, job: 'a', willPause: true })).toBe(
      `axi will pause before the first stroke of a; \`plotd resume\` ends the pause.${tail}`,
    )
    const interrupted = { job: 'a', title: 'a', done: 1, of: 2 }
    expect(plotterSentence({ ...gated, interrupted })).toMatch(/^axi holds the sheet of .*It takes no further jobs/)
  })

  it('asks for no sheet on the page either', () => {
    const daemonOf = (plotter: WirePlotter) =>
      applyEvents(DISCONNECTED, [{ type: 'snapshot', seq: 1, jobs: [job], total: 1, paused: [], plotters: [plotter] }])
    for (const plotter of [gated, open]) {
      const { text, action } = sentence(daemonOf(plotter))
      expect([text, action]).toEqual([expect.stringContaining('axi is in maintenance: new belt.'), undefined])
    }
  })
})
