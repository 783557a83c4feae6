import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { lstat, readlink, rm, symlink } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { messageOf, PlotdError } from '../../errors.ts'
import type { Cable, Host } from './cable.ts'

/** A simulator that other programs can open. */
export interface Served {
  /** The address that a client opens: a device path, or host:port. */
  readonly path: string
  close(): Promise<void>
}

/** Undocumented fields of node-pty, which has no public interface for a pty without a child process. */
interface BarePty {
  readonly _pty: string
  readonly _master: Socket
  readonly _slave: Socket
}

/**
 * Serves a simulator on a pseudo terminal, so that serialport and other programs can open it by path. Clients may come
 * and go. `close` disconnects the present client.
 *
 * @param options.link  path of a symbolic link to the pty, for programs that need a fixed name
 * @throws PlotdError ERR_TRANSPORT when ptys are not available, ERR_FILE when the link cannot be made
 */
export async function servePty(cable: Cable, options: { readonly link?: string } = {}): Promise<Served> {
  const { pty, slave } = await openPty()
  const path = pty._pty
  const master = pty._master
  master.on('error', () => {})
  const host: Host = { send: (bytes) => master.write(bytes), hangUp: () => closePty() }
  let plug = cable.plug(host)
  let isClosed = false
  function closePty(): void {
    if (isClosed) return
    isClosed = true
    plug.unplug()
    closeSync(slave)
    master.destroy()
  }
  master.on('data', (bytes: Buffer) => {
    if (!cable.isPluggedIn) plug = cable.plug(host)
    plug.send(bytes)
  })
  const { link } = options
  if (link !== undefined) {
    await makeLink(path, link).catch((cause: Error) => {
      closePty()
      throw new PlotdError('ERR_FILE', `${link}: the link could not be made: ${cause.message}`, { file: link }, cause)
    })
  }
  return {
    path: link ?? path,
    async close() {
      closePty()
      // A later simulator may have replaced the link.
      if (link !== undefined && (await readlink(link).catch(() => '')) === path) await rm(link, { force: true })
    },
  }
}

/** Makes a symbolic link to a path. Replaces an older link, but no file. */
async function makeLink(path: string, link: string): Promise<void> {
  const before = await lstat(link).catch(() => undefined)
  if (before?.isSymbolicLink()) await rm(link)
  await symlink(path, link)
}

/**
 * Opens a pty and its slave side. The open slave keeps the pty alive between clients. Raw mode leaves bytes unchanged.
 */
async function openPty(): Promise<{ readonly pty: BarePty; readonly slave: number }> {
  try {
    const { default: nodePty } = await import('@lydell/node-pty')
    const bare = nodePty as unknown as { open(options: object): BarePty }
    const pty = bare.open({ cols: 80, rows: 24, encoding: null })
    const slave = openSync(pty._pty, constants.O_RDWR | constants.O_NOCTTY)
    execFileSync('stty', ['-F', pty._pty, 'raw', '-echo'])
    pty._slave.destroy()
    return { pty, slave }
  } catch (cause) {
    throw new PlotdError('ERR_TRANSPORT', `no pseudo terminal could be opened: ${messageOf(cause)}`, {}, cause)
  }
}

const HOST = '127.0.0.1'

/**
 * Serves a simulator on a TCP port of this machine; port 0 takes a free port. A new client replaces the present client.
 */
export async function serveTcp(cable: Cable, port: number): Promise<Served> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.on('error', () => {})
    sockets.add(socket)
    const plug = cable.plug({ send: (bytes) => socket.write(bytes), hangUp: () => socket.destroy() })
    socket.on('data', (bytes: Buffer) => plug.send(bytes))
    socket.on('close', () => {
      sockets.delete(socket)
      plug.unplug()
    })
  })
  server.listen(port, HOST)
  await once(server, 'listening')
  return {
    path: `${HOST}:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
