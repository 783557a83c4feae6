import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig, variableOf } from '../../src/daemon/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'plotd-config-'))
let files = 0
function file(text: string, ending = 'yaml'): string {
  const path = join(folder, `${++files}.${ending}`)
  writeFileSync(path, text)
  return path
}
const env = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'none'), XDG_STATE_HOME: '/state' }

describe('the configuration', () => {
  it('needs no file: everything has a default', () => {
    const { config, origins } = loadConfig({ env })
    expect(config).toMatchObject({ host: '127.0.0.1', port: 7475, state: '/state/plotd', plotters: [] })
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']))
  })

  it('takes a flag before the environment before the file before the default, and says which', () => {
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

  it('reads JSON as well, and variables as YAML', () => {
    const path = file('{"render": {"timeout": "2m"}}', 'json')
    const plotters = '[{name: ax, url: "sim:ebb", profile: axidraw-v3, gate: off}]'
    const { config } = loadConfig({ env: { ...env, PLOTD_PLOTTERS: plotters }, file: path })
    expect(config.render.timeout).toBe(120_000)
    expect(config.plotters).toEqual([{ name: 'ax', url: 'sim:ebb', profile: 'axidraw-v3', gate: false }])
    expect(variableOf('render.memoryMb')).toBe('PLOTD_RENDER_MEMORY_MB')
  })

  it.each([
    ['a wrong key, with the one that was meant', 'prot: 1', /prot.*did you mean port/],
    ['a wrong key inside a group', 'render: {worker: 2}', /render\.worker.*did you mean workers/],
    ['a value out of range', 'port: 99999', /port is 99999/],
    ['a plotter without an address', 'plotters: [{name: ax, profile: axidraw-v3}]', /plotters\.0\.url/],
    [
      'two plotters of one name',
      'plotters: [{name: ax, url: "sim:ebb", profile: y}, {name: ax, url: "sim:grbl", profile: y}]',
      /plotters\.1\.name.*there is a plotter ax/,
    ],
    [
      'two plotters on one device',
      'plotters: [{name: ax, url: "serial:ebb", profile: y}, {name: bx, url: "serial:ebb", profile: y}]',
      /plotters\.1\.url.*the plotter ax is on this one/,
    ],
    ["a plotter named 'any'", 'plotters: [{name: any, url: x, profile: y}]', /plotters\.0\.name/],
    ['a file that is not YAML', 'port: [', /yaml/],
    ['a file that is a list', '- port', /expected keys with values/],
  ])('refuses %s', (_, text, says) => {
    const path = file(text)
    expect(() => loadConfig({ env, file: path })).toThrow(says)
    expect(() => loadConfig({ env, file: path })).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
  })

  it('names the variable whose value is not YAML', () => {
    const broken = () => loadConfig({ env: { ...env, PLOTD_PLOTTERS: '[{name: ax' } })
    expect(broken).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', message: expect.stringMatching(/^PLOTD_PLOTTERS: /) }),
    )
  })

  it('refuses what YAML would only warn of, and says nothing past the log', async () => {
    const said: unknown[] = []
    const hear = (warning: unknown) => said.push(warning)
    process.on('warning', hear)
    const tagged = () => loadConfig({ env: { ...env, PLOTD_PORT: '!secret 3' } })
    expect(tagged).toThrow(/PLOTD_PORT: Unresolved tag: !secret/)
    expect(() => loadConfig({ env: { ...env, PLOTD_PLOTTERS: '{[1]: 2}' } })).toThrow(/plotters/)
    await new Promise(setImmediate) // warnings come a tick later
    process.off('warning', hear)
    expect(said).toEqual([])
  })

  it('says whether the file, the environment or a flag is wrong', () => {
    const path = file('port: nine')
    expect(() => loadConfig({ env, file: path })).toThrow(`(from ${path})`)
    expect(() => loadConfig({ env: { ...env, PLOTD_PORT: 'nine' } })).toThrow('(from PLOTD_PORT)')
    expect(() => loadConfig({ env, flags: { port: 'nine' } })).toThrow('(from flag)')
  })
})
