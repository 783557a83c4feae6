import type { WireJob, WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'
import { allJobs } from '../../node/all-jobs.ts'
import { defineCommand } from '../args/command.ts'
import { EXIT } from '../errors/exit-codes.ts'
import type { Daemon } from '../io/daemon.ts'
import type { Io } from '../io/io.ts'
import { farmLines, hostLines } from '../ui/farm-grid.ts'
import { plural } from '../ui/format.ts'
import { plotterName } from './plotter.ts'

const ACTIONS = ['show', 'hosts', 'forget', 'ready', 'unready', 'pause', 'resume'] as const

/** The flags that select plotters. */
interface Selection {
  readonly room: string | undefined
  readonly tag: string | undefined
  readonly host: string | undefined
}

export const farm = defineCommand({
  about:
    'Show all plotters of all hosts that share the queue: first those that need you, then all by room. Or command many ' +
    'plotters at once.',
  positionals: {
    action: { type: 'string', choices: ACTIONS, describe: 'what to do; without it, show the farm' },
    name: { type: 'string', describe: 'forget: the host that does not come back' },
  },
  flags: {
    room: { type: 'string', describe: 'only plotters in this room', requiresArg: true },
    tag: { type: 'string', describe: 'only plotters with this tag', requiresArg: true },
    host: { type: 'string', describe: 'only plotters of this host', requiresArg: true },
    sheets: { type: 'number', describe: 'ready: number of sheets for each plotter', requiresArg: true },
  },
  examples: [
    ['farm', ''],
    ['farm hosts', 'which hosts answer'],
    ['farm ready --room hall --sheets 10', 'fresh sheets are down on all plotters in the hall'],
    ['farm pause --tag gold', 'pens up at the end of the stroke'],
    ['farm forget west', 'a host that does not come back'],
  ],
  more: 'Hosts share a queue when their configuration names the same database: docs/studio.md.',
  async run({ action = 'show', name, sheets, room, tag, host }, io) {
    const { daemon } = io
    if (action === 'forget') return forget(daemon, name, io)
    const { hosts } = await daemon.call('host.list', {})
    if (action === 'hosts') {
      io.answer(hosts, () => hostLines(hosts, io.width))
      return 0
    }
    const plotters = selectPlotters(await daemon.call('plotter.list', {}), { room, tag, host })
    if (action === 'show') {
      const status = ['plotting', 'paused', 'interrupted', 'started', 'rendered', 'queued'] as const
      const jobs: WireJob[] = []
      for await (const job of allJobs(daemon, { status: [...status], sort: 'queue' })) jobs.push(job)
      io.answer({ hosts, plotters }, () => farmLines({ hosts, plotters, jobs }, io.paint, io.width))
      return 0
    }
    return onEach(daemon, action, plotters, sheets, io)
  },
})

export const maintenance = defineCommand({
  about:
    'Take a plotter out of service for a reason, or put it back into service. Out of service, a plotter finishes its ' +
    'present sheet, also when `plotd resume` continues an interrupted plot, and starts no further job. Commands such ' +
    'as `plotd jog` still move its carriage.',
  positionals: {
    plotter: { type: 'string', describe: 'name of the plotter' },
    reason: { type: 'string', array: true, describe: 'why; everybody sees it' },
  },
  flags: { end: { type: 'boolean', default: false, describe: 'back into service' } },
  examples: [
    ['maintenance axidraw new belt', ''],
    ['maintenance axidraw --end', 'back into service'],
  ],
  async run({ plotter, reason = [], end }, io) {
    const why = reason.join(' ')
    if (end === (why !== '')) throw new PlotdError('ERR_PARAMS', 'maintenance: expected a reason, or --end')
    if (['on', 'off', 'end'].includes(why)) {
      const message = `maintenance: ${why} is no reason: write why the plotter is out of service, or --end to put it back`
      throw new PlotdError('ERR_PARAMS', message)
    }
    const name = await plotterName(io.daemon, plotter)
    const answer = await io.daemon.call('plotter.maintenance', { name, ...(end ? {} : { reason: why }) })
    const words = end
      ? `${name} is back in service.`
      : `${name} takes no jobs: ${why}. \`plotd maintenance ${name} --end\` ends the maintenance.`
    io.answer(answer, () => words)
    return 0
  },
})

function selectPlotters(plotters: readonly WirePlotter[], { room, tag, host }: Selection): readonly WirePlotter[] {
  const some = plotters.filter(
    (candidate) =>
      (room === undefined || candidate.room === room) &&
      (tag === undefined || candidate.tags?.includes(tag) === true) &&
      (host === undefined || candidate.host === host),
  )
  if (some.length > 0 || plotters.length === 0) return some
  throw new PlotdError('ERR_PLOTTER_UNKNOWN', 'no plotter matches the flags --room, --tag and --host', {
    room,
    tag,
    host,
  })
}

async function forget(daemon: Daemon, name: string | undefined, io: Io): Promise<number> {
  if (name === undefined)
    throw new PlotdError('ERR_PARAMS', 'forget: expected the name of a host; `plotd farm hosts` lists the hosts')
  await daemon.call('host.forget', { name })
  io.answer({ forgotten: name }, () => `Host ${name} is forgotten. When it starts again, it appears again.`)
  return 0
}

/** Sends the command to all plotters. A refusal of one plotter stops no other request. @returns the exit code */
async function onEach(
  daemon: Daemon,
  action: 'ready' | 'unready' | 'pause' | 'resume',
  plotters: readonly WirePlotter[],
  sheets: number | undefined,
  io: Io,
): Promise<number> {
  const outcomes = await Promise.all(
    plotters.map(async ({ name }) => {
      try {
        const more = action === 'ready' ? { sheets: sheets ?? 1 } : {}
        await daemon.call(`plotter.${action}`, { name, ...more })
        return { name }
      } catch (thrown) {
        const { code, message } = toPlotdError(thrown)
        return { name, code, message }
      }
    }),
  )
  const refused = outcomes.filter((outcome) => 'code' in outcome)
  io.answer(outcomes, () =>
    [
      `${action}: ${plural(outcomes.length - refused.length, 'plotter')}`,
      ...refused.map(({ name, message }) => `  not ${name}: ${message}`),
    ].join('\n'),
  )
  return refused.length === 0 ? 0 : EXIT.state
}
