import { setMaxListeners } from 'node:events'
import type { Logger } from 'pino'
import type { WebSocket } from 'ws'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { nextSlice } from '../../slices.ts'
import type { Config } from '../config/schema.ts'
import type { Hub } from '../events/index.ts'
import { type Caller, clientLeft } from '../methods/index.ts'
import type { Topic } from '../protocol/index.ts'
import type { Standstill } from '../protocol/standstill.ts'
import type { ConnectionMemory, MessageMemory } from './message-memory.ts'
import type { PacedSocket } from './paced-socket.ts'
import { Bucket } from './rate-limit.ts'
import type { Rpc } from './rpc.ts'

const HEARTBEAT_MS = 30_000
/** The close code by which a client knows that it may connect again (registry of RFC 6455). */
const TRY_AGAIN_LATER = 1013
/** Maximum number of bytes of the reason of a close (RFC 6455, 5.5). */
const REASON = 123
/** The client has this time to receive the reason, ms. */
const CLOSE_MS = 200
/** A call of `#sendEvents` sends or skips at most this number of events. Further events wait for a later turn. */
const EVENTS_A_TURN = 256

/** When answers and events of more than this number of bytes wait, they are sent before the turn ends. */
const GATHERED = 65_536

/** Bytes of a ping or pong from a client, which belong to no message. */
const controlFrame = ({ length }: Buffer): number => 6 + length

interface Subscription {
  readonly topics: ReadonlySet<Topic>
  /** The number of the last event that was sent to the client, or skipped because of its topic. */
  seq: number
  /** Whether the client has the answer to `events.subscribe`, after which events may follow. */
  isAnswered: boolean
  readonly stop: () => void
}

/** A message that the daemon has not answered yet. */
interface Pending {
  readonly bytes: number
  /** The subscription that the message began. */
  subscription: Subscription | undefined
}

export interface ClientParts {
  readonly socket: WebSocket
  /** The stream below the WebSocket. */
  readonly stream: Pick<PacedSocket, 'gather' | 'flush'>
  readonly rpc: Rpc
  readonly hub: Hub
  readonly caller: Pick<Caller, 'identity' | 'isAlive'>
  readonly memory: MessageMemory
  readonly standstill: Pick<Standstill, 'isJustOver'>
  readonly limits: Config['limits']
  readonly log: Logger
}

/**
 * One WebSocket client. The client gets the answers to its calls and the events that it follows. The daemon never waits
 * for a client.
 */
export class Client {
  readonly #socket: WebSocket
  readonly #stream: ClientParts['stream']
  readonly #rpc: Rpc
  readonly #hub: Hub
  /** The part of the caller that all messages share. */
  readonly #caller: Required<Pick<Caller, 'identity' | 'isAlive' | 'gone' | 'unfollow' | 'owe'>>
  readonly #limits: Config['limits']
  readonly #log: Logger
  readonly #bucket: Bucket
  readonly #heartbeat: NodeJS.Timeout
  readonly #memory: ConnectionMemory
  readonly #gone = new AbortController()
  #subscription: Subscription | undefined
  /** Number and bytes of the messages that the daemon has not answered yet. */
  #unanswered = { messages: 0, bytes: 0 }
  /** Whether bytes came since the last ping. While the socket is paused, the daemon reads no bytes. */
  #isAlive = true

  constructor({ socket, stream, rpc, hub, caller, memory, standstill, limits, log }: ClientParts) {
    // Each call under way may listen to the signal.
    setMaxListeners(0, this.#gone.signal)
    this.#socket = socket
    this.#stream = stream
    this.#memory = memory.open(caller.identity, (why) => this.#drop(why.message, TRY_AGAIN_LATER))
    this.#rpc = rpc
    this.#hub = hub
    this.#limits = limits
    this.#log = log
    this.#bucket = new Bucket(limits.messagesPerSecond, performance.now())
    this.#caller = {
      ...caller,
      gone: this.#gone.signal,
      unfollow: () => this.#unfollow(),
      owe: (cost) => this.#bucket.owe(cost),
    }
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref()
    socket.on('message', (data, binary) => {
      if (standstill.isJustOver) socket.terminate()
      else this.#receive(data as Buffer, binary)
    })
    socket.on('ping', (payload: Buffer) => this.countBytes(-controlFrame(payload)))
    socket.on('pong', (payload: Buffer) => {
      this.countBytes(-controlFrame(payload))
      this.#isAlive = true
    })
    socket.on('error', (error) => log.debug({ error: error.message }, 'a WebSocket failed'))
    socket.on('close', () => {
      clearInterval(this.#heartbeat)
      this.#gone.abort(clientLeft())
      this.#memory.close()
      this.#unfollow()
    })
  }

  #receive(data: Buffer, binary: boolean): void {
    const refusal = this.#refusal(data, binary)
    if (refusal) {
      this.#memory.discard()
      this.#send(this.#rpc.refuse(data, refusal))
    } else this.#answer(data)
  }

