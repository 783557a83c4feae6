import type { IClientOptions, MqttClient } from 'mqtt'
import type { WirePlotter } from '../../src/daemon/protocol/index.ts'
import { Standstill } from '../../src/daemon/protocol/standstill.ts'
import { messageOf } from '../../src/errors.ts'
import { inTime } from '../../src/in-time.ts'
import { NEEDS, type Need } from './needs.ts'

/** The broker, and the properties that Home Assistant shows. */
export interface MqttOptions {
  /** The address of the broker: mqtt://host:1883, mqtts://host:8883. */
  readonly url: string
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** The name of this plotd on the broker. Other installations may share the broker. */
  readonly node: string
  /** Whether a button of Home Assistant may give a grant (`ready`). */
  readonly ready: boolean
  readonly version: string
  readonly page?: string | undefined
}

/** The callbacks of the bridge. */
export interface MqttActions {
  /** Called when a user presses the button of a plotter that needs a sheet. */
  readonly ready: (plotter: string, job: string) => Promise<void>
  readonly log: (message: string) => void
}

const STATES = ['offline', 'idle', 'ready', 'plotting', 'paused', 'fault'] as const
const HOME_ASSISTANT = 'homeassistant'
/** Maximum number of waiting events of a plotter. A further event replaces the oldest waiting event. */
const MAX_EVENTS = 100

interface MqttState {
  readonly plotter: WirePlotter
  /** Number of waiting jobs whose plotter is this one, or 'any'. */
  readonly queue: number
  /** Time left of the job on the plotter; 0 without a job, or when the time is unknown. */
  readonly secondsLeft: number
}

/** Publishes plotters on an MQTT broker, where Home Assistant discovers them. */
export class MqttBridge {
  readonly #options: MqttOptions
  readonly #actions: MqttActions
  #client: MqttClient | undefined
  #standstill: Standstill | undefined
  #states: readonly MqttState[] = []
  /** Whether `show` was called, so that `#states` has the present plotters. */
  #isShown = false
  /** The plotters whose state the broker retains, also from an earlier process. */
  readonly #retained = new Set<string>()
  /** Why the last try to connect failed; '' after a connection. */
  #failure = ''
  /** The last payload that `#publish` sent to each topic. */
  readonly #payloads = new Map<string, string>()
  /** The payloads that the broker has not acknowledged, by topic. The first payload of each topic is on its way. */
  readonly #queues = new Map<string, string[]>()
  /** The need for a sheet, by the plotter's name. */
  readonly #sheetNeeds = new Map<string, Need>()
  /** The keys of the needs that a press has answered. A further press for such a need has no effect. */
  readonly #answeredKeys = new Set<string>()

  constructor(options: MqttOptions, actions: MqttActions) {
    this.#options = options
    this.#actions = actions
  }

