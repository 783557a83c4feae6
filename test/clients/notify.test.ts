import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as tcpServer } from 'node:net'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { connect } from '../../clients/node/index.ts'
import { post } from '../../clients/notify/channels/channel.ts'
import { mail } from '../../clients/notify/channels/mail.ts'
import { signature } from '../../clients/notify/channels/webhook.ts'
import { MqttBridge, testBroker } from '../../clients/notify/mqtt.ts'
import { isMetIn, type Need, needsOf } from '../../clients/notify/needs.ts'
import { Notifier, testChannels } from '../../clients/notify/notifier.ts'
import { afterCrash, arrived, emptyOutbox, failed, settled, takeUp, withBegun } from '../../clients/notify/outbox.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import type { WireJob, WirePlotter } from '../../src/daemon/protocol/index.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const temp = tempFolder()
const plotter = (more: Partial<WirePlotter>): WirePlotter =>
  ({ name: 'axi', state: { is: 'idle', ready: false }, profile: 'axidraw-v3', ...more }) as WirePlotter
const job = (more: Partial<WireJob>): WireJob =>
  ({ id: 'J1', title: 'a card', status: 'rendered', plot: { plotter: 'axi', copies: 1 }, ...more }) as WireJob
const needs = (plotters: WirePlotter[], jobs: WireJob[], more: object = {}) =>
  needsOf({ plotters, jobs, batches: [], since: 100, ...more })
const need = (key: string, kind: Need['kind'] = 'sheet'): Need => ({ key, kind, title: key, text: key })

describe('what plotd notifies of', () => {
  it('is a sheet while a job waits for it and nobody gave a grant', () => {
    expect(needs([plotter({})], [job({})])).toMatchObject([{ kind: 'sheet', key: 'sheet:axi:0', plotter: 'axi' }])
    expect(needs([plotter({})], [job({ status: 'queued' })])).toEqual([])
    expect(needs([plotter({ state: { is: 'idle', ready: true } })], [job({})])).toEqual([])
    expect(needs([plotter({})], [job({ plot: { plotter: 'other', copies: 1 } })])).toEqual([])
    const failedFeeder = { is: 'failed', why: 'the paper is stuck', at: 7 } as const
    expect(needs([plotter({ feeder: failedFeeder })], [job({})])).toMatchObject([
      { key: 'sheet:axi:0', text: expect.stringContaining('the paper is stuck') },
    ])
    expect(needs([plotter({ queuePaused: true })], [job({})])).toEqual([])
    expect(needs([plotter({ maintenance: { reason: 'oil', by: 'me', since: 1 } })], [job({})])).toEqual([])
  })

  it('is a pen, a fault, an interruption, a failure, a batch that is done, and a full disk', () => {
    const paused = { is: 'paused', job: 'J1', why: 'pen-change', prompt: 'put in red', since: 5 } as const
    expect(needs([plotter({ state: paused })], [])[0]).toMatchObject({
      kind: 'pen',
      title: 'axi needs another pen',
      text: 'put in red. Then run plotd resume.',
    })
    const service = { ...paused, prompt: 'wipe the tip: blue has drawn 12 m' }
    expect(needs([plotter({ state: service })], [])[0]).toMatchObject({ title: 'axi needs its pen serviced' })
    expect(needs([plotter({ state: { is: 'fault', code: 'ERR_DEVICE', message: 'm' } })], [])[0]?.kind).toBe('fault')
    const stuck = { is: 'paused', job: 'J1', why: 'operator', prompt: 'is the disk full?', since: 5 } as const
    expect(needs([plotter({ state: stuck })], [])[0]).toMatchObject({ kind: 'fault', title: 'axi stands still' })
    expect(needs([plotter({ state: { is: 'paused', job: 'J1', why: 'operator', since: 5 } })], [])).toEqual([])
    expect(needs([], [job({ status: 'interrupted' })])[0]?.kind).toBe('interrupted')
    expect(needs([], [job({ status: 'failed', endedAt: 200 })])[0]?.kind).toBe('failed')
    expect(needs([], [job({ status: 'failed', endedAt: 50 })])).toEqual([])
    const batch = { name: 'xmas', left: 0, done: 3, cards: 3, spoiled: 1, failed: 0, endedAt: 200 }
    expect(needs([], [], { batches: [batch] })[0]).toMatchObject({
      kind: 'batch',
      text: '3 of 3 cards are drawn; 1 spoiled.',
    })
    expect(needs([], [], { diskFree: 0.01 })[0]?.kind).toBe('disk')
  })
})

