import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Host, portGroup } from '../../../../clients/cli/setup/host.ts'
import { accessSteps, configFile, launchAgent, serviceSteps, unitText } from '../../../../clients/cli/setup/steps.ts'
import { packageRoot } from '../../../../src/threads.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const deploy = join(packageRoot, 'examples/deploy')
const rule = readFileSync(join(deploy, '70-plotd.rules'), 'utf8')
const host: Host = {
  platform: 'linux',
  user: 'ada',
  uid: 1000,
  home: '/home/ada',
  configFolder: '/home/ada/.config/plotd',
  stateFolder: '/home/ada/.local/state/plotd',
  node: '/usr/bin/node',
  script: '/home/ada/.local/lib/node_modules/plotd/dist/clients/cli/main.js',
  deploy,
  services: ['user'],
  hostname: 'desk',
  addresses: ['192.0.2.7'],
  ports: { group: 'dialout', isMember: false },
  isVirtual: false,
  hasSudo: false,
}
/** Reads the files of `deploy` from the disk, and all other files from `texts`. */
const files = (texts: Record<string, string>) => (path: string) =>
  path.startsWith(deploy) ? readFileSync(path, 'utf8') : texts[path]

describe('access to the ports', () => {
  it('needs the udev rule and membership of the group, and every change needs root', () => {
    const steps = accessSteps(host, files({}))
    expect(steps.map(({ isDone }) => isDone)).toEqual([false, false])
    const changes = steps.flatMap((step) => step.changes)
    expect(changes.every(({ root }) => root)).toBe(true)
    expect(changes[0]).toMatchObject({ path: '/etc/udev/rules.d/70-plotd.rules', text: rule })
    expect(changes.at(-1)).toMatchObject({
      words: ['usermod', '-aG', 'dialout', 'ada'],
      undo: ['gpasswd', '-d', 'ada', 'dialout'],
    })
  })

  it('is complete when the Debian package has installed the rule and the user is in the group', () => {
    const member = { ...host, ports: { group: 'dialout', isMember: true } }
    const steps = accessSteps(member, files({ '/usr/lib/udev/rules.d/70-plotd.rules': rule }))
    expect(steps.every(({ isDone }) => isDone)).toBe(true)
  })

  it.each([
    ['the primary group', 'ada', 20, true],
    ['a group that lists the user', 'ben', 1000, true],
    ['neither', 'ada', 1000, false],
  ])('comes from %s', (_, username, gid, isMember) => {
    const groups = 'tty:x:5:\ndialout:x:20:ben,cleo\nada:x:1000:\n'
    expect(portGroup('/dev/absent', { username, gid }, groups)).toEqual({ group: 'dialout', isMember })
  })
})

describe('the configuration', () => {
  it('is the file that exists, even an empty one', () => {
    const file = '/home/ada/.config/plotd/config.yml'
    expect(configFile(host, files({ [file]: '' }))).toBe(file)
    expect(configFile(host, files({}))).toBe('/home/ada/.config/plotd/config.yaml')
  })
})

describe('the service', () => {
  it('is a unit of the user with full paths, and runs on after the logout', () => {
    const [step] = serviceSteps(host, 'user', files({}))
    const [unit, ...commands] = step?.changes ?? []
    expect(unit).toMatchObject({ path: '/home/ada/.config/systemd/user/plotd.service' })
    expect((unit as { text: string }).text).toContain(`ExecStart="/usr/bin/node" "${host.script}" serve\n`)
    expect(commands.map((one) => (one as { words: readonly string[] }).words.join(' '))).toEqual([
      'systemctl --user daemon-reload',
      'systemctl --user enable plotd',
      'systemctl --user restart plotd',
      'loginctl enable-linger ada',
    ])
  })

  it('escapes the signs of its paths that systemd would read as variables', () => {
    const text = unitText('ExecStart=plotd serve\n', { node: '/opt/100%$&/node', script: '/opt/100%$&/main.js' })
    expect(text).toBe('ExecStart="/opt/100%%$&/node" "/opt/100%%$$&/main.js" serve\n')
  })

  const hasSystemd = spawnSync('systemd-analyze', ['--version']).error === undefined

  it.runIf(hasSystemd).each(['plotd.service', 'plotd-user.service'])('%s is a unit that systemd accepts', (name) => {
    const unit = join(tempFolder(), 'plotd.service')
    const here = { node: process.execPath, script: '/bin/true' }
    writeFileSync(unit, unitText(readFileSync(join(deploy, name), 'utf8'), here))
    const words = ['verify', '--man=no', ...(name.includes('user') ? ['--user'] : []), unit]
    const env = { ...process.env, XDG_RUNTIME_DIR: '/tmp' }
    expect(spawnSync('systemd-analyze', words, { encoding: 'utf8', env })).toMatchObject({ status: 0, stderr: '' })
  })

  it('on macOS is a property list with full paths, escaped', () => {
    const text = launchAgent({ ...host, home: '/Users/a & b' })
    expect(text).toContain('<string>/usr/bin/node</string>')
    expect(text).toContain('<string>/Users/a &amp; b</string>')
    expect(text).toContain('<key>ExitTimeOut</key><integer>120</integer>')
    const commands = serviceSteps(host, 'launchd', files({}))[0]?.changes.filter(({ kind }) => kind === 'run') ?? []
    expect(commands.at(-1)).toMatchObject({
      words: ['launchctl', 'bootstrap', 'gui/1000', '/home/ada/Library/LaunchAgents/org.plotd.plist'],
    })
  })
})
