import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { plural } from '../ui/format.ts'
import type { Check } from './checks.ts'

const linux = process.platform === 'linux'

export const portsSeen: Check = {
  name: 'ports',
  async run() {
    const { listPorts } = await import('../../../src/index.ts')
    const usb = (await listPorts()).filter(({ vendorId }) => vendorId !== undefined)
    if (usb.length > 0)
      return { state: 'good', says: `${plural(usb.length, 'USB port')}: ${usb.map(({ path }) => path).join(', ')}` }
    return {
      state: 'warn',
      says: 'no USB serial port: no plotter is plugged in, or it is switched off',
      mend: 'plotd serve --plotter sim=sim:ebb',
    }
  },
}

export const portsOpen: Check = {
  name: 'permissions',
  async run() {
    const { listPorts } = await import('../../../src/index.ts')
    const closed = (await listPorts().catch(() => [])).filter(({ path, vendorId }) => vendorId && !mayUse(path))
    const [first] = closed
    if (!first) return { state: 'good', says: 'the ports may be opened' }
    const group = groupOf(first.path)
    return {
      state: 'bad',
      says: `${first.path} may not be opened by ${userInfo().username}`,
      mend: `sudo usermod -aG ${group} ${userInfo().username}   # then log in again`,
    }
  },
}

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The name of the group that owns a device; dialout on Debian. */
function groupOf(path: string): string {
  const { gid } = statSync(path)
  const entry = new RegExp(`^([^:]+):[^:]*:${gid}:`, 'm').exec(readFileSync('/etc/group', 'utf8'))
  return entry?.[1] ?? 'dialout'
}

const RULE = 'ATTRS{idVendor}=="04d8", ATTRS{idProduct}=="fd92", ENV{ID_MM_DEVICE_IGNORE}="1"'
const RULES = '/etc/udev/rules.d/77-plotd.rules'

export const modemManager: Check = {
  name: 'ModemManager',
  run() {
    if (!linux) return { state: 'good', says: 'not on this system' }
    const active =
      spawnSync('systemctl', ['is-active', 'ModemManager'], { encoding: 'utf8' }).stdout?.trim() === 'active'
    if (!active) return { state: 'good', says: 'not running' }
    if (existsSync(RULES)) return { state: 'good', says: 'running; a rule keeps it off plotters' }
    return {
      state: 'warn',
      says: 'running: it probes new serial ports, which disturbs an AxiDraw for half a minute after it is plugged in',
      mend: `echo '${RULE}' | sudo tee ${RULES} && sudo udevadm control --reload`,
    }
  },
}

export const ptys: Check = {
  name: 'simulator',
  run() {
    if (process.platform === 'win32')
      return { state: 'warn', says: 'this system has no pseudo terminals: use sim:ebb instead of a port' }
    if (existsSync('/dev/ptmx')) return { state: 'good', says: 'pseudo terminals for simulated plotters' }
    return {
      state: 'warn',
      says: '/dev/ptmx is missing: `plotd demo` needs it',
      mend: 'mount -t devpts devpts /dev/pts',
    }
  },
}
