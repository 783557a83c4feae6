import type { Config } from '../../../src/daemon/config/config.ts'
import type { ServeOptions } from '../../../src/daemon/main.ts'
import { toPlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { CONFIG, configSources } from '../flags/config-flags.ts'
import { shortId } from '../ui/format.ts'

export const serve = defineCommand({
  about: 'Start the daemon and run it until Ctrl-C. Each sheet waits for `plotd ready`, except with `gate: off`.',
  positionals: {},
  flags: CONFIG,
  examples: [
    ['serve --plotter axidraw=serial:/dev/ttyACM0', 'with an AxiDraw; `plotd ports` shows the port'],
    ['serve --plotter sim=sim:ebb', 'with a simulated plotter'],
    ['serve --plotter a3=serial:/dev/ttyACM0,profile=axidraw-v3-a3', 'another machine (docs/devices.md)'],
  ],
  more: 'Without a terminal, the daemon prints one line of JSON. Ctrl-C finishes the stroke, lifts the pen and stops; a second Ctrl-C lifts the pen at once. Accepted jobs are on the disk either way.',
  async run(args, io) {
    const { serve: start } = await import('../../../src/daemon/main.ts')
    // When the process that started this one is gone, stop as at Ctrl-C.
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
    process.channel?.unref()
    let notifier: Promise<{ close(): Promise<void> } | undefined> | undefined
    let printers: typeof notifier
    const stop = new AbortController()
    const code = await start({
      ...configSources(args),
      onReady: (daemon, { config }) => {
        const { state, output, plotters, notify } = config
        notifier = startNotifier(daemon, notify, state, stop.signal)
        printers = startPrinters(daemon, config, stop.signal)
        const { url, socket, version, recovery } = daemon
        // A service's output is stored in a log, so this line has no link that logs a browser in.
        if (io.json || process.stdout.isTTY !== true) {
          return io.line({ event: 'ready', url, socket, pid: process.pid, version, state, output })
        }
        const { bold, accent } = io.paint
        const plotterList = plotters.map(({ name, url: address }) => `${name} (${address})`).join(', ')
        io.print(
          `${bold('plotd')} listens at ${accent(url)}`,
          `  page      ${daemon.loginLink()}`,
          '            logs one browser in, within ten minutes; `plotd open` makes another link',
          `  output    ${output}`,
          `  state     ${state}`,
          `  plotters  ${plotterList || 'none: `plotd ports` finds one, --plotter NAME=URL adds it'}`,
          ...recovery.interrupted.map(
            (id) => `  cut off   ${shortId(id)}: \`plotd resume ${shortId(id)}\` continues it`,
          ),
        )
      },
    })
    // A notifier or printer that has no connection waits for the daemon. The abort ends this wait, so that this process
    // can end.
    stop.abort()
    try {
      await (await notifier)?.close()
    } finally {
      await (await printers)?.close()
    }
    return code
  },
})

type StartedDaemon = Parameters<NonNullable<ServeOptions['onReady']>>[0]

/**
 * Starts the notifier in this process, as a client of the daemon. When the configuration has neither channels nor MQTT,
 * the modules of the notifier are not loaded.
 */
async function startNotifier(
  { url, socket }: StartedDaemon,
  notify: Config['notify'],
  state: string,
  stop: AbortSignal,
) {
  if (notify.channels.length === 0 && notify.mqtt === undefined) return undefined
  const log = (message: string) => process.stderr.write(`notify: ${message}\n`)
  try {
    const [{ connectAsMaster }, { Notifier }] = await Promise.all([
      import('../../node/connect.ts'),
      import('../../notify/index.ts'),
    ])
    const client = await connectAsMaster(stop, { url, socket, state })
    return await Notifier.open({ client, notify, state, log, page: url })
  } catch (thrown) {
    if (!stop.aborted) log(`plotd sends no messages: ${toPlotdError(thrown).message}`)
    return undefined
  }
}

/** Starts the printers in this process, as a client of the daemon. */
async function startPrinters(daemon: StartedDaemon, config: Config, stop: AbortSignal) {
  if (!config.printer.enabled) return undefined
  const log = (message: string) => process.stderr.write(`printer: ${message}\n`)
  try {
    const { openPrinters } = await import('../../printer/index.ts')
    const printers = await openPrinters(daemon, config, log, stop)
    log(`listens at ${printers.url}`)
    return printers
  } catch (thrown) {
    if (!stop.aborted) log(toPlotdError(thrown).message)
    return undefined
  }
}
