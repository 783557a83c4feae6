/**
 * The room `daemon`: the process (`main`), its parts (this file) and their end (`running`). `farm-parts` has the parts
 * for other hosts. The rest is in rooms of its own: `server` takes messages, `methods` answers them, `plotting` draws,
 * `render` runs the threads.
 */
import { join } from 'node:path'
import type { Logger } from 'pino'
import { messageOf, PlotdError, toPlotdError } from '../errors.ts'
import { DEFAULT_FONT, forgetReported, loadFont } from '../hershey/index.ts'
import { makeFolder, type OpenedSpool, openStore, type SpoolOptions, writeDurably } from '../spool/index.ts'
import { packageVersion } from '../threads.ts'
import { LoginCodes, openTokens, type Tokens } from './auth/index.ts'
import { type Config, hostName } from './config/schema.ts'
import { loadCatalog } from './custom-tasks/index.ts'
import { Batches, Hub, keepJobLog, Metrics } from './events/index.ts'
import { farmTokens, forwarding } from './farm/index.ts'
import { FarmParts } from './farm-parts.ts'
import { NamedUploads, removeOldPlans, schedulePlanRemoval, scheduleUploadRemoval, Uploads } from './files/index.ts'
import { NO_INHIBITOR, sleepInhibitor } from './host/index.ts'
import { allHandlers, loginLink } from './methods/index.ts'
import { followFonts } from './own-fonts.ts'
import { Dispatcher, machinesBehind, openStations, type Station } from './plotting/index.ts'
import type { WirePlotter } from './protocol/index.ts'
import { checkFolder, checkStateFolder } from './protocol/private-files.ts'
import { planOfJob, type ThreadPoolOptions, ThreadPools } from './render/index.ts'
import { daemonFile, end, type Running } from './running.ts'
import { exposureWarning, listen, pageAddress, rpc, socketPath } from './server/index.ts'

export interface Daemon {
  readonly url: string
  /** Path of the socket file; undefined where there is none. */
  readonly socket: string | undefined
  readonly version: string
  /** The master token, as it was at the start. */
  readonly token: string
  /** The address of the page with a login code of the master token, for one use within ten minutes. */
  loginLink(): string
  /** The jobs whose rendering or plot was cut off when the daemon last ended; also the upgrade of the store, if any. */
  readonly recovery: OpenedSpool['recovery']
  /**
   * Ends the daemon. First each plotter finishes its stroke and lifts the pen. With `now`, each plotter lifts the pen
   * at once.
   *
   * @throws the first error of a part that could not end
   */
  close(options?: { readonly now?: boolean }): Promise<void>
}

export type DaemonParts = Pick<SpoolOptions, 'disk'> &
  Pick<ThreadPoolOptions, 'newPool'> & { readonly spool?: OpenedSpool }

/**
 * Starts all parts: the spool, the threads, the plotters' links, the server. When a step fails, `startDaemon` ends the
 * parts that already run.
 *
 * @param parts  parts to use in place of the daemon's own: the spool or its disk, and the thread pools
 * @throws PlotdError ERR_STATE_UNSAFE, ERR_STATE_LOCKED, ERR_SPOOL_DAMAGED, ERR_SPOOL_NEWER, ERR_SPOOL_WRITE,
 *   ERR_CONFIG, ERR_FILE
 */
export async function startDaemon(config: Config, log: Logger, parts: DaemonParts = {}): Promise<Daemon> {
  await checkFolder(config.state)
  await prepareFolder('state', config.state, 0o700)
  await checkStateFolder(config.state)
  await prepareFolder('output', config.output, 0o777)
  const exposure = exposureWarning(config)
  if (exposure) log.warn(exposure)
  // The inhibitor forks a shell. A fork copies the page table of the process, and is quick while the table is small.
  const inhibitor = config.plotters.length > 0 ? sleepInhibitor(warnOfSleep(log)) : NO_INHIBITOR
  const metrics = new Metrics()
  const disk = metrics.watchedDisk(parts.disk)
  const opening = parts.spool
    ? Promise.resolve(parts.spool)
    : openStore({
        folder: join(config.state, 'spool'),
        url: config.spool,
        host: hostName(config),
        retention: config.retention,
        disk,
        warn: (message: string) => log.warn(message),
      })
  opening.catch(() => inhibitor.close())
  const { newPool } = parts
  const running: Running = { config, metrics, inhibitor, spool: await opening, ...(newPool && { newPool }) }
  try {
    return await start(running, log)
  } catch (error) {
    await end(running, true).catch((endError: unknown) =>
      log.error({ error: endError }, 'an error while plotd stopped'),
    )
    throw error
  }
}