  async open(): Promise<void> {
    const { connect } = await import('mqtt')
    const will = { topic: this.#topic('status'), payload: Buffer.from('offline'), qos: 1, retain: true } as const
    // Without `reconnectOnConnackError`, this client would not try again after a broker has refused a connection.
    const again = { reconnectPeriod: 5000, reconnectOnConnackError: true }
    const client = connect(this.#options.url, { ...loginOf(this.#options), ...again, will })
    this.#client = client
    // After this process stood still, the broker may go on sending old presses for minutes. When the connection is cut,
    // the broker drops these presses.
    this.#standstill = new Standstill(() => client.stream.destroy())
    client.on('connect', () => {
      this.#failure = ''
      this.#announce()
    })
    client.on('error', (error) => this.#logFailure(messageOf(error)))
    client.on('message', (topic, payload, packet) => this.#receive(topic, payload.toString(), packet.retain))
  }

  /** Logs why there is no connection, once for all tries in a row that fail for the same reason. */
  #logFailure(message: string): void {
    if (message === this.#failure) return
    this.#failure = message
    this.#actions.log(`mqtt: ${message}`)
  }

  /**
   * Publishes `offline`, then cuts the connection. After the cut, the broker publishes the last will, which is also
   * `offline`. So the daemon need not wait longer than `limitMs` for the broker's acknowledgement.
   */
  async close(limitMs = CLOSE_MS): Promise<void> {
    const client = this.#client
    this.#standstill?.close()
    if (client?.connected) {
      const published = client.publishAsync(this.#topic('status'), 'offline', { qos: 1, retain: true })
      await acknowledged(published, limitMs).catch(() => {})
    }
    await client?.endAsync(true)
  }

  /** Publishes the changes in the states of the plotters. The needs decide which buttons have an effect. */
  show(states: readonly MqttState[], needs: readonly Need[]): void {
    this.#states = states
    this.#isShown = true
    this.#sheetNeeds.clear()
    for (const need of needs) {
      if (need.kind === 'sheet' && need.plotter !== undefined) this.#sheetNeeds.set(need.plotter, need)
    }
    if (this.#client?.connected) this.#publishAll()
  }

  /** Publishes an event for automations, without retain: Home Assistant ignores retained events. */
  publishEvent({ kind, title, text, plotter }: Need): void {
    const body = JSON.stringify({ event_type: kind, title, text })
    const names = plotter === undefined ? this.#states.map((state) => state.plotter.name) : [plotter]
    for (const name of names) this.#send(this.#topic(name, 'event'), body, false)
  }

  #topic(...parts: readonly string[]): string {
    return ['plotd', this.#options.node, ...parts].join('/')
  }

  /** Subscribes and publishes everything: after a connection, and when Home Assistant has started. */
  #announce(): void {
    this.#payloads.clear()
    this.#client?.subscribe(`${HOME_ASSISTANT}/status`, { qos: 1 })
    // With `rh: 2`, the broker sends no retained press after a subscription. With `rap`, the broker marks a later press
    // as retained if its sender asked for that.
    if (this.#options.ready) this.#client?.subscribe(this.#topic('+', 'ready', 'set'), { qos: 1, rh: 2, rap: true })
    // The broker answers with the retained states, so that `#removeOld` finds the plotters of an earlier process.
    this.#client?.subscribe(this.#topic('+', 'state'), { qos: 1 })
    this.#publish(this.#topic('status'), 'online')
    this.#publishAll()
  }

  #receive(topic: string, payload: string, isRetained: boolean): void {
    if (topic === `${HOME_ASSISTANT}/status`) {
      if (payload === 'online') this.#announce()
      return
    }
    const [, , plotter = '', last] = topic.split('/')
    if (last === 'state') {
      if (payload !== '') this.#retained.add(plotter)
      if (this.#isShown) this.#removeOld()
      return
    }
    if (this.#standstill?.isJustOver) {
      this.#actions.log('a press was ignored, because it may be old: this process stood still')
      return
    }
    const need = this.#sheetNeeds.get(plotter)
    // A retained press was meant for an earlier sheet.
    if (isRetained || payload !== 'PRESS' || !need || this.#answeredKeys.has(need.key)) return
    this.#answeredKeys.add(need.key)
    this.#actions.ready(plotter, need.job ?? '').catch((error: unknown) => {
      this.#answeredKeys.delete(need.key)
      this.#actions.log(messageOf(error))
    })
  }

  #publishAll(): void {
    for (const { plotter, queue, secondsLeft } of this.#states) {
      const { name } = plotter
      this.#publish(this.#configTopic(name), JSON.stringify(discovery(this.#options, plotter)))
      this.#publish(this.#topic(name, 'state'), stateOf(plotter))
      this.#publish(this.#topic(name, 'queue'), String(queue))
      this.#publish(this.#topic(name, 'left'), String(Math.round(secondsLeft)))
    }
    this.#removeOld()
  }

  /** Removes the devices of plotters that this daemon has no longer: an empty payload ends a retained message. */
  #removeOld(): void {
    for (const name of this.#retained) {
      if (this.#states.some(({ plotter }) => plotter.name === name)) continue
      this.#retained.delete(name)
      const topics = ['state', 'queue', 'left'].map((last) => this.#topic(name, last))
      for (const topic of [this.#configTopic(name), ...topics]) this.#publish(topic, '')
    }
  }

  #configTopic(name: string): string {
    return `${HOME_ASSISTANT}/device/plotd_${this.#options.node}_${name}/config`
  }

  #publish(topic: string, payload: string): void {
    if (this.#payloads.get(topic) === payload) return
    this.#payloads.set(topic, payload)
    this.#send(topic, payload, true)
  }

  /**
   * Sends a payload after the earlier ones of its topic. While the broker does not acknowledge, at most `MAX_EVENTS`
   * payloads of a topic wait. Of retained payloads only the newest waits.
   */
  #send(topic: string, payload: string, retain: boolean): void {
    const queue = this.#queues.get(topic) ?? []
    this.#queues.set(topic, queue)
    queue.push(payload)
    if (queue.length > 1 + (retain ? 1 : MAX_EVENTS)) queue.splice(1, 1)
    if (queue.length === 1) this.#sendFirst(topic, queue, retain)
  }

  #sendFirst(topic: string, queue: string[], retain: boolean): void {
    const [first] = queue
    if (first === undefined) return
    this.#client?.publish(topic, first, { qos: 1, retain }, () => {
      queue.shift()
      if (!this.#client?.disconnecting) this.#sendFirst(topic, queue, retain)
    })
  }
}

type Broker = Pick<MqttOptions, 'url' | 'username' | 'password' | 'node'>

const loginOf = ({ username, password }: Broker): IClientOptions => ({
  protocolVersion: 5,
  clean: true,
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
})

/**
 * Resolves when the broker has acknowledged a message to `plotd/NODE/test`.
 *
 * @param limitMs  limit on the wait for the connection; the wait for the acknowledgement has the same limit
 * @throws the error of the connection, or an error when the broker acknowledges too late
 */
export async function testBroker(broker: Broker, limitMs = BROKER_MS): Promise<void> {
  const { connectAsync } = await import('mqtt')
  const options = { reconnectPeriod: 0, connectTimeout: limitMs }
  const client = await connectAsync(broker.url, { ...loginOf(broker), ...options }, false)
  try {
    const published = client.publishAsync(`plotd/${broker.node}/test`, 'This broker works.', { qos: 1 })
    await acknowledged(published, limitMs)
  } finally {
    await client.endAsync(true)
  }
}

/** Default limit of `testBroker`, ms. */
const BROKER_MS = 10_000
/** Default limit of `MqttBridge.close`, ms. */
const CLOSE_MS = 2000

/** Resolves when `published` resolves. @throws the error of `published`, or an error after `limitMs` */
const acknowledged = (published: Promise<unknown>, limitMs: number): Promise<unknown> =>
  inTime(published, limitMs, () => new Error(`the broker has not acknowledged a message within ${limitMs / 1000} s`))

/**
 * The state of a plotter for Home Assistant. `STATES` has no `unknown`, so a plotter whose host is silent is shown as
 * offline.
 */
function stateOf({ state }: WirePlotter): (typeof STATES)[number] {
  if (state.is === 'unknown') return 'offline'
  return state.is === 'idle' && state.ready ? 'ready' : state.is
}

/** The announcement of a plotter as a device, for the device discovery of Home Assistant. */
export function discovery({ node, version, page, ready }: MqttOptions, { name, profile }: WirePlotter): object {
  const id = `plotd_${node}_${name}`
  const topic = (last: string) => `plotd/${node}/${name}/${last}`
  const own = (part: string) => ({ unique_id: `${id}_${part}` })
  return {
    device: {
      identifiers: [id],
      name: `Plotter ${name}`,
      manufacturer: 'plotd',
      model: profile,
      sw_version: version,
      ...(page !== undefined && { configuration_url: page }),
    },
    origin: { name: 'plotd', sw_version: version },
    availability: [{ topic: `plotd/${node}/status` }],
    availability_mode: 'all',
    qos: 1,
    components: {
      state: {
        platform: 'sensor',
        ...own('state'),
        name: 'State',
        state_topic: topic('state'),
        device_class: 'enum',
        options: STATES,
      },
      queue: {
        platform: 'sensor',
        ...own('queue'),
        name: 'Jobs waiting',
        state_topic: topic('queue'),
        state_class: 'measurement',
      },
      left: {
        platform: 'sensor',
        ...own('left'),
        name: 'Time left',
        state_topic: topic('left'),
        device_class: 'duration',
        unit_of_measurement: 's',
      },
      event: { platform: 'event', ...own('event'), name: 'Needs', state_topic: topic('event'), event_types: NEEDS },
      ...(ready && {
        ready: {
          platform: 'button',
          ...own('ready'),
          name: 'A sheet is down',
          command_topic: topic('ready/set'),
          payload_press: 'PRESS',
          retain: false,
        },
      }),
    },
  }
}
