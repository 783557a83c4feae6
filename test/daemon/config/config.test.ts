import { mkdtempSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configKeys, loadConfig, variableOf } from '../../../src/daemon/config/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'plotd-config-'))
let files = 0
function file(text: string, ending = 'yaml'): string {
  const path = join(folder, `${++files}.${ending}`)
  writeFileSync(path, text)
  return path
}
const env = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'none'), XDG_STATE_HOME: '/state' }

describe('the configuration', () => {
  it('needs no file: the defaults suffice', () => {
    const { config, origins } = loadConfig({ env })
    expect(config).toMatchObject({ host: '127.0.0.1', port: 7475, state: '/state/plotd', plotters: [] })
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']))
  })

  it('takes flags first, then the environment, the file and the defaults, and names the source of each value', () => {
    const path = file('port: 1\nhost: 127.0.0.2\nlogLevel: warn\nrender: {workers: 2, memoryMb: 100}\n')
    const flags = { port: 3, output: undefined }
    const { config, origins } = loadConfig({
      flags,
      env: { ...env, PLOTD_PORT: '2', PLOTD_HOST: '127.0.0.3' },
      file: path,
    })
    expect(config).toMatchObject({
      port: 3,
      host: '127.0.0.3',
      logLevel: 'warn',
      render: { workers: 2, timeout: 300_000 },
    })
    expect(origins).toMatchObject({
      port: 'flag',
      host: 'PLOTD_HOST',
      logLevel: path,
      'render.workers': path,
      'render.timeout': 'default',
    })
  })

  it('reads a file in JSON, and variables in YAML', () => {
    const path = file('{"render": {"timeout": "2m"}}', 'json')
    const plotters = '[{name: ax, url: "sim:ebb", profile: axidraw-v3, gate: off}]'
    const { config } = loadConfig({ env: { ...env, PLOTD_PLOTTERS: plotters }, file: path })
    expect(config.render.timeout).toBe(120_000)
    expect(config.plotters).toEqual([{ name: 'ax', url: 'sim:ebb', profile: 'axidraw-v3', gate: false, tags: [] }])
    expect(variableOf('render.memoryMb')).toBe('PLOTD_RENDER_MEMORY_MB')
  })

  it.each([
    ['a wrong key, with a suggestion', 'prot: 1', /prot.*did you mean port/],
    ['a wrong key inside a group', 'render: {worker: 2}', /render\.worker.*did you mean workers/],
    ['a value out of range', 'port: 99999', /port is 99999/],
    ['a plotter without an address', 'plotters: [{name: ax, profile: axidraw-v3}]', /plotters\.0\.url/],
    [
      'two plotters of one name',
      'plotters: [{name: ax, url: "sim:ebb", profile: grbl-z}, {name: ax, url: "sim:grbl", profile: grbl-z}]',
      /plotters\.1\.name.*there is a plotter ax/,
    ],
    [
      'two plotters on one device',
      'plotters: [{name: ax, url: "serial:ebb", profile: grbl-z}, {name: bx, url: "serial:ebb", profile: grbl-z}]',
      /plotters\.1\.url.*the plotter ax uses this device/,
    ],
    [
      'two plotters on one device in two forms of its address',
      'plotters: [{name: ax, url: /dev/ttyACM0, profile: grbl-z}, {name: bx, url: "serial:/dev/ttyACM0?baud=9600", profile: grbl-z}]',
      /plotters\.1\.url.*the plotter ax uses this device/,
    ],
    ["a plotter named 'any'", 'plotters: [{name: any, url: "sim:ebb", profile: grbl-z}]', /plotters\.0\.name/],
    [
      'an address of an unknown kind',
      'plotters: [{name: ax, url: "sim:axidraw", profile: grbl-z}]',
      /plotters\.0\.url is "sim:axidraw", expected serial:PATH/,
    ],
    [
      'an unknown profile',
      'plotters: [{name: ax, url: "sim:ebb", profile: axidraw}]',
      /plotters\.0\.profile is "axidraw".*there are axidraw-v3/,
    ],
    [
      'a misspelt field of a profile with a base',
      'plotters: [{name: ax, url: "sim:ebb", profile: {base: axidraw-v3, pen: {rasieMs: 3}}}]',
      /plotters\.0\.profile.*pen\.rasieMs is not a field/,
    ],
    ['a boolean of YAML 1.1', 'openMetrics: yes', /openMetrics is "yes", expected true or false/],
    ['plotters that are no list', 'plotters: {name: ax}', /plotters is .*, expected a list \(from .*yaml\)/],
    [
      'a certificate without a key',
      'tls: {cert: a.pem}',
      /tls\.key: expected a string, which must be given \(from .*yaml\)/,
    ],
    ['an empty group with required keys', 'tls: {}', /tls\.cert: expected .*tls\.key: expected .*\(from .*yaml\)/],
    ['an empty group in place of a number', 'port: {}', /port is \{\}, expected .*\(from .*yaml\)/],
    ['a limit of one connection', 'limits: {connections: 1}', /limits\.connections is 1, expected/],
    ['a file that is not YAML', 'port: [', /yaml/],
    ['a file that is a list', '- port', /expected keys with values/],
    ['a list that contains itself', 'hosts: &a [*a]', /yaml: an alias \(\*\) stands for a value that contains/],
    ['a group that contains itself', 'render: &r {workers: *r}', /yaml: an alias/],
  ])('refuses %s', (_, text, says) => {
    const path = file(text)
    expect(() => loadConfig({ env, file: path })).toThrow(says)
    expect(() => loadConfig({ env, file: path })).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
  })

  it.each(['broker', 'http://broker', 'mqtt://', 'mqtt://h:99999', 'mqtt://[::1', 'mqtt://a b', 'mqtt://u:p%zz@h'])(
    'refuses the address %s of an MQTT broker',
    (url) => {
      const refused = () => loadConfig({ env: { ...env, PLOTD_NOTIFY_MQTT_URL: url } })
      expect(refused).toThrow(/notify\.mqtt\.url.*expected mqtt:\/\/HOST/)
    },
  )

  it('has a variable for every key, also for keys without a default', () => {
    const values: Readonly<Record<string, string>> = {
      hosts: '[a]',
      openMetrics: 'true',
      logLevel: 'warn',
      'render.timeout': '9s',
      'limits.entries': '100',
      'limits.values': '1000',
      plotters: '[{name: ax, url: "sim:ebb", profile: axidraw-v3}]',
      'farm.url': 'http://studio:7475',
      spool: 'postgres://plotd@db/plotd',
      'notify.channels': '[]',
      'notify.mqtt.url': 'mqtt://broker',
      'notify.mqtt.ready': 'true',
      pens: '[]',
      'printer.enabled': 'false',
      'printer.host': 'localhost',
      'printer.password': 'true',
      'printer.advertise': 'false',
      'printer.media': 'a5',
      ...Object.fromEntries(
        [
          ...['host', 'state', 'output', 'tasks', 'fonts', 'tls.cert', 'tls.key', 'farm.name'],
          ...['notify.mqtt.username', 'notify.mqtt.password', 'notify.mqtt.node'],
        ].map((key) => [key, 'x']),
      ),
    }
    const variables = configKeys().map(({ key }) => [
      variableOf(key),
      values[key] ?? (/bytes$/i.test(key) ? '1000000' : '50'),
    ])
    const { origins } = loadConfig({ env: { ...env, ...Object.fromEntries(variables) } })
    expect(origins).toEqual(Object.fromEntries(configKeys().map(({ key }) => [key, variableOf(key)])))
  })

  it('refuses a misspelt variable of plotd, and ignores variables of its clients and of other programs', () => {
    expect(() => loadConfig({ env: { ...env, PLOTD_PROT: '1' } })).toThrow(/PLOTD_PROT.*did you mean PLOTD_PORT/)
    const others = { PLOTD_URL: 'x', PLOTD_TOKEN: 'x', PLOTD_SERVICE_HOST: '10.0.0.1', PLOTD_PORT_7475_TCP_ADDR: 'x' }
    expect(loadConfig({ env: { ...env, ...others } }).config.port).toBe(7475)
  })

  it('refuses a variable for a whole group of keys, because no code would read the variable', () => {
    const tls = '{cert: /etc/plotd/cert.pem, key: /etc/plotd/key.pem}'
    expect(() => loadConfig({ env: { ...env, PLOTD_TLS: tls } })).toThrow(/PLOTD_TLS: .*such as PLOTD_TLS_CERT/)
    expect(() => loadConfig({ env: { ...env, PLOTD_NOTIFY_MQTT: '{}' } })).toThrow(/such as PLOTD_NOTIFY_MQTT_URL/)
  })

  it('expands ~ to the home folder', () => {
    const { config } = loadConfig({ env, file: file('output: ~/plots\nfonts: "~"\nstate: x~y\n') })
    expect(config).toMatchObject({ output: join(homedir(), 'plots'), fonts: homedir() })
    expect(config.state.endsWith('/x~y')).toBe(true)
  })

  it.each([
    ['__proto__: {polluted: 1}', /__proto__.*there is no such/],
    ['constructor: {prototype: {polluted: 1}}', /constructor.*there is no such/],
    ['render: {__proto__: {polluted: 1}}', /render\.__proto__.*there is no such/],
    ['"__proto__.polluted": 1', /__proto__.*there is no such/],
  ])('refuses %s, and adds nothing to the prototype of objects', (text, says) => {
    const path = file(text)
    expect(() => loadConfig({ env, file: path })).toThrow(says)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('names the variable whose value is not YAML', () => {
    const broken = () => loadConfig({ env: { ...env, PLOTD_PLOTTERS: '[{name: ax' } })
    expect(broken).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', message: expect.stringMatching(/^PLOTD_PLOTTERS: /) }),
    )
  })

  it('refuses a variable whose YAML has warnings, and emits no warning of the process', async () => {
    const warnings: unknown[] = []
    const record = (warning: unknown) => warnings.push(warning)
    process.on('warning', record)
    const tagged = () => loadConfig({ env: { ...env, PLOTD_PORT: '!secret 3' } })
    expect(tagged).toThrow(/PLOTD_PORT: Unresolved tag: !secret/)
    expect(() => loadConfig({ env: { ...env, PLOTD_PLOTTERS: '{[1]: 2}' } })).toThrow(/plotters/)
    await new Promise(setImmediate) // warnings come a tick later
    process.off('warning', record)
    expect(warnings).toEqual([])
  })

  it('refuses a value in place of a group, also when a variable sets a key of the group', () => {
    const path = file('render: 4')
    const variables = { ...env, PLOTD_RENDER_WORKERS: '2' }
    expect(() => loadConfig({ env: variables, file: path })).toThrow(/render is 4, expected .*yaml/)
    expect(loadConfig({ env: variables, file: file('render: {}') }).config.render.workers).toBe(2)
  })

  it('names the source of a wrong value: the file, the environment or a flag', () => {
    const path = file('port: nine')
    expect(() => loadConfig({ env, file: path })).toThrow(`(from ${path})`)
    expect(() => loadConfig({ env: { ...env, PLOTD_PORT: 'nine' } })).toThrow('(from PLOTD_PORT)')
    expect(() => loadConfig({ env, flags: { port: 'nine' } })).toThrow('(from flag)')
  })
})
