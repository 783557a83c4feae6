import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, type Socket, type Server as TcpServer, createServer as tcpServer } from 'node:net'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect, type PlotdClient } from '../../clients/node/index.ts'
import { post } from '../../clients/notify/channels/channel.ts'
import { mail } from '../../clients/notify/channels/mail.ts'
import { signature } from '../../clients/notify/channels/webhook.ts'
import { MqttBridge, testBroker } from '../../clients/notify/mqtt.ts'
import type { Need } from '../../clients/notify/needs.ts'
import { Notifier, testChannels } from '../../clients/notify/notifier.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { failJob } from '../support/fail-job.ts'
import { freePort } from '../support/free-port.ts'
import { itLong } from '../support/fuzz.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { wirePlotter } from '../support/wire.ts'

const temp = tempFolder()
const need = (key: string, kind: Need['kind'] = 'sheet'): Need => ({ key, kind, title: key, text: key })

/** A receiver of webhooks. It answers with HTTP 200, or with the status that the last call of `answer` set. */
async function receiver() {
  const received: { headers: Record<string, unknown>; body: string }[] = []
  let status = 200
  let headers: Record<string, string> = {}
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => {
      body += part.toString()
    })
    request.on('end', () => {
      if (status === 200) received.push({ headers: request.headers, body })
      response.writeHead(status, headers).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    ...{ received, url: `http://127.0.0.1:${port}/hook` },
    answer: (next: number, nextHeaders: Record<string, string> = {}) => {
      status = next
      headers = nextHeaders
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

const notifyOf = (value: object) => configSchema.parse({ state: temp, notify: value }).notify

describe('a webhook', () => {
  it.each([
    ['120', 120_000],
    ['999999999', 86_400_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400_000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['soon', 0],
  ])('that answers `Retry-After: %s` asks for a pause of %d ms', async (text, retryAfterMs) => {
    const end = await receiver()
    end.answer(503, { 'retry-after': text })
    await expect(post(end.url, '{}', {})).rejects.toMatchObject({ retryAfterMs })
    await end.close()
  })

  it('is signed as Standard Webhooks specifies', () => {
    // The example of the specification.
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const body = '{"test": 2432232314}'
    expect(signature(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, body)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    )
  })

  it('fails on HTTP 503, and counts as gone on HTTP 410', async () => {
    const end = await receiver()
    end.answer(503)
    await expect(post(end.url, '{}', {})).rejects.toMatchObject({ message: 'HTTP 503', isFinal: false })
    end.answer(410)
    await expect(post(end.url, '{}', {})).rejects.toMatchObject({ isFinal: true })
    await end.close()
  })

  it('fails with a sentence, as a mail does, when the receiver uses no TLS at a port for TLS', async () => {
    const end = await receiver()
    const port = Number(new URL(end.url).port)
    const why = 'the receiver uses no TLS at this port'
    await expect(post(`https://127.0.0.1:${port}/`, '{}', {})).rejects.toThrow(why)
    const to = { host: '127.0.0.1', port, secure: true, from: 'plotd@example.org', to: ['ada@example.org'] }
    await expect(mail(to).send({ id: 'msg_1', at: 0, need: need('The pen is dry') })).rejects.toThrow(why)
    await end.close()
  })
})

describe('the channels that push', () => {
  it('send what their receivers expect, and mention nobody on Discord', async () => {
    const end = await receiver()
    const notify = notifyOf({
      channels: [
        { name: 'phone', kind: 'ntfy', url: end.url },
        { name: 'team', kind: 'slack', url: end.url },
        { name: 'club', kind: 'discord', url: end.url },
      ],
    })
    expect([...(await testChannels(notify, undefined, 'msg_test')).values()]).toEqual(['', '', ''])
    const bodies = end.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    expect(bodies[0]).toMatchObject({ topic: 'hook', title: 'plotd: a test', priority: 4 })
    expect(bodies[1]?.['text']).toContain('*plotd: a test*')
    expect(bodies[2]).toMatchObject({ allowed_mentions: { parse: [] } })
    await end.close()
  })
})

describe('e-mail', () => {
  it('is sent by SMTP, with the id of the message in its Message-ID', async () => {
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

  it('is given up after a minute, even if the server keeps sending answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let hasAnswered = (): void => {}
    const answered = new Promise<void>((resolve) => {
      hasAnswered = resolve
    })
    const sockets: Socket[] = []
    const server = tcpServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => {})
      socket.write('220 test\r\n')
      socket.on('data', () => socket.write('250-more follows\r\n', () => hasAnswered()))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const to = { host: '127.0.0.1', port, secure: false, from: 'plotd@example.org', to: ['ada@example.org'] }
    const sent = mail(to).send({ id: 'msg_1', at: 0, need: need('The pen is dry') })
    const refused = expect(sent).rejects.toThrow('took no mail within 60 s')
    await answered
    vi.advanceTimersByTime(60_000)
    await refused
    vi.useRealTimers()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
})

describe('a notifier that cannot open', () => {
  const hook = { name: 'hook', kind: 'webhook', url: 'http://127.0.0.1:9/hook' }
  const UNREAD = {
    code: 'ERR_CONFIG',
    message: expect.stringMatching(/^channel hook: the file .* cannot be read: ENOENT/),
  }
  it.each([
    ['its outbox is cut off', '{', hook, { code: 'ERR_FILE' }],
    ['its outbox has no lists', '{}', hook, { code: 'ERR_FILE' }],
    ['a secret cannot be read', undefined, { ...hook, secret: { file: join(temp, 'none') } }, UNREAD],
  ])('closes its client, so that the process can end: %s', async (_, outbox, channel, expected) => {
    const state = await mkdtemp(join(temp, 'notify-'))
    if (outbox !== undefined) await writeFile(join(state, 'notify.json'), outbox)
    const close = vi.fn()
    const client = { close } as unknown as PlotdClient
    const opening = Notifier.open({ client, notify: notifyOf({ channels: [channel] }), state, log: () => {} })
    await expect(opening).rejects.toMatchObject(expected)
    expect(close).toHaveBeenCalled()
  })

  it('says that the password of the MQTT broker cannot be read', async () => {
    const client = { close: () => {}, call: async () => ({ version: '1' }) } as unknown as PlotdClient
    const notify = notifyOf({ mqtt: { url: 'mqtt://127.0.0.1:9', password: { file: join(temp, 'none') } } })
    await expect(Notifier.open({ client, notify, state: temp, log: () => {} })).rejects.toMatchObject({
      message: expect.stringMatching(/^mqtt: the file .* cannot be read: ENOENT/),
    })
  })
})

describe('the notifier', () => {
  let served: StartedDaemon
  let notifier: Notifier | undefined
  afterEach(async () => {
    await notifier?.close()
    notifier = undefined
    await served.close()
  })

  it('sends one message for each need, even if the receiver was down and the notifier was restarted', async () => {
    const end = await receiver()
    const state = await mkdtemp(join(temp, 'notify-'))
    served = await startedDaemon({ plotters: [{ name: 'axi', url: 'sim:ebb?speed=200', profile: 'axidraw-v3' }] })
    const secret = join(state, 'secret')
    await writeFile(secret, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n')
    const notify = notifyOf({ channels: [{ name: 'hook', kind: 'webhook', url: end.url, secret: { file: secret } }] })
    let lateMs = 0
    const opened = async () => {
      const client = await connect({ url: served.daemon.url, token: served.daemon.token })
      return Notifier.open({ client, notify, state, log: () => {}, now: () => Date.now() + lateMs })
    }
    notifier = await opened()
    end.answer(503)
    const { id } = await served.client.call('job.submit', {
      task: 'text',
      params: { text: 'x' },
      plot: { plotter: 'axi' },
    })
    await until(async () => (notifier?.waiting[0]?.tries ?? 0) >= 1)
    expect(end.received).toEqual([])
    await notifier.close()
    end.answer(200)
    lateMs = 3_600_000
    notifier = await opened()
    await until(async () => end.received.length === 1)
    const [{ headers, body } = { headers: {}, body: '' }] = end.received
    expect(JSON.parse(body)).toMatchObject({ type: 'plotd.sheet', data: { kind: 'sheet', plotter: 'axi', job: id } })
    const seconds = Number(headers['webhook-timestamp'])
    const expected = signature('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', String(headers['webhook-id']), seconds, body)
    expect(headers['webhook-signature']).toBe(expected)
    await notifier.close()
    notifier = await opened()
    await failJob(served.client)
    await until(() => end.received.length >= 2)
    await notifier.close()
    notifier = undefined
    expect(end.received.map((each) => JSON.parse(each.body).type)).toEqual(['plotd.sheet', 'plotd.failed'])
    expect(JSON.parse(await readFile(join(state, 'notify.json'), 'utf8'))).toMatchObject({ waiting: [] })
    await end.close()
  })

  it('sends the messages of a channel while another channel does not answer, and loses no message of either channel', async () => {
    const end = await receiver()
    const answers: (() => void)[] = []
    const silent = createServer((_, response) => void answers.push(() => response.end()))
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const state = await mkdtemp(join(temp, 'notify-'))
    served = await startedDaemon({})
    const hangs = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`
    const notify = notifyOf({
      channels: [
        { name: 'hangs', kind: 'webhook', url: hangs },
        { name: 'works', kind: 'webhook', url: end.url },
      ],
    })
    const client = await connect({ url: served.daemon.url, token: served.daemon.token })
    notifier = await Notifier.open({ client, notify, state, log: () => {} })
    await failJob(served.client)
    await until(() => answers.length === 1)
    await failJob(served.client)
    await until(() => end.received.length === 2)
    expect(answers).toHaveLength(1)
    answers[0]?.()
    await until(() => answers.length === 2)
    answers[1]?.()
    await until(() => notifier?.waiting.length === 0)
    expect(JSON.parse(await readFile(join(state, 'notify.json'), 'utf8'))).toMatchObject({ waiting: [] })
    silent.close()
    await end.close()
  })

  itLong('finds, at its start, the need of a job that is behind many others', async () => {
    const end = await receiver()
    const state = await mkdtemp(join(temp, 'notify-'))
    const plotters = ['axi', 'bob'].map((name) => ({ name, url: 'sim:ebb?speed=200', profile: 'axidraw-v3' }))
    served = await startedDaemon({ plotters })
    const job = { task: 'text', params: { text: 'x' }, plot: { plotter: 'bob' } }
    await served.client.call('job.submitAll', { jobs: Array.from({ length: 205 }, () => job) })
    const { id } = await served.client.call('job.submit', {
      task: 'text',
      params: { text: 'x' },
      plot: { plotter: 'axi' },
      priority: 'low',
    })
    await until(async () => (await served.client.call('job.get', { id })).status === 'rendered')
    const notify = notifyOf({ channels: [{ name: 'hook', kind: 'webhook', url: end.url }] })
    const client = await connect({ url: served.daemon.url, token: served.daemon.token })
    notifier = await Notifier.open({ client, notify, state, log: () => {} })
    await until(async () => end.received.length === 2)
    expect(new Set(end.received.map(({ body }) => JSON.parse(body).data.plotter))).toEqual(new Set(['axi', 'bob']))
    await end.close()
  })
})

describe('an MQTT broker that accepts the connection but acknowledges no message', () => {
  let broker: TcpServer
  let url = ''
  let received = ''
  beforeEach(async () => {
    received = ''
    broker = tcpServer((socket) => {
      socket.once('data', () => socket.write(Buffer.of(0x20, 3, 0, 0, 0))) // CONNACK
      socket.on('data', (data: Buffer) => {
        received += data.toString('latin1')
      })
      socket.on('error', () => {})
    })
    await once(broker.listen(0, '127.0.0.1'), 'listening')
    url = `mqtt://127.0.0.1:${(broker.address() as AddressInfo).port}`
  })
  afterEach(() => void broker.close())

  it('fails the test of the broker', async () => {
    await expect(testBroker({ url, node: 'shop' }, 500)).rejects.toThrow('not acknowledged a message within 0.5 s')
  })

  it('lets the bridge close', async () => {
    const bridge = new MqttBridge(
      { url, node: 'shop', ready: false, version: '1' },
      { ready: async () => {}, log: () => {} },
    )
    await bridge.open()
    await until(async () => received.includes('online'))
    await bridge.close(100)
    expect(received).toMatch(/offline.*online.*offline/s)
  })
})

const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined

describe.skipIf(!hasMosquitto)('MQTT, on a real mosquitto (skipped when it is not installed)', () => {
  it('shows plotters to Home Assistant, and accepts a press once, for the sheet that a job waits for', async () => {
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
        [{ plotter: wirePlotter({ is: 'idle', ready: false }), queue: 3, secondsLeft: 0 }],
        [{ ...need(`sheet ${n}`), plotter: 'axi', job: `J${n}` }],
      )
    request(1)
    await bridge.open()
    await until(
      async () => messages.get('plotd/shop/status') === 'online' && messages.get('plotd/shop/axi/queue') === '3',
    )
    const device = JSON.parse(messages.get('homeassistant/device/plotd_shop_axi/config') ?? '{}') as {
      components: object
    }
    expect(Object.keys(device.components)).toEqual(['state', 'queue', 'left', 'event', 'ready'])
    expect(messages.get('plotd/shop/axi/state')).toBe('idle')
    const away = wirePlotter({ is: 'unknown', since: 0, why: 'its host does not answer' })
    bridge.show([{ plotter: away, queue: 3, secondsLeft: 0 }], [])
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