const warnOfSleep = (log: Logger) => (why: string) =>
  log.warn({ why }, 'no sleep inhibitor is available: the computer may suspend during a plot')

async function prepareFolder(key: 'state' | 'output', folder: string, mode: number): Promise<void> {
  await makeFolder(folder, mode).catch((cause: unknown) => {
    const why = messageOf(cause)
    throw new PlotdError('ERR_CONFIG', `${key}: the folder ${folder} could not be made: ${why}`, { key, folder }, cause)
  })
}

async function start(running: Running, log: Logger): Promise<Daemon> {
  const { config, spool } = running
  // The open spool holds a lock in the state folder, so no other daemon writes tokens there.
  const sharedTokens = spool.farm && farmTokens(spool.farm)
  const { tokens, master } = await openTokens(config.state, sharedTokens)
  if (spool.farm) tokens.admitHosts(spool.farm.secret)
  sharedTokens?.onChange(
    (others) => tokens.replaceOthers(others),
    (error) => log.warn({ error }, 'the tokens of the farm could not be read'),
  )
  for (const font of USUAL_FONTS) loadFont(font)
  if (config.fonts !== undefined) {
    running.endFonts = await followFonts(config.fonts, log, (fonts) => {
      forgetReported()
      running.hub?.fontsChanged(fonts)
    })
  }
  const services = await openJobServices(running, log)
  const codes = new LoginCodes(tokens)
  const { url, socket } = await openServer(running, services, { tokens, codes }, log)
  await services.farm.publish(url)
  await services.dispatcher.start()
  spool.onStore((store) => {
    if (store.is === 'here') {
      delete running.away
      log.warn('the store is back')
      services.dispatcher.wake()
      return
    }
    running.away = store.why.message
    log.error({ error: store.why }, 'the store failed: nothing new is accepted, and plotters stop with the pen up')
  })
  await writeDurably(daemonFile(config), JSON.stringify({ url, socket, pid: process.pid, startedAt: Date.now() }))
  return {
    url,
    socket,
    version: packageVersion(),
    token: master,
    loginLink: () => loginLink(pageAddress(url), codes.issue(tokens.master).code),
    recovery: spool.recovery,
    close: ({ now = false } = {}) => end(running, now),
  }
}

/**
 * The shipped fonts that the main thread reads at its start, because most jobs use them. Later, reading a font would
 * block the main thread for 20 ms. So a thread checks the first texts in any other shipped font.
 */
const USUAL_FONTS = [DEFAULT_FONT, 'EMSReadability', 'EMSAllure']

type JobServices = Awaited<ReturnType<typeof openJobServices>>