  #refusal(data: Buffer, binary: boolean): PlotdError | undefined {
    const { batch } = this.#limits
    if (binary) return new PlotdError('ERR_PROTOCOL', 'expected a text message, got a binary one')
    if (!this.#bucket.take(performance.now())) return this.#bucket.refusal
    if (this.#unanswered.messages < batch) return this.#complete(data)
    return new PlotdError('ERR_LIMIT', `more than ${batch} messages wait for an answer`, { limit: 'batch' })
  }

  /** Counts bytes of a message that is not complete yet. */
  countBytes(bytes: number): void {
    if (bytes > 0) this.#isAlive = true // the answer to a ping waits behind a long message
    if (this.#isOpen) this.#memory.receive(bytes)
  }

  #complete({ length }: Buffer): PlotdError | undefined {
    try {
      this.#memory.complete(length)
      return undefined
    } catch (thrown) {
      return toPlotdError(thrown)
    }
  }

  #answer(data: Buffer): void {
    const { length } = data
    const pending: Pending = { bytes: length, subscription: undefined }
    this.#countUnanswered(1, length)
    const follow: Caller['follow'] = (topics, seq) => {
      // Nothing would end the subscription of a client that has left meanwhile.
      if (this.#isOpen) pending.subscription = this.#follow(topics, seq)
    }
    void this.#rpc.answer(data, { ...this.#caller, follow }).then((answer) => this.#reply(answer, pending))
  }

  #reply(answer: Buffer | undefined, pending: Pending): void {
    this.#countUnanswered(-1, -pending.bytes)
    this.#memory.release(pending.bytes)
    // Events that the call has caused come before its answer.
    this.#sendEvents()
    if (answer !== undefined) this.#send(answer)
    if (pending.subscription) pending.subscription.isAnswered = true
    this.#sendEvents()
  }

  /** Adds to the counts of unanswered messages. Stops reading while these messages have `messageBytes` or more. */
  #countUnanswered(messages: number, bytes: number): void {
    this.#unanswered.messages += messages
    this.#unanswered.bytes += bytes
    if (this.#unanswered.bytes >= this.#limits.messageBytes) this.#socket.pause()
    else if (this.#socket.isPaused) {
      this.#socket.resume()
      this.#isAlive = true // the client's pongs stayed unread during the pause
    }
  }

  #follow(topics: ReadonlySet<Topic>, seq: number): Subscription {
    this.#unfollow()
    this.#subscription = { topics, seq, isAnswered: false, stop: this.#hub.follow(() => this.#sendEvents()) }
    return this.#subscription
  }

  #unfollow(): void {
    this.#subscription?.stop()
    this.#subscription = undefined
  }

  #sendEvents(): void {
    const subscription = this.#subscription
    if (!subscription?.isAnswered || !this.#caller.isAlive()) return
    const { topics } = subscription
    const last = Math.min(this.#hub.head, subscription.seq + EVENTS_A_TURN)
    while (subscription.seq < last && this.#isOpen) {
      const event = this.#hub.event(++subscription.seq)
      if (event === undefined) this.#drop('it is behind the oldest event of the event log')
      else if (event.isOf(topics)) this.#send(event.bytes)
    }
    if (last < this.#hub.head) void nextSlice().then(() => this.#sendEvents())
  }

  /** @param text  in UTF-8 */
  #send(text: Buffer): void {
    if (!this.#isOpen) return
    this.#stream.gather()
    this.#socket.send(text, { binary: false })
    if (this.#socket.bufferedAmount > GATHERED) this.#stream.flush()
    if (this.#socket.bufferedAmount > this.#limits.outgoingBytes) this.#drop('it does not read its messages')
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  /** @param code  the close code; without a code the connection ends at once, because the client does not read */
  #drop(why: string, code?: number): void {
    this.#log.warn({ why, buffered: this.#socket.bufferedAmount }, 'a client was disconnected')
    this.#unfollow()
    if (code === undefined) this.#socket.terminate()
    else {
      // While reading is paused, the connection takes no more memory.
      this.#socket.pause()
      this.#socket.close(code, `ERR_LIMIT: ${why}`.slice(0, REASON))
      setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref()
    }
  }

  #beat(): void {
    if (this.#isAlive || this.#socket.isPaused) this.#socket.ping()
    else this.#socket.terminate()
    this.#isAlive = false
  }
}
