import { setMaxListeners } from 'node:events'
import type { Logger } from 'pino'
import type { WebSocket } from 'ws'
import { PlotdError, toPlotdError } from '../../errors.ts'
import { nextSlice } from '../../slices.ts'
import type { Config } from '../config/schema.ts'
import type { Hub } from '../events/index.ts'
import { type Caller, clientLeft } from '../methods/index.ts'
import type { Topic } from '../protocol/index.ts'
import type { ConnectionMemory, MessageMemory } from './message-memory.ts'
import type { PacedSocket } from './paced-socket.ts'
import { Bucket } from './rate-limit.ts'
import type { Rpc } from './rpc.ts'

const HEARTBEAT_MS = 30_000
/** Of RFC 6455's registry: the client may come back. Its reason has at most 123 bytes, and is on its way for so long. */
const [TRY_AGAIN_LATER, REASON, LAST_WORD_MS] = [1013, 123, 200]
/** A client that catches up gets so many events in one turn of the event loop. */
const EVENTS_A_TURN = 256

/** Answers and events of one turn are gathered up to so many bytes. */
const GATHERED = 65_536

/** Bytes of a ping or pong from a client: they are no part of a message. */
const controlFrame = ({ length }: Buffer): number => 6 + length

interface Subscription {
  readonly topics: ReadonlySet<Topic>
  /** The number of the last event that was sent or passed over. */
  seq: number
  /** Whether the answer to `events.subscribe` was sent: events follow it. */
  answered: boolean
  readonly stop: () => void
}

/** A message that has no answer yet. */
interface Pending {
  readonly bytes: number
  /** That the message began. */
  subscription: Subscription | undefined
}

/** One WebSocket client. It gets the answers to its calls and the events that it follows. The daemon never waits for it. */
export class Client {
  readonly #socket: WebSocket
  /** The stream below the WebSocket. */
  readonly #stream: Pick<PacedSocket, 'gather' | 'flush'>
  readonly #rpc: Rpc
  readonly #hub: Hub
  /** What all messages have in common. */
  readonly #caller: Required<Pick<Caller, 'identity' | 'isAlive' | 'gone' | 'unfollow' | 'owe'>>
  readonly #limits: Config['limits']
  readonly #log: Logger
  readonly #bucket: Bucket
  readonly #heartbeat: NodeJS.Timeout
  readonly #memory: ConnectionMemory
  readonly #gone = new AbortController()
  #subscription: Subscription | undefined
  /** Messages that are not answered yet, and their bytes. */
  #unanswered = { messages: 0, bytes: 0 }
  #alive = true

  constructor(
    socket: WebSocket,
    stream: Pick<PacedSocket, 'gather' | 'flush'>,
    rpc: Rpc,
    hub: Hub,
    who: Pick<Caller, 'identity' | 'isAlive'>,
    memory: MessageMemory,
    limits: Config['limits'],
    log: Logger,
  ) {
    setMaxListeners(0, this.#gone.signal) // each call under way may listen
    this.#socket = socket
    this.#stream = stream
    this.#memory = memory.open(who.identity, (why) => this.#drop(why.message, TRY_AGAIN_LATER))
    this.#rpc = rpc
    this.#hub = hub
    this.#limits = limits
    this.#log = log
    this.#bucket = new Bucket(limits.messagesPerSecond, performance.now())
    this.#caller = {
      ...who,
      gone: this.#gone.signal,
      unfollow: () => this.#unfollow(),
      owe: (cost) => this.#bucket.owe(cost),
    }
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref()
    socket.on('message', (data, binary) => this.#receive(data as Buffer, binary))
    socket.on('ping', (payload: Buffer) => this.countBytes(-controlFrame(payload)))
    socket.on('pong', (payload: Buffer) => {
      this.countBytes(-controlFrame(payload))
      this.#alive = true
    })
    socket.on('error', (error) => log.debug({ error: error.message }, 'socket error'))
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
    return new PlotdError('ERR_LIMIT', `more than ${batch} calls wait for an answer`, { limit: 'batch' })
  }

  /** Counts bytes of a message that is not complete yet. */
  countBytes(bytes: number): void {
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
    this.#expect(1, length)
    const { identity, isAlive, gone, unfollow, owe } = this.#caller
    const follow: Caller['follow'] = (topics, seq) => {
      // Nothing would end the subscription of a client that has left meanwhile.
      if (this.#isOpen) pending.subscription = this.#follow(topics, seq)
    }
    void this.#reply(this.#rpc.answer(data, { identity, isAlive, gone, unfollow, owe, follow }), pending)
  }

  async #reply(answering: ReturnType<Rpc['answer']>, pending: Pending): Promise<void> {
    const answer = await answering
    this.#expect(-1, -pending.bytes)
    this.#memory.release(pending.bytes)
    this.#sendEvents() // the events that the call caused come before its answer
    if (answer !== undefined) this.#send(answer)
    if (pending.subscription) pending.subscription.answered = true
    this.#sendEvents()
  }

  /** Reads no further while the unanswered messages are as long as the longest that is allowed. */
  #expect(messages: number, bytes: number): void {
    this.#unanswered.messages += messages
    this.#unanswered.bytes += bytes
    if (this.#unanswered.bytes >= this.#limits.messageBytes) this.#socket.pause()
    else if (this.#socket.isPaused) this.#socket.resume()
  }

  #follow(topics: ReadonlySet<Topic>, seq: number): Subscription {
    this.#unfollow()
    this.#subscription = { topics, seq, answered: false, stop: this.#hub.follow(() => this.#sendEvents()) }
    return this.#subscription
  }

  #unfollow(): void {
    this.#subscription?.stop()
    this.#subscription = undefined
  }

  #sendEvents(): void {
    const subscription = this.#subscription
    if (!subscription?.answered || !this.#caller.isAlive()) return
    const { topics } = subscription
    const last = Math.min(this.#hub.head, subscription.seq + EVENTS_A_TURN)
    while (subscription.seq < last && this.#isOpen) {
      const event = this.#hub.event(++subscription.seq)
      if (event === undefined) this.#drop('it fell behind all events that are kept')
      else if (event.isOf(topics)) this.#send(event.bytes)
    }
    if (last < this.#hub.head) void nextSlice().then(() => this.#sendEvents())
  }

  /** @param text  in UTF-8 when it is a buffer */
  #send(text: string | Buffer): void {
    if (!this.#isOpen) return
    this.#stream.gather()
    this.#socket.send(text, { binary: false })
    if (this.#socket.bufferedAmount > GATHERED) this.#stream.flush()
    if (this.#socket.bufferedAmount > this.#limits.outgoingBytes) this.#drop('it does not read what it is sent')
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  /** @param code  to close the connection with, where the client may hear it */
  #drop(why: string, code?: number): void {
    this.#log.warn({ why, buffered: this.#socket.bufferedAmount }, 'client dropped')
    this.#unfollow()
    if (code === undefined) this.#socket.terminate()
    else {
      this.#socket.pause() // it holds no more meanwhile
      this.#socket.close(code, `ERR_LIMIT: ${why}`.slice(0, REASON))
      setTimeout(() => this.#socket.terminate(), LAST_WORD_MS).unref()
    }
  }

  #beat(): void {
    if (this.#alive) this.#socket.ping()
    else this.#socket.terminate()
    this.#alive = false
  }
}