/** Opens the services that work on jobs: tasks, threads, plotters. */
async function openJobServices(running: Running, log: Logger) {
  const { config, spool, metrics, inhibitor, newPool } = running
  const catalog = await loadCatalog(config, log)
  const stations: Station[] = []
  const uploads = await Uploads.open(join(config.state, 'uploads'), config.limits)
  const farm = new FarmParts({
    config,
    farm: spool.farm,
    uploads,
    log,
    version: packageVersion(),
    changed: (plotter: WirePlotter) => hub.otherPlotterChanged(plotter),
    removed: (plotter: string) => hub.otherPlotterRemoved(plotter),
  })
  running.farm = farm
  const { host } = farm
  const machines = (plotter: string) => [...machinesBehind(stations, plotter), ...farm.machines(plotter)]
  const threads = new ThreadPools(config, catalog, machines, { ...farm.threadOptions, ...(newPool && { newPool }) })
  const dispatcher = new Dispatcher({
    pens: config.pens,
    spool,
    threads,
    stations,
    host,
    workers: threads.workers,
    log,
    tasks: () => farm.tasks(),
    elsewhere: (plotter) => farm.machines(plotter),
  })
  running.dispatcher = dispatcher
  await removeOldPlans(threads.plans, spool).catch((error: unknown) =>
    log.warn({ error: toPlotdError(error) }, 'old plans could not be removed'),
  )
  const isPaused = (plotter: string) => hub.paused.includes(plotter) || hub.paused.includes('')
  const view = (station: Station) => station.view(isPaused(station.name))
  const hub: Hub = new Hub(spool, () => [...stations.map(view), ...(farm.peers?.plotters ?? [])])
  running.hub = hub
  await hub.start()
  await spool.subscribe((event) => metrics.spoolEvent(event))
  await keepJobLog(spool, spool.recovery.interrupted)
  const logOffline = offlineLog(log)
  const changed = (station: Station, onlyMoved: boolean) => {
    if (!running.ending) logOffline(station)
    metrics.plotterState(station.name, station.state)
    hub.plotterChanged(view(station), onlyMoved)
  }
  const stationParts = { config, host, inFarm: spool.farm !== undefined, spool, threads, log, wakeLock: inhibitor.lock }
  await openStations({ ...stationParts, changed, isPaused }, stations)
  await farm.connect(catalog, stations.map(view))
  const batches = new Batches(spool)
  return { catalog, stations, uploads, threads, dispatcher, hub, batches, view, farm, machines }
}

/** Logs why a plotter is offline: when the plotter goes offline, and when the reason changes. */
function offlineLog(log: Logger): (station: Station) => void {
  const reasons = new Map<string, string>()
  return ({ name, state }) => {
    if (state.is !== 'offline') reasons.delete(name)
    else if (reasons.get(name) !== state.why) {
      reasons.set(name, state.why)
      log.warn({ plotter: name, why: state.why }, 'the plotter is offline; plotd tries again')
    }
  }
}

interface Auth {
  readonly tokens: Tokens
  readonly codes: LoginCodes
}

/** Opens the parts that answer clients: the methods and the server. */
async function openServer(running: Running, services: JobServices, auth: Auth, log: Logger) {
  const { config, spool, metrics } = running
  const { threads, stations, hub, uploads, farm, machines } = services
  const onBug = (error: PlotdError, method: string) => log.error({ error, method }, 'a bug: the call failed')
  const namedUploads = await NamedUploads.open(join(config.state, 'uploads-named.json'))
  const endRemovals = [
    scheduleUploadRemoval(uploads, spool, namedUploads, config.retention.uploadDays, log),
    schedulePlanRemoval(threads.plans, spool, () => farm.removeOldCopies(), log),
  ]
  running.endRemovals = () => {
    for (const end of endRemovals) end()
  }
  const page = () => pageAddress(running.server?.url ?? '')
  const localHandlers = allHandlers({ config, ...auth, page, spool, ...services, hosts: farm.hosts })
  const isHere = (plotter: string) => stations.some(({ name }) => name === plotter)
  const handlers = farm.peers ? forwarding(localHandlers, { peers: farm.peers, spool, isHere }) : localHandlers
  running.server = await listen({
    config,
    socket: socketPath(config.state),
    ...auth,
    rpc: rpc(handlers, config.limits, onBug),
    hub,
    uploads,
    plan: planOfJob(spool, threads, (plotter) => machines(plotter)[0]?.profile),
    findOutput: (path) => farm.findOutput(path),
    hostFiles: farm.hostFiles,
    health: {
      metrics: () =>
        metrics.text(spool, spool.farm && { host: farm.host, isFirst: farm.isFirst, lockUse: spool.farm.lockUse }),
      away: () => running.away,
    },
    log,
    onBug,
  })
  return running.server
}
