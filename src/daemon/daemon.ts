import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { PlotdError } from '../errors.ts'
import { addFontFolder } from '../hershey/index.ts'
import { type EmbeddedSpool, makeFolder, openSpool, type SpoolOptions, writeDurably } from '../spool/index.ts'
import { packageRoot } from '../threads.ts'
import type { Config } from './config-schema.ts'
import { keepDiary } from './diary.ts'
import { Dispatcher, machineBehind } from './dispatcher.ts'
import { jobHandlers } from './handlers-jobs.ts'
import { plotterHandlers } from './handlers-plotters.ts'
import { serverHandlers } from './handlers-server.ts'
import { tokenHandlers } from './handlers-tokens.ts'
import { Hub } from './hub.ts'
import { openKeys } from './key-files.ts'
import type { Keys } from './keys.ts'
import { exposure } from './listener.ts'
import { machineOf } from './machine.ts'
import { Metrics } from './metrics.ts'
import { type Offer, openOffer } from './offer.ts'
import { removeOldPlans } from './old-plans.ts'
import { keepUploadsFew } from './old-uploads.ts'
import { hasOutput } from './output-file.ts'
import { planOfJob } from './plan-of-job.ts'
import { plotterMemory } from './plotter-memory.ts'
import { DAEMON_FILE } from './protocol/places.ts'
import { rpc } from './rpc.ts'
import { listen } from './server.ts'
import { Station } from './station.ts'
import { Uploads } from './uploads.ts'
import { NO_WAKE_LOCKS, type WakeKeeper, wakeKeeper } from './wake-keeper.ts'
import { Workshop } from './workshop.ts'

export interface Daemon {
  readonly url: string
  /** The master token, as it was at the start. */
  readonly token: string
  /** What the start found: renders done again, plots that were cut. */
  readonly recovery: EmbeddedSpool['recovery']
  /** Plotters finish their stroke and lift the pen. With `now`, they lift it at once. */
  close(options?: { readonly now?: boolean }): Promise<void>
}

async function folderOf(key: 'state' | 'output', folder: string, mode: number): Promise<void> {
  await makeFolder(folder, mode).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new PlotdError('ERR_CONFIG', `${key}: the folder ${folder} could not be made: ${why}`, { key, folder }, cause)
  })
}

/**
 * Starts everything: the spool, the threads, the plotters' links, the server. Nothing plots by itself.
 *
 * @param on  what the spool keeps its files on, when that is not the system's disk
 * @throws PlotdError ERR_STATE_LOCKED, ERR_SPOOL_DAMAGED, ERR_CONFIG, ERR_FILE
 */
export async function startDaemon(config: Config, log: Logger, on: Pick<SpoolOptions, 'disk'> = {}): Promise<Daemon> {
  await folderOf('state', config.state, 0o700)
  await folderOf('output', config.output, 0o777)
  const exposed = exposure(config)
  if (exposed) log.warn(exposed)
  // First of all, while the process is small.
  const awake = config.plotters.length > 0 ? wakeKeeper(sleepy(log)) : NO_WAKE_LOCKS
  const metrics = new Metrics()
  const disk = metrics.watchedDisk(on.disk)
  const opening = openSpool(join(config.state, 'spool'), { retention: config.retention, ...on, disk })
  opening.catch(() => awake.close())
  const spool = await opening
  let offer: Offer | undefined
  try {
    // The spool's lock is held: nobody else makes a token, or copies tasks into the state folder.
    const { keys, master } = await openKeys(config.state)
    takeOwnFonts(config, log)
    offer = await openOffer(config, log)
    return await startOn(spool, { config, log, keys, master, offer, metrics, awake })
  } catch (error) {
    awake.close()
    await offer?.close()
    await spool.close()
    throw error
  }
}

const sleepy = (log: Logger) => (why: string) =>
  log.warn({ why }, 'there is no lock that keeps this computer from falling asleep while a plotter draws')

/** Fonts of the person's own, for the thread that listens: it looks up what becomes of characters. */
function takeOwnFonts({ fonts: folder }: Config, log: Logger): void {
  if (folder === undefined) return
  const { fonts, problems } = addFontFolder(folder)
  if (fonts.length > 0) log.info({ fonts: fonts.map(({ name }) => name) }, 'own fonts')
  for (const { file, error } of problems) log.warn({ code: error.code, file }, `own font: ${error.message}`)
}

