import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io.ts'
import { plural, size, trim } from '../ui/format.ts'
import { plotterSays } from '../ui/sentences.ts'
import { hang } from '../ui/text.ts'

export const plotters = defineCommand({
  about: 'The plotters of the daemon’s configuration, and what each is doing.',
  positionals: {},
  flags: {},
  examples: [['plotters', '']],
  more: 'Add one: plotd serve --plotter axidraw=serial:/dev/ttyACM0, or `plotters` in the configuration.',
  async run(_args, io) {
    const all = await io.daemon.call('plotter.list', {})
    if (io.json) for (const one of all) io.line(one)
    else if (all.length === 0) io.print('No plotter is configured. `plotd ports` shows what is plugged in.')
    else io.print(...all.flatMap((one) => lines(one, io)))
    return 0
  },
})

function lines(plotter: WirePlotter, { paint, textWidth }: Io): string[] {
  const { state, url, profile, widthMm, heightMm, device, pace, position } = plotter
  const says = plotterSays(plotter)
  const colored = state.is === 'fault' ? paint.bad(says) : state.is === 'plotting' ? paint.accent(says) : says
  const facts = [
    profile,
    size(widthMm, heightMm),
    url,
    ...(device ? [device.firmware, ...(device.volts === undefined ? [] : [`${trim(device.volts, 1)} V`])] : []),
    ...(pace ? [`${plural(pace.plots, 'plot')} took ${trim(pace.factor, 2)} × the profile’s time`] : []),
    ...(position ? [`at ${trim(position.x, 1)}, ${trim(position.y, 1)} mm`] : []),
  ]
  return [...hang(colored, textWidth), ...hang(`  ${facts.join('  ·  ')}`, textWidth).map((line) => paint.dim(line))]
}