describe('the outbox', () => {
  const channels = [
    { name: 'hook', events: ['sheet', 'failed', 'fault'], hasIds: true },
    { name: 'push', events: ['sheet', 'fault'], hasIds: false },
  ] as const
  const empty = emptyOutbox(0)

  it('records a need once for each channel that wants it, with an id that stays', () => {
    const first = takeUp(empty, [need('a'), need('b', 'failed')], channels, 1)
    expect(first.waiting.map(({ channel, need: { key } }) => `${channel} ${key}`)).toEqual([
      'hook a',
      'push a',
      'hook b',
    ])
    expect(takeUp(first, [need('a'), need('b', 'failed')], channels, 2)).toBe(first)
    expect(takeUp(empty, [need('a')], channels, 9).waiting[0]?.id).toBe(first.waiting[0]?.id)
  })

  it('sends again when a need ended and comes back, and not when it was only hidden for a while', () => {
    const fault = need('fault:axi:ERR_DEVICE:no', 'fault')
    const first = takeUp(empty, [fault], channels, 1)
    const isMet = (state: WirePlotter['state']) =>
      isMetIn({ plotters: [plotter({ state })], jobs: [], batches: [], since: 0 })
    const offline = takeUp(first, [], channels, 2, isMet({ is: 'offline', why: 'unplugged' }))
    expect(takeUp(offline, [fault], channels, 3).waiting).toEqual([])
    const cleared = takeUp(first, [], channels, 2, isMet({ is: 'idle', ready: false }))
    const again = takeUp(cleared, [fault], channels, 3)
    expect(again.waiting).toHaveLength(2)
    expect(again.waiting[0]?.id).not.toBe(first.waiting[0]?.id)
    expect(takeUp(again, [fault], channels, 4, isMet({ is: 'idle', ready: false }))).toBe(again)
  })

  it('sends a message for each pause and each interruption, also at the same stroke', () => {
    const paused = (since: number) => ({ is: 'paused', job: 'J1', why: 'pen-change', prompt: 'wipe', since }) as const
    const cut = (since: number) => job({ status: 'interrupted', reason: { code: 'restart', message: 'cut', since } })
    const all = [
      needs([plotter({ state: paused(1) })], []),
      needs([plotter({ state: paused(2) })], []),
      needs([], [cut(1)]),
      needs([], [cut(2)]),
    ]
    expect(new Set(all.flat().map(({ key }) => key)).size).toBe(4)
  })

  it('sends one message for a sheet while jobs change places, and another when nothing waited in between', () => {
    const [first] = needs([plotter({})], [job({ id: 'J1' })])
    const [other] = needs([plotter({})], [job({ id: 'J2' }), job({ id: 'J1' })])
    expect(other?.key).toBe(first?.key)
    const met = (...jobs: WireJob[]) => isMetIn({ plotters: [plotter({})], jobs, batches: [], since: 0 })
    expect(met()('sheet:axi:0')).toBe(true)
    expect(met(job({ status: 'queued' }))('sheet:axi:0')).toBe(false)
    expect(met(job({ plot: { plotter: 'other', copies: 1 } }))('sheet:axi:0')).toBe(true)
  })

  it('asks for a sheet again after a grant that ended without one', () => {
    const [before] = needs([plotter({ grants: 3 })], [job({})])
    const [after] = needs([plotter({ grants: 4 })], [job({})])
    expect(before?.key).not.toBe(after?.key)
  })

  it('drops a condition that ends before a message went out, and keeps jobs that ended', () => {
    const waiting = takeUp(empty, [need('a'), need('b', 'failed')], channels, 1)
    expect(takeUp(waiting, [], channels, 2).waiting.map(({ need: { key } }) => key)).toEqual(['b'])
  })

  it('tries again later and later, waits as long as the receiver says, and gives up after two days and more', () => {
    let outbox = takeUp(empty, [need('a', 'failed')], channels, 0)
    let waited = 0
    for (let tries = 0; outbox.waiting[0] && tries < 50; tries++) {
      const [delivery] = outbox.waiting
      outbox = failed(outbox, delivery, 0, 0.5)
      waited += outbox.waiting[0]?.next ?? 0
    }
    expect(outbox.waiting).toEqual([])
    expect(waited).toBeGreaterThan(2 * 86_400_000)
    const [first] = takeUp(empty, [need('a', 'failed')], channels, 0).waiting
    const again = first && failed(takeUp(empty, [need('a', 'failed')], channels, 0), first, 0, 0.5, 60_000)
    expect(again?.waiting[0]?.next).toBe(60_000)
  })

  it('tries the others of a channel at once when one of its messages arrives', () => {
    let outbox = takeUp(empty, [need('a'), need('b'), need('c')], channels, 0)
    for (const delivery of outbox.waiting) outbox = failed(outbox, delivery, 0, 0.5)
    const [first] = outbox.waiting
    const after = first && arrived(outbox, first, 2)
    expect(after?.waiting.map(({ channel, next }) => [channel, next])).toEqual([
      ['push', 5000],
      ['hook', 2],
      ['push', 5000],
      ['hook', 2],
      ['push', 5000],
    ])
  })

  it('sends again after a crash only where the receiver knows a repeat by its id, or for a fault', () => {
    let outbox = takeUp(empty, [need('a'), need('f', 'fault')], channels, 1)
    for (const delivery of outbox.waiting) outbox = withBegun(outbox, delivery)
    expect(afterCrash(outbox, channels).waiting.map(({ channel, need: { key } }) => `${channel} ${key}`)).toEqual([
      'hook a',
      'hook f',
      'push f',
    ])
    const [delivery] = outbox.waiting
    expect(delivery && settled(outbox, delivery).waiting).toHaveLength(3)
  })
})

