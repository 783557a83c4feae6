import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { plural } from '../ui/format.ts'
import type { Check, Finding } from './checks.ts'

const isLinux = process.platform === 'linux'

export const portsSeen: Check = {
  name: 'ports',
  async run() {
    const { listPorts } = await import('../../../src/index.ts')
    const usb = (await listPorts()).filter(({ vendorId }) => vendorId !== undefined)
    if (usb.length > 0)
      return { state: 'good', message: `${plural(usb.length, 'USB port')}: ${usb.map(({ path }) => path).join(', ')}` }
    return {
      state: 'warn',
      message: 'no USB serial port: no plotter is plugged in, or the plotter is switched off',
      remedy: 'plotd serve --plotter sim=sim:ebb',
    }
  },
}

export const portsOpen: Check = {
  name: 'permissions',
  async run() {
    const { listPorts } = await import('../../../src/index.ts')
    const usb = (await listPorts().catch(() => [])).filter(({ vendorId }) => vendorId !== undefined)
    const closed = usb.find(({ path }) => !mayUse(path))
    if (!closed) return usb.length > 0 ? OPEN : membership()
    const group = groupOf(closed.path)
    return {
      state: 'bad',
      message: `${userInfo().username} may not open ${closed.path}`,
      remedy: `sudo usermod -aG ${group} ${userInfo().username}   # then log in again`,
    }
  },
}

const OPEN: Finding = { state: 'good', message: 'you may open the ports' }

/** Without a port to test: whether the user is in the group of serial ports, and joined it before this login. */
function membership(): Finding {
  const { username, uid, gid } = userInfo()
  const [, id, members = ''] = /^dialout:[^:]*:(\d+):(.*)$/m.exec(groupsFile()) ?? []
  if (uid === 0 || id === undefined) return { state: 'good', message: 'there is no port to test' }
  if ([gid, ...(process.getgroups?.() ?? [])].includes(Number(id)))
    return {
      state: 'good',
      message: `there is no port to test; ${username} is in the group dialout, which may open serial ports`,
    }
  if (members.split(',').includes(username))
    return {
      state: 'warn',
      message: `${username} is in the group dialout, but joined it after this login began`,
      remedy: 'log out and in again',
    }
  return {
    state: 'warn',
    message: `${username} is not in the group dialout, which may open serial ports`,
    remedy: `sudo usermod -aG dialout ${username}   # then log in again`,
  }
}

const groupsFile = (): string => (existsSync('/etc/group') ? readFileSync('/etc/group', 'utf8') : '')

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The name of the group that owns a device; 'dialout' when /etc/group does not have it. */
function groupOf(path: string): string {
  const { gid } = statSync(path)
  const entry = new RegExp(`^([^:]+):[^:]*:${gid}:`, 'm').exec(groupsFile())
  return entry?.[1] ?? 'dialout'
}

const RULES = [
  '/etc/udev/rules.d/70-plotd.rules',
  '/usr/lib/udev/rules.d/70-plotd.rules',
  '/etc/udev/rules.d/77-plotd.rules',
]

export const modemManager: Check = {
  name: 'ModemManager',
  run() {
    if (!isLinux) return { state: 'good', message: 'not on this system' }
    const isActive =
      spawnSync('systemctl', ['is-active', 'ModemManager'], { encoding: 'utf8' }).stdout?.trim() === 'active'
    if (!isActive) return { state: 'good', message: 'not running' }
    if (RULES.some(existsSync)) return { state: 'good', message: 'running; a rule keeps ModemManager off plotters' }
    return {
      state: 'warn',
      message:
        'running: ModemManager probes new serial ports, and disturbs a newly plugged-in AxiDraw for half a minute',
      remedy: 'plotd setup   # installs the rule that keeps ModemManager away',
    }
  },
}

export const ptys: Check = {
  name: 'simulator',
  run() {
    if (process.platform === 'win32')
      return { state: 'warn', message: 'this system has no pseudo terminals: use sim:ebb instead of a port' }
    if (existsSync('/dev/ptmx')) return { state: 'good', message: 'pseudo terminals for simulated plotters' }
    return {
      state: 'warn',
      message: '/dev/ptmx is missing: `plotd demo` needs it',
      remedy: 'mount -t devpts devpts /dev/pts',
    }
  },
}