interface Base {
  readonly config: Config
  readonly log: Logger
  readonly keys: Keys
  readonly master: string
  readonly offer: Offer
  readonly metrics: Metrics
  readonly awake: WakeKeeper
}

async function startOn(spool: EmbeddedSpool, base: Base): Promise<Daemon> {
  const { config, log, keys, master, offer, metrics, awake } = base
  const machines = config.plotters.map((plotter) => ({ config: plotter, profile: machineOf(plotter.profile) }))
  const stations: Station[] = []
  const workshop = new Workshop(config, offer.now, machineBehind(stations))
  const dispatcher = new Dispatcher({ spool, workshop, stations, workers: workshop.workers, log })
  const view = (station: Station) => station.view(hub.paused.includes(station.name) || hub.paused.includes(''))
  await removeOldPlans(workshop.plans, spool)
  const hub: Hub = new Hub(spool, () => stations.map(view))
  await hub.start()
  await spool.subscribe((event) => metrics.spoolEvent(event))
  await keepDiary(spool, spool.recovery.interrupted)
  for (const machine of machines) {
    const changed = (onlyMoved: boolean) => {
      metrics.plotterState(station.name, station.state)
      hub.plotterChanged(view(station), onlyMoved)
    }
    const memory = await plotterMemory(config.state, machine.config.name)
    const owner = join(config.state, machine.config.name)
    const station: Station = new Station({
      ...machine,
      owner,
      spool,
      workshop,
      log,
      memory,
      changed,
      wakeLock: awake.lock,
    })
    stations.push(station)
  }
  const handlers = {
    ...jobHandlers({
      spool,
      tasks: offer.now,
      control: dispatcher,
      timeoutMs: config.render.timeout,
      acceptCustom: (jobs) => workshop.accept(jobs),
      admit: (jobs) => workshop.admit(jobs),
      hasOutput: (path) => hasOutput(config.output, path),
      check: (asked) => workshop.check(asked),
    }),
    ...plotterHandlers(spool, dispatcher, stations, view),
    ...tokenHandlers(keys),
    ...serverHandlers({
      spool,
      hub,
      tasks: offer.now,
      config,
      version: version(),
      preview: (asked, { gone }) => {
        if (asked.plot && asked.plot.plotter !== 'any') dispatcher.checkPlot(asked.plot)
        return workshop.preview(asked, gone)
      },
      checkPlotter: (name) => void dispatcher.station(name),
    }),
  }
  const onBug = (error: PlotdError, method: string) => log.error({ error, method }, 'a bug')
  const uploads = await Uploads.open(join(config.state, 'uploads'), config.limits)
  const endUploads = keepUploadsFew(uploads, spool, config.retention.uploadDays, log)
  const plan = planOfJob(spool, workshop, (plotter) => machineBehind(stations)(plotter)?.profile)
  let away: string | undefined
  void spool.failed.then(({ message }) => {
    away = message
  })
  const health = { metrics: () => metrics.text(spool), away: () => away }
  const parts = { config, keys, rpc: rpc(handlers, config.limits, onBug), hub, uploads, plan, health, log, onBug }
  const server = await listen(parts).catch(async (error: unknown) => {
    await dispatcher.stop(true)
    throw error
  })
  await dispatcher.start()
  void spool.failed.then((error) => {
    log.error({ error }, 'the disk failed: nothing new is accepted, and plotters stop with the pen up')
  })
  const daemonFile = join(config.state, DAEMON_FILE)
  await writeDurably(daemonFile, JSON.stringify({ url: server.url, pid: process.pid, startedAt: Date.now() }))
  return {
    url: server.url,
    token: master,
    recovery: spool.recovery,
    async close({ now = false } = {}) {
      away = 'stopping'
      endUploads()
      await dispatcher.stop(now)
      awake.close()
      await server.close()
      // Only now: what was rendered until here was imported from its copies.
      await offer.close()
      hub.close()
      metrics.close()
      await spool.close()
      await rm(daemonFile, { force: true })
    },
  }
}

const version = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version