/** A receiver of webhooks that can be switched off. */
async function receiver() {
  const got: { headers: Record<string, unknown>; body: string }[] = []
  let status = 200
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => {
      body += part.toString()
    })
    request.on('end', () => {
      if (status === 200) got.push({ headers: request.headers, body })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    ...{ got, url: `http://127.0.0.1:${port}/hook` },
    answer: (next: number) => {
      status = next
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

const notifyOf = (value: object) => configSchema.parse({ state: temp, notify: value }).notify

describe('a webhook', () => {
  it('is signed as Standard Webhooks specifies', () => {
    // The example of the specification.
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const body = '{"test": 2432232314}'
    expect(signature(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, body)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    )
  })

  it('fails for anything but 2xx, and 410 ends it', async () => {
    const end = await receiver()
    end.answer(503)
    await expect(post(end.url, '{}', {})).rejects.toMatchObject({ message: 'HTTP 503', isGone: false })
    end.answer(410)
    await expect(post(end.url, '{}', {})).rejects.toMatchObject({ isGone: true })
    await end.close()
  })
})

describe('the channels that push', () => {
  it('send what their receivers expect, and mention nobody', async () => {
    const end = await receiver()
    const notify = notifyOf({
      channels: [
        { name: 'phone', kind: 'ntfy', url: end.url },
        { name: 'team', kind: 'slack', url: end.url },
        { name: 'club', kind: 'discord', url: end.url },
      ],
    })
    expect([...(await testChannels(notify, undefined, 'msg_test')).values()]).toEqual(['', '', ''])
    const bodies = end.got.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    expect(bodies[0]).toMatchObject({ topic: 'hook', title: 'plotd: a test', priority: 4 })
    expect(bodies[1]?.['text']).toContain('*plotd: a test*')
    expect(bodies[2]).toMatchObject({ allowed_mentions: { parse: [] } })
    await end.close()
  })
})

describe('e-mail', () => {
  it('goes by SMTP with the id as its Message-ID', async () => {
    const lines: string[] = []
    const server = tcpServer((socket) => {
      let isData = false
      socket.write('220 test\r\n')
      socket.on('data', (data: Buffer) => {
        for (const line of data.toString().split('\r\n').filter(Boolean)) {
          lines.push(line)
          if (isData && line !== '.') continue
          if (isData) isData = false
          else if (line === 'DATA') isData = true
          socket.write(line === 'DATA' ? '354 go\r\n' : line.startsWith('EHLO') ? '250 test\r\n' : '250 ok\r\n')
        }
      })
      socket.on('error', () => {})
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const to = { host: '127.0.0.1', port, secure: false, from: 'plotd@example.org', to: ['ada@example.org'] }
    await mail(to).send({ id: 'msg_1', at: 0, need: need('The pen is dry') })
    expect(lines).toContain('Message-ID: <msg_1@plotd>')
    expect(lines).toContain('Subject: The pen is dry')
    server.close()
  })
})

describe('the notifier', () => {
  let house: StartedDaemon
  let notifier: Notifier | undefined
  afterEach(async () => {
    await notifier?.close()
    notifier = undefined
    await house.close()
  })

  it('sends one message for each need, also over a restart and while the receiver is down', async () => {
    const end = await receiver()
    const state = await mkdtemp(join(temp, 'notify-'))
    house = await startedDaemon({ plotters: [{ name: 'axi', url: 'sim:ebb?speed=200', profile: 'axidraw-v3' }] })
    const secret = join(state, 'secret')
    await writeFile(secret, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n')
    const notify = notifyOf({ channels: [{ name: 'hook', kind: 'webhook', url: end.url, secret: { file: secret } }] })
    let lateMs = 0
    const opened = async () => {
      const client = await connect({ url: house.daemon.url, token: house.daemon.token })
      return Notifier.open({ client, notify, state, log: () => {}, now: () => Date.now() + lateMs })
    }
    notifier = await opened()
    end.answer(503)
    const { id } = await house.client.call('job.submit', {
      task: 'text',
      params: { text: 'x' },
      plot: { plotter: 'axi' },
    })
    await until(async () => (notifier?.waiting[0]?.tries ?? 0) >= 1)
    expect(end.got).toEqual([])
    await notifier.close()
    end.answer(200)
    lateMs = 3_600_000
    notifier = await opened()
    await until(async () => end.got.length === 1)
    const [{ headers, body } = { headers: {}, body: '' }] = end.got
    expect(JSON.parse(body)).toMatchObject({ type: 'plotd.sheet', data: { kind: 'sheet', plotter: 'axi', job: id } })
    const seconds = Number(headers['webhook-timestamp'])
    const expected = signature('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', String(headers['webhook-id']), seconds, body)
    expect(headers['webhook-signature']).toBe(expected)
    await notifier.close()
    notifier = await opened()
    await new Promise((resolve) => setTimeout(resolve, 800))
    expect(end.got).toHaveLength(1)
    expect(JSON.parse(await readFile(join(state, 'notify.json'), 'utf8'))).toMatchObject({ waiting: [] })
    await end.close()
  })
})

const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined

describe.skipIf(!hasMosquitto)('MQTT, on a real mosquitto (skipped where it is not installed)', () => {
  it('shows plotters to Home Assistant, and takes a press once, for the sheet that is asked for', async () => {
    const port = await freePort()
    const config = join(temp, 'mosquitto.conf')
    await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`)
    const broker = spawn('mosquitto', ['-c', config], { stdio: 'ignore' })
    const url = `mqtt://127.0.0.1:${port}`
    const watcher = mqtt.connect(url, { protocolVersion: 5, reconnectPeriod: 100 })
    const messages = new Map<string, string>()
    watcher.on('message', (topic, payload) => messages.set(topic, payload.toString()))
    watcher.on('error', () => {})
    await until(async () => watcher.connected)
    await watcher.subscribeAsync(['plotd/#', 'homeassistant/device/#'], { qos: 1 })
    const set = 'plotd/shop/axi/ready/set'
    await watcher.publishAsync(set, 'PRESS', { qos: 1, retain: true })
    const presses: string[] = []
    const options = { url, node: 'shop', ready: true, version: '1' }
    const bridge = new MqttBridge(options, {
      ready: async (name, id) => void presses.push(`${name} ${id}`),
      log: () => {},
    })
    const request = (n: number) =>
      bridge.show(
        [{ plotter: plotter({}), queue: 3, secondsLeft: 0 }],
        [{ ...need(`sheet ${n}`), plotter: 'axi', job: `J${n}` }],
      )
    request(1)
    await bridge.open()
    await until(
      async () => messages.get('plotd/shop/status') === 'online' && messages.get('plotd/shop/axi/queue') === '3',
    )
    const found = JSON.parse(messages.get('homeassistant/device/plotd_shop_axi/config') ?? '{}') as {
      components: object
    }
    expect(Object.keys(found.components)).toEqual(['state', 'queue', 'left', 'event', 'ready'])
    expect(messages.get('plotd/shop/axi/state')).toBe('idle')
    const away = { state: { is: 'unknown' as const, since: 0, why: 'its host does not answer' } }
    bridge.show([{ plotter: plotter(away), queue: 3, secondsLeft: 0 }], [])
    await until(async () => messages.get('plotd/shop/axi/state') === 'offline')
    await testBroker(options)
    await until(async () => messages.has('plotd/shop/test'))
    await expect(testBroker({ ...options, url: 'mqtt://127.0.0.1:1' })).rejects.toThrow('ECONNREFUSED')
    request(1)
    await watcher.publishAsync(set, '', { qos: 1, retain: true })
    expect(presses).toEqual([])
    await watcher.publishAsync(set, 'PRESS', { qos: 1 })
    await until(async () => presses.length === 1)
    await watcher.publishAsync(set, 'PRESS', { qos: 1 })
    request(2)
    await watcher.publishAsync('plotd/shop/fence', '1', { qos: 1 })
    await until(async () => messages.get('plotd/shop/fence') === '1')
    await watcher.publishAsync(set, 'PRESS', { qos: 1 })
    await until(async () => presses.length >= 2)
    expect(presses).toEqual(['axi J1', 'axi J2'])
    await bridge.close()
    await until(async () => messages.get('plotd/shop/status') === 'offline')
    await watcher.endAsync(true)
    broker.kill()
  })
})
