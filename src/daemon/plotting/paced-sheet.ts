import type { PlotterMemory } from '../../plotter/session/memory.ts'
import { afterPlot } from '../../plotter/session/pace.ts'
import type { Sheet } from './plot-job.ts'

/** A sheet whose plotter learns from it how long its plots take, when it was drawn in one go. */
export function pacedSheet(sheet: Sheet, memory: PlotterMemory): Sheet {
  return {
    nextSheet: (signal) => sheet.nextSheet(signal),
    async plot(plan, from, told) {
      let inOneGo = (from.from ?? 0) === 0 && (from.fromMm ?? 0) === 0
      const outcome = await sheet.plot(plan, from, {
        begin: (stroke) => told.begin(stroke),
        executed: (count) => told.executed(count),
        resumed: () => told.resumed(),
        paused: (why, prompt, begun) => {
          inOneGo = false
          told.paused(why, prompt, begun)
        },
      })
      if (outcome.is === 'finished' && inOneGo) {
        const pace = afterPlot(memory.pace, plan.estimate.seconds, outcome.seconds)
        if (pace !== undefined) memory.pace = pace
        await memory.save().catch(() => {}) // the next plot will tell the same
      }
      return outcome
    },
  }
}
