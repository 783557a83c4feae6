import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { homedir, hostname, networkInterfaces, userInfo } from 'node:os'
import { join } from 'node:path'
import { configFolder, stateFolder } from '../../../src/daemon/protocol/places.ts'
import { PlotdError } from '../../../src/errors.ts'
import { packageRoot } from '../../../src/threads.ts'

/** The service that keeps the daemon running. 'background' is a process that ends when the computer shuts down. */
export type Service = 'user' | 'system' | 'launchd' | 'background' | 'none'

/** The facts about this computer that `plotd setup` needs. */
export interface Host {
  readonly platform: NodeJS.Platform
  readonly user: string
  readonly uid: number
  readonly home: string
  readonly configFolder: string
  readonly stateFolder: string
  /** Full paths: services have no shell and no PATH of their user. */
  readonly node: string
  readonly script: string
  /** The folder of this package's units and udev rule. */
  readonly deploy: string
  readonly services: readonly Service[]
  readonly hostname: string
  readonly addresses: readonly string[]
  /** The group that owns serial ports, and whether the user is a member. */
  readonly ports: { readonly group: string; readonly isMember: boolean }
  /** Whether the device is a pseudo terminal or on the network, so that it needs no rule and no group. */
  readonly isVirtual: boolean
  readonly hasSudo: boolean
}

export function thisHost(device: string): Host {
  const { username, uid, gid } = userInfo()
  const services = servicesHere(uid)
  return {
    platform: process.platform,
    user: username,
    uid,
    home: homedir(),
    configFolder: services[0] === 'system' ? '/etc/plotd' : configFolder(),
    stateFolder: stateFolder(),
    node: process.execPath,
    script: join(packageRoot, 'dist/clients/cli/main.js'),
    deploy: join(packageRoot, 'examples/deploy'),
    services,
    hostname: hostname(),
    addresses: Object.values(networkInterfaces())
      .flat()
      .filter((address) => address && !address.internal && address.family === 'IPv4')
      .map((address) => address?.address ?? ''),
    ports: portGroup(device, { username, gid }, readText('/etc/group')),
    isVirtual: device.startsWith('tcp://') || (existsSync(device) && realpathSync(device).startsWith('/dev/pts/')),
    hasSudo: uid !== 0 && existsSync('/usr/bin/sudo'),
  }
}

/**
 * The folder of `--root`. An empty word, as from an unset variable, would stand for `/`.
 *
 * @throws PlotdError ERR_PARAMS when there is no such folder
 */
export function rootFolder(root: string | undefined): string | undefined {
  if (root === undefined || (existsSync(root) && statSync(root).isDirectory())) return root
  throw new PlotdError('ERR_PARAMS', `--root is '${root}': expected a folder that exists`, { verb: 'setup' })
}

/** The services that this computer can run, the best one first. */
function servicesHere(uid: number): Service[] {
  if (process.platform === 'darwin') return ['launchd', 'background', 'none']
  if (process.platform === 'win32') return ['none']
  if (!existsSync('/run/systemd/system')) return ['background', 'none']
  if (uid === 0) return ['system', 'none']
  const hasManager = spawnSync('systemctl', ['--user', 'show-environment'], { stdio: 'ignore' }).status === 0
  return hasManager ? ['user', 'background', 'none'] : ['background', 'none']
}

/**
 * @param user  the name of the user, and the id of the user's primary group
 * @param groups  text of the file /etc/group, which may list no members of a primary group
 */
export function portGroup(
  device: string,
  { username, gid }: { readonly username: string; readonly gid: number },
  groups: string,
): Host['ports'] {
  const owner = statSync(device, { throwIfNoEntry: false })?.gid
  const byId = new RegExp(`^([^:]+):[^:]*:(${owner}):(.*)$`, 'm').exec(groups)
  // A simulated port belongs to its user or to a general group such as tty. Real ports usually belong to dialout.
  const entry =
    byId && !/^(root|tty|users|nogroup)$/.test(byId[1] ?? '') && byId[1] !== username
      ? byId
      : /^(dialout):[^:]*:(\d+):(.*)$/m.exec(groups)
  const [, group = 'dialout', id, members = ''] = entry ?? []
  return { group, isMember: id === String(gid) || members.split(',').includes(username) }
}

const readText = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')
