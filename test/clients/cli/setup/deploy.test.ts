import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { packageRoot } from '../../../../src/threads.ts'

const text = (name: string) => readFileSync(join(packageRoot, 'examples/deploy', name), 'utf8')

describe('the Dockerfile', () => {
  const lines = text('Dockerfile')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line))

  it('copies only files of the repository and of its build', () => {
    const sources = lines.filter((line) => line.startsWith('COPY')).flatMap((line) => line.split(/\s+/).slice(1, -1))
    const missing = sources
      .filter((word) => !word.startsWith('--from'))
      .map((word) => word.replace(/^\/build\//, ''))
      .filter((path) => !['dist', 'node_modules'].includes(path) && !existsSync(join(packageRoot, path)))
    expect(missing).toEqual([])
  })

  it('runs on Node 24, as the user node, and is stopped with SIGTERM, which lifts the pens', () => {
    expect(lines.filter((line) => line.startsWith('FROM')).every((line) => line.includes('node:24-'))).toBe(true)
    expect(lines).toContain('USER node')
    expect(lines).toContain('STOPSIGNAL SIGTERM')
  })
})

describe('the unit of the machine’s service', () => {
  const lines = text('plotd.service').split('\n')
  const valuesOf = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}=`)).flatMap((line) => line.slice(key.length + 1).split(' '))

  it('loads the drivers of its ports first, so that a plotter may be plugged in after the start', () => {
    const drivers = ['modprobe@cdc_acm.service', 'modprobe@usbserial.service']
    expect(valuesOf('DeviceAllow').filter((word) => word.startsWith('char-'))).toEqual(['char-ttyACM', 'char-ttyUSB'])
    expect(valuesOf('Wants')).toEqual(drivers)
    expect(valuesOf('After')).toEqual(expect.arrayContaining(drivers))
  })
})

describe('the Compose file', () => {
  const { services } = parse(text('compose.yaml'))

  it('names a Dockerfile that exists, keeps the state, and permits only serial devices and a local port', () => {
    const { plotd } = services
    expect(existsSync(join(packageRoot, 'examples/deploy', plotd.build.context, plotd.build.dockerfile))).toBe(true)
    expect(plotd.volumes).toContain('plotd:/var/lib/plotd')
    expect(plotd.device_cgroup_rules).toEqual(['c 166:* rmw', 'c 188:* rmw'])
    expect(plotd.privileged).toBeUndefined()
    expect(plotd.ports).toEqual(['127.0.0.1:7475:7475'])
  })
})
