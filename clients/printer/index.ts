/**
 * The room `printer` answers IPP (RFC 8010, RFC 8011) and queues the documents. The room is an ordinary client
 * of the protocol, and `plotd serve` runs this client in the daemon's process. `ipp` reads and writes messages,
 * `operations` answers requests, `jobs` keeps the print jobs, and `http` is the server. Import from this file.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { Config } from '../../src/daemon/config/config.ts'
import { hostInUrl } from '../../src/daemon/protocol/host-names.ts'
import { PlotdError, toPlotdError } from '../../src/errors.ts'
import { connectUntil } from '../node/connect.ts'
import type { PlotdClient } from '../node/index.ts'
import { Callers } from './callers.ts'
import { type Announcement, announce, announcementOf } from './discovery.ts'
import { closeServer, httpServer } from './http.ts'
import { JobFile, storedUuid } from './job-file.ts'
import { PrintJobs } from './jobs.ts'
import { Operations } from './operations.ts'
import { type Identity, printerAttributes } from './printer-attributes.ts'
import { Watch } from './watch.ts'

/** The clients that the printers use, and the configuration of the printers. */
export interface PrintersOptions {
  /** A client of the daemon with at least the role `own`. The printers close it. */
  readonly client: PlotdClient
  /** A client that may change the jobs of every token. `open` closes it, unless `open` throws: then the caller must. */
  readonly operator: PlotdClient
  readonly config: Pick<Config, 'printer' | 'tls' | 'state' | 'limits' | 'hosts'>
  readonly version: string
  readonly log: (message: string) => void
}

interface Parts {
  readonly jobs: PrintJobs
  readonly callers: Callers
  close(): Promise<void>
}

/** The address of the daemon that becomes a printer. */
export interface DaemonAddress {
  readonly url: string
  /** The socket file, if there is one. A connection over it needs no certificate. */
  readonly socket: string | undefined
  /** The master token. */
  readonly token: string
  readonly version: string
}

/**
 * Makes a running daemon a printer. The printer is a client of the daemon. The printer's token has the role `own`. With
 * this role, the printer may queue and cancel its own jobs, and cannot move a plotter.
 *
 * @param stop  aborts when the daemon has stopped: a printer that is about to open then gives up
 * @throws PlotdError as `checkExposure`, `Printers.open` and `connect` do
 */
export async function openPrinters(
  { url, socket, token, version }: DaemonAddress,
  config: Config,
  log: PrintersOptions['log'],
  stop: AbortSignal = new AbortController().signal,
): Promise<Printers> {
  checkExposure(config)
  const operator = await connectUntil(stop, { url, socket, token })
  try {
    const { host } = await operator.call('server.info', {})
    const name = config.spool === undefined ? TOKEN : `${TOKEN}-${host}`.slice(0, 64)
    const { tokens } = await operator.call('token.list', {})
    const { secret } = tokens.some((known) => known.name === name && known.role === 'own')
      ? await operator.call('token.rotate', { name })
      : await operator.call('token.new', { name, role: 'own' })
    const client = await connectUntil(stop, { url, socket, token: secret })
    return await Printers.open({ client, operator, config, version, log })
  } catch (thrown) {
    operator.close()
    throw thrown
  }
}

/**
 * The name of the printer's token, and the owner of jobs that a client prints without a password. In a farm, `-`
 * and the name of the host follow.
 */
const TOKEN = 'ipp-printer'

/** The printers of a daemon: one for each plotter, and the printer `any`, whose jobs any plotter may draw. */
export class Printers {
  /**
   * The common start of the printers' addresses, such as 'ipp://127.0.0.1:8631/ipp/print'. The address of one printer
   * continues with `/` and the printer's name.
   */
  readonly url: string
  readonly #server: Server
  readonly #parts: Parts

  private constructor(server: Server, url: string, parts: Parts) {
    this.#server = server
    this.url = url
    this.#parts = parts
  }

  /**
   * @throws PlotdError ERR_CONFIG when the address cannot be used, ERR_FILE when printer.json cannot be read or
   *   written, or is damaged; the errors of `client`
   */
  static async open(options: PrintersOptions): Promise<Printers> {
    try {
      return await Printers.#start(options)
    } catch (thrown) {
      options.client.close()
      throw thrown
    }
  }

