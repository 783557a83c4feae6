import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enqueue } from '../../../clients/node/enqueue.ts'
import { lengthMm } from '../../../clients/node/length.ts'
import { ServedDaemon } from './daemon.ts'
import { plotd } from './run.ts'

let daemon: ServedDaemon
beforeAll(async () => {
  daemon = await ServedDaemon.start('axi=sim:ebb')
  writeFileSync(
    join(daemon.folder, 'a.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="40mm"><path d="M9 9h90v60" stroke="red" fill="none"/></svg>',
  )
  await daemon.linked()
})
afterAll(async () => {
  await daemon.stop()
})

const file = () => join(daemon.folder, 'a.svg')

describe('pen heights', () => {
  it('are set by --pen-down; the refusal of --down names --pen-down, and the refusal of --up names --pen-up', async () => {
    const { out } = await daemon.run(['adjust', '--pen-down', '35', '--speed', '60'])
    expect(out).toBe('axi: pen down at 35 % (planned: 30 %), speed 60 % (planned: 100 %), from here on.\n')
    expect((await daemon.run(['adjust', '--down', '35'])).err).toContain('In plotd, use --pen-down')
    expect((await daemon.run(['adjust', '--up', '70'])).err).toContain('In plotd, use `plotd adjust --pen-up`')
  })

  it('are reset by `plotd adjust` without flags, which prints the planned heights', async () => {
    const { out } = await daemon.run(['adjust'])
    expect(out).toMatch(/^axi draws as planned again: pen up at \d+ %, pen down at \d+ %/)
  })
})

describe('lengths', () => {
  it('may have a unit, and are mm without one', () => {
    const all = ['12', '12mm', '1.2cm', '0.5in', '.5 in', '0.5"', '72pt', '96px', '-3mm'].map(lengthMm)
    expect(all).toEqual([12, 12, 12, 12.7, 12.7, 12.7, 25.4, 25.4, -3])
    expect(['', 'mm', '1e3', '5 miles', '1.2.3'].map(lengthMm)).toEqual(Array(5).fill(undefined))
  })

  it('take units in flags, in parameters of tasks, and in jogs', async () => {
    const [job] = await daemon.json('plot', file(), '--margin', '0.5in', '--join', '0.01cm', '--hold')
    expect(job?.['plot']).toMatchObject({ options: { margin: 12.7, join: 0.1 } })
    await daemon.json('pattern', 'spiral', '--width', '4in', '--height', '10cm', '--hold')
    expect(await daemon.json('show', 'last')).toMatchObject([{ params: { width: 101.6, height: 100 } }])
    expect((await daemon.run(['preview', file(), '--margin', '1cm', '--page', 'a5', '--json'])).code).toBe(0)
    const { out } = await daemon.run(['jog', '0.5in', '5mm'])
    expect(out).toBe('axi moved to 12.7, 5.0 mm.\n')
    await daemon.run(['home'])
  })

  it('that are invalid are refused with the name of the flag or operand, and with the typed value', async () => {
    const { code, err } = await daemon.run(['plot', file(), '--margin', 'wide'])
    expect(code).toBe(2)
    expect(err).toMatch(/^✗ --margin wide: expected a length such as 12, 12mm, 1.2cm or 0.5in/)
    expect((await daemon.run(['jog', 'left', '0'])).err).toContain('DX left: expected a length')
  })
})

describe('a refusal', () => {
  it.each([
    [['plot', 'FILE', '--speed', '500'], '--speed is 500, expected at most 400.'],
    [['plot', 'FILE', '-c', '0'], '--copies is 0, expected at least 1.'],
    [['plot', 'FILE', '--margin', '-3'], '--margin is -3, expected at least 0.'],
    [['text', 'hi', '--retries', '-1'], '--retries is -1, expected at least 0.'],
    [['text', 'hi', '--timeout', '0'], '--timeout is "0", expected a duration such as \'2m\''],
    [['pattern', 'spiral', '--width', '1'], '--width is 1, expected at least 10'],
    [['ready', '--sheets', '0'], '--sheets is 0, expected at least 1.'],
    [['task', 'show'], 'Which task? Expected: plotd task show NAME.'],
    [['list', '--limit', '0'], '--limit 0: expected a whole number from 1 on; --all lists all jobs.'],
    [['list', '-n', '-5'], '--limit -5: expected a whole number from 1 on'],
    [['purge', '--older', '0xyz'], '--older is "0xyz", expected a duration such as \'2m\''],
    [['mark', '10,10,x'], '10,10,x: expected the place of a mark'],
    [['simulate', '--tcp', '0', '--for', '2592000'], '--for 2592000: expected 0 to 2000000 seconds'],
    [['purge', '--older', '5'], '--older 5: expected a unit, such as 5s, 5m, 5h or 5d.'],
    [['text', 'hi', '--timeout', '20'], '--timeout 20: expected a unit, such as 20s, 20m, 20h or 20d.'],
    [
      ['text', 'hi', '--retries', '2', '--backoff', '10'],
      '--backoff 10: expected a unit, such as 10s, 10m, 10h or 10d.',
    ],
    [['purge', '--older', '-1h'], '--older is "-1h", expected a duration such as \'2m\''],
  ])('of %j begins with the mistake, and names a flag as the user types it', async (words, headline) => {
    const typed = words.map((word) => (word === 'FILE' ? file() : word))
    const { code, err } = await daemon.run(typed)
    expect(code).toBe(2)
    expect(err.startsWith(`✗ ${headline}`)).toBe(true)
    expect(err.split('\n')[0]).toContain('[ERR_PARAMS]')
    expect(err).not.toMatch(/speedPercent|timeoutMs|job\.submit/)
  })
})

describe('flags that every verb takes', () => {
  it('may stand before or after the verb', async () => {
    const state = join(daemon.folder, 'state')
    const answers = await Promise.all([
      plotd(['--json', '--state', state, 'plotters']),
      plotd(['--state', state, '--json', 'plotters']),
      plotd([`--state=${state}`, 'plotters', '--json']),
    ])
    for (const { code, out } of answers) expect([code, JSON.parse(out).name]).toEqual([0, 'axi'])
    expect((await plotd(['--json', '--help'])).out).toContain('Queue something to draw')
  })
})

describe('a daemon that is not running', () => {
  it('is reported with its state folder, even if that folder is missing', async () => {
    const other = await ServedDaemon.start()
    await other.run(['list'])
    const state = join(other.folder, 'state')
    await other.halt()
    for (const folder of [state, join(daemon.folder, 'nowhere')]) {
      const { code, err } = await plotd(['--state', folder, 'list'])
      expect(code).toBe(3)
      expect(err).toContain('[ERR_DAEMON_AWAY]')
      expect(err).toContain(`No daemon runs with the state folder ${folder}`)
      const queueing = enqueue('text', { text: 'a' }, { daemon: { state: folder } })
      await expect(queueing).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
    }
    await other.stop()
  })
})

describe('a serial port that is not there', () => {
  it('is reported with the existing ports', async () => {
    const other = await ServedDaemon.start('a=serial:/dev/ttyNONE')
    const lines = await other.until(['plotters'], ([one]) =>
      String((one?.['state'] as { why?: string })?.why).includes('ttyNONE'),
    )
    expect(lines[0]?.['state']).toMatchObject({ why: expect.stringMatching(/no such device.* There (is|are) /) })
    await other.stop()
  })
})

describe('templates', () => {
  it('each have a summary in the answer to --json', async () => {
    const { out } = await plotd(['templates', '--json'])
    const all = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; summary: string })
    expect(all.length).toBeGreaterThan(9)
    expect(all.filter(({ summary }) => summary === '')).toEqual([])
    expect(all[0]).toEqual({ name: 'birthday', summary: 'a cake, balloons and streamers' })
  })
})

describe('a user of CUPS', () => {
  it('is told to pause the queue, and then jobs are accepted and none is plotted', async () => {
    expect((await daemon.run(['cupsdisable'])).err).toContain('pause --queue')
    expect((await daemon.run(['cupsreject'])).err).toContain('There is no verb')
    await daemon.json('pause', 'axi', '--queue')
    const lines = await daemon.json('plot', file(), '-p', 'axi')
    const id = lines[0]?.['id'] as string
    await daemon.json('wait', id, '--until', 'rendered')
    await daemon.json('ready', 'axi')
    expect(await daemon.json('show', id)).toMatchObject([{ status: 'rendered' }])
    await daemon.json('unready', 'axi')
    await daemon.json('resume', 'axi', '--queue')
    await daemon.json('cancel', id)
  })
})
