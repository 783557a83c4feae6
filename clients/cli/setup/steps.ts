import { join } from 'node:path'
import { withPlotter } from './config-text.ts'
import type { Host, Service } from './host.ts'
import type { PlotterEntry } from './machine.ts'

/** A change to this computer. A change with `root` needs an administrator. */
export type Change =
  | {
      readonly kind: 'write'
      readonly path: string
      readonly text: string
      readonly root: boolean
      /** A file of this package with the same text, which the system's command `install` can copy. */
      readonly source?: string
    }
  | {
      readonly kind: 'run'
      readonly words: readonly string[]
      readonly root: boolean
      /** The command that undoes the change. */
      readonly undo?: readonly string[]
      /** Whether setup continues when this command fails. */
      readonly optional?: boolean
    }

export interface Step {
  readonly description: string
  /** Whether there is nothing to change. */
  readonly isDone: boolean
  readonly changes: readonly Change[]
}

/** Reads a file; undefined where there is none. */
export type Read = (path: string) => string | undefined

export interface SetupChoices {
  readonly service: Service
  readonly entry: PlotterEntry
  /** Whether phones and other computers of the network may reach the page. */
  readonly lan: boolean
}

const RULE = '70-plotd.rules'

/** Steps that let the user open the port: the udev rule and the group. Only Linux needs them. */
export function accessSteps(host: Host, read: Read): Step[] {
  if (host.platform !== 'linux') return []
  const source = join(host.deploy, RULE)
  const text = read(source) ?? ''
  const path = join('/etc/udev/rules.d', RULE)
  const isInstalled = read(join('/usr/lib/udev/rules.d', RULE)) !== undefined || read(path) === text
  const { group, isMember } = host.ports
  return [
    {
      description: `udev rule ${path}: keeps ModemManager off the boards, and lets the user at this machine use them`,
      isDone: isInstalled,
      changes: [
        { kind: 'write', path, text, root: true, source },
        { kind: 'run', words: ['udevadm', 'control', '--reload'], root: true, optional: true },
        { kind: 'run', words: ['udevadm', 'trigger', '--subsystem-match=tty'], root: true, optional: true },
      ],
    },
    {
      description: `${host.user} in the group ${group}, which may open serial ports`,
      isDone: isMember || host.uid === 0,
      changes: [
        {
          kind: 'run',
          words: ['usermod', '-aG', group, host.user],
          root: true,
          undo: ['gpasswd', '-d', host.user, group],
        },
      ],
    },
  ]
}

/** The path of the configuration, which may not exist yet. */
export const configFile = ({ configFolder }: Host, read: Read): string =>
  ['config.yaml', 'config.yml', 'config.json']
    .map((name) => join(configFolder, name))
    .find((path) => read(path) !== undefined) ?? join(configFolder, 'config.yaml')

export function configStep(host: Host, { entry, lan, service }: SetupChoices, read: Read): Step {
  const path = configFile(host, read)
  const before = read(path)
  const text = withPlotter(
    before,
    entry,
    {
      output: service === 'system' ? undefined : '~/plots',
      ...(lan ? { host: '0.0.0.0', hosts: [...host.addresses, host.hostname, `${host.hostname}.local`] } : {}),
    },
    path,
  )
  return {
    description: `configuration ${path}: the plotter ${entry.name}${lan ? ', and the page for your network' : ''}`,
    isDone: before === text,
    changes: [{ kind: 'write', path, text, root: false }],
  }
}

/** The unit or property list of the service, and the commands that start it. */
export function serviceSteps(host: Host, service: Service, read: Read): Step[] {
  if (service === 'user' || service === 'system') return [systemdStep(host, service, read)]
  if (service === 'launchd') return [launchdStep(host, read)]
  return []
}

function systemdStep(host: Host, service: 'user' | 'system', read: Read): Step {
  const isUser = service === 'user'
  const path = isUser ? join(host.home, '.config/systemd/user/plotd.service') : '/etc/systemd/system/plotd.service'
  const packaged = isUser ? undefined : read('/usr/lib/systemd/system/plotd.service')
  const text =
    packaged ?? unitText(read(join(host.deploy, isUser ? 'plotd-user.service' : 'plotd.service')) ?? '', host)
  const systemctl = isUser ? ['systemctl', '--user'] : ['systemctl']
  return {
    description: `service ${packaged === undefined ? path : '/usr/lib/systemd/system/plotd.service'}: plotd starts with this machine${isUser ? ', or with your login if lingering is not allowed' : ''}`,
    isDone: false,
    changes: [
      ...(packaged === undefined ? [{ kind: 'write', path, text, root: false } as const] : []),
      { kind: 'run', words: [...systemctl, 'daemon-reload'], root: false },
      {
        kind: 'run',
        words: [...systemctl, 'enable', 'plotd'],
        root: false,
        undo: [...systemctl, 'disable', '--now', 'plotd'],
      },
      { kind: 'run', words: [...systemctl, 'restart', 'plotd'], root: false },
      ...(isUser
        ? [{ kind: 'run', words: ['loginctl', 'enable-linger', host.user], root: false, optional: true } as const]
        : []),
    ],
  }
}

/**
 * Writes full paths into a unit of examples/deploy, because a service does not get its user's PATH. systemd reads `%%`
 * as a percent sign, and `$$` as a dollar sign in all words but the first.
 */
export const unitText = (unit: string, { node, script }: Pick<Host, 'node' | 'script'>): string =>
  unit.replace(/^ExecStart=.*$/m, () =>
    `ExecStart="${node}" "${script.replaceAll('$', '$$$$')}" serve`.replaceAll('%', '%%'),
  )

function launchdStep(host: Host, read: Read): Step {
  const path = join(host.home, 'Library/LaunchAgents/org.plotd.plist')
  const text = launchAgent(host)
  const domain = `gui/${host.uid}`
  return {
    description: `service ${path}: plotd starts with your login`,
    isDone: false,
    changes: [
      ...(read(path) === text ? [] : [{ kind: 'write', path, text, root: false } as const]),
      { kind: 'run', words: ['launchctl', 'bootout', `${domain}/org.plotd`], root: false, optional: true },
      {
        kind: 'run',
        words: ['launchctl', 'bootstrap', domain, path],
        root: false,
        undo: ['launchctl', 'bootout', `${domain}/org.plotd`],
      },
    ],
  }
}

const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/**
 * launchd's property list. launchd restarts plotd after a crash. At a stop, launchd gives plotd 120 s to finish its
 * strokes.
 */
export const launchAgent = ({ node, script, home }: Pick<Host, 'node' | 'script' | 'home'>): string => `\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>org.plotd</string>
  <key>ProgramArguments</key>
  <array>
    <string>${xml(node)}</string>
    <string>${xml(script)}</string>
    <string>serve</string>
  </array>
  <key>WorkingDirectory</key><string>${xml(home)}</string>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ExitTimeOut</key><integer>120</integer>
  <key>StandardErrorPath</key><string>${xml(home)}/Library/Logs/plotd.log</string>
</dict>
</plist>
`