  static async #start({ client, operator, config, version, log }: PrintersOptions): Promise<Printers> {
    const { printer, tls } = config
    const keys = tls && { cert: readFileSync(tls.cert), key: readFileSync(tls.key) }
    const file = await JobFile.open(config.state)
    const watch = new Watch((id) => jobs.isOurs(id))
    const jobs = new PrintJobs(file, watch, log)
    const { url: page } = client.address
    const startedAt = Date.now()
    const needsPassword = requiresPassword(config)
    const scheme = keys ? 'ipps' : 'ipp'
    const identityOf = (name: string, base: string): Identity => ({
      uri: `${scheme}://${base}/ipp/print/${encodeURIComponent(name)}`,
      web: `${keys ? 'https' : 'http'}://${base}`,
      page,
      uuid: uuidOf(file.uuid, name),
      isSecure: keys !== undefined,
      needsPassword,
      version,
      media: printer.media,
      mostBytes: config.limits.uploadBytes,
      startedAt,
      changedAt: watch.changedAt,
    })
    const callers = new Callers(client, needsPassword)
    const operations = new Operations(watch, jobs, (name, message) => log(`${name}: ${message}`))
    const server = httpServer({
      tls: keys,
      operations,
      identityOf,
      mostBytes: config.limits.uploadBytes,
      log,
      callerOf: (request) => callers.callerOf(request),
    })
    let isSubscribed = false
    const subscription = await client.subscribe((event) => {
      const id = watch.take(event)
      if (id !== undefined) jobs.handleChange(id)
      const isLaterSnapshot = event.type === 'snapshot' && isSubscribed
      if (isLaterSnapshot) jobs.catchUp(client).catch((error: unknown) => log(toPlotdError(error).message))
    })
    isSubscribed = true
    try {
      await jobs.cancelRefused(operator)
      await jobs.holdUnanswered(operator)
      operator.close()
      await jobs.catchUp(client)
      const { port } = await listen(server, printer)
      const withdraw = printer.advertise
        ? await announce(
            announcements(watch, identityOf, `${hostInUrl(config.hosts[0] ?? hostname())}:${port}`, port),
            log,
          )
        : undefined
      return new Printers(server, printerUrl(config, port), {
        jobs,
        callers,
        close: async () => {
          subscription.close()
          await withdraw?.()
        },
      })
    } catch (thrown) {
      server.close()
      subscription.close()
      await jobs.close()
      throw thrown
    }
  }

  async close(): Promise<void> {
    await closeServer(this.#server, () => this.#parts.jobs.isExpecting)
    await this.#parts.close()
    // The callers close before the last write. If the write failed first, an open client would keep the process from
    // ending.
    this.#parts.callers.close()
    await this.#parts.jobs.close()
  }
}

function announcements(
  watch: Watch,
  identityOf: (name: string, base: string) => Identity,
  base: string,
  port: number,
): Announcement[] {
  return watch.printers.flatMap((name) => {
    const view = watch.view(name)
    if (!view) return []
    const { template, description } = printerAttributes(view, identityOf(name, base), Date.now())
    return announcementOf(name, new Map([...template, ...description]), port)
  })
}

export { probe } from './probe.ts'

/**
 * The common start of the printers' addresses by the configuration: 'ipp://127.0.0.1:8631/ipp/print'. The address of
 * one printer continues with `/` and the printer's name.
 */
export function printerUrl(
  { printer, tls, hosts }: Pick<Config, 'printer' | 'tls' | 'hosts'>,
  port = printer.port,
): string {
  const isEverywhere = printer.host === '0.0.0.0' || printer.host === '::'
  const host = (tls && hosts[0]) ?? (isEverywhere ? 'localhost' : printer.host)
  return `${tls ? 'ipps' : 'ipp'}://${hostInUrl(host)}:${port}/ipp/print`
}

const LOOPBACK = /^(127(\.\d+){3}|::1|localhost)$/i

/** Whether clients must send a token as their password. */
export const requiresPassword = ({ printer }: Pick<Config, 'printer'>): boolean =>
  printer.password || !LOOPBACK.test(printer.host)

/**
 * Checks who can reach the printers.
 *
 * @throws PlotdError ERR_CONFIG when passwords would go over the network unencrypted, or when no other machine reaches
 *   the announced address
 */
function checkExposure({ printer, tls }: Pick<Config, 'printer' | 'tls'>): void {
  if (printer.advertise && LOOPBACK.test(printer.host)) {
    const message = `printer.advertise: other machines do not reach ${printer.host}; set printer.host to an address that they reach`
    throw new PlotdError('ERR_CONFIG', message, { key: 'printer.advertise' })
  }
  if (tls || LOOPBACK.test(printer.host)) return
  const message = `printer.host: ${printer.host} is reached from other machines; set tls.cert and tls.key, or use 127.0.0.1`
  throw new PlotdError('ERR_CONFIG', message, { key: 'printer.host' })
}

async function listen(server: Server, { host, port }: Config['printer']): Promise<AddressInfo> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const why = toPlotdError(cause).message
    throw new PlotdError('ERR_CONFIG', `printer: cannot listen on ${host}:${port}: ${why}`, { host, port }, cause)
  }
  return server.address() as AddressInfo
}

/**
 * Whether a printer belongs to the daemon with this state folder. Undefined when the folder has no printer.json, or
 * one that is damaged or that this user may not read. The UUID is no secret. So this check detects the printer of
 * another daemon, but not a program that imitates this printer.
 *
 * @param uuid  as the printer reports it
 */
export async function isOfState(state: string, name: string, uuid: string): Promise<boolean | undefined> {
  const server = await storedUuid(state)
  return server === undefined ? undefined : uuid === `urn:uuid:${uuidOf(server, name)}`
}

/** The UUID of a printer. The UUID stays the same as long as the state folder exists. */
function uuidOf(server: string, name: string): string {
  const hex = createHash('sha256').update(`${server}/${name}`).digest('hex')
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-')
}
