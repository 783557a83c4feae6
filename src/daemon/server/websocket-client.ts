import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import type { WebSocket } from 'ws'
import { PlotdError } from '../../errors.ts'
import type { Config } from '../config/schema.ts'
import type { Hub } from '../events/hub.ts'
import { type Caller, nobodyThere } from '../methods/handlers.ts'
import type { Topic } from '../protocol/index.ts'
import { corkForTurn, uncork } from './cork.ts'
import { frameHead, textFrame } from './frames.ts'
import { Bucket } from './rate-limit.ts'
import type { Rpc } from './rpc.ts'

const HEARTBEAT_MS = 30_000

interface Following {
  readonly topics: ReadonlySet<Topic>
  /** The last entry that was sent or passed over. */
  seq: number
  /** Whether the answer that begins it was sent. */
  answered: boolean
  readonly stop: () => void
}

/** One message that is not answered yet. */
interface Asking {
  begun: Following | undefined
}

/** One WebSocket client: answers its calls and tells it what it follows, but never waits for it. */
export class Client {
  readonly #socket: WebSocket
  readonly #carrier: Duplex
  readonly #rpc: Rpc
  readonly #hub: Hub
  readonly #who: Pick<Caller, 'identity' | 'isAlive'>
  readonly #limits: Config['limits']
  readonly #log: Logger
  readonly #bucket: Bucket
  readonly #heartbeat: NodeJS.Timeout
  #following: Following | undefined
  readonly #gone = new AbortController()
  /** For every message the same. */
  readonly #unfollowing = () => this.#unfollow()
  readonly #owing = (cost: number) => this.#bucket.owe(cost)
  #answering = 0
  #alive = true

  /** @param carrier  the TCP socket that the WebSocket speaks over */
  constructor(
    socket: WebSocket,
    carrier: Duplex,
    rpc: Rpc,
    hub: Hub,
    who: Pick<Caller, 'identity' | 'isAlive'>,
    limits: Config['limits'],
    log: Logger,
  ) {
    this.#who = who
    this.#socket = socket
    this.#carrier = carrier
    this.#rpc = rpc
    this.#hub = hub
    this.#limits = limits
    this.#log = log
    this.#bucket = new Bucket(limits.messagesPerSecond, performance.now())
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref()
    socket.on('message', (data, binary) => this.#message(data as Buffer, binary))
    socket.on('pong', () => {
      this.#alive = true
    })
    socket.on('error', (error) => log.debug({ error: error.message }, 'socket error'))
    socket.on('close', () => {
      clearInterval(this.#heartbeat)
      this.#gone.abort(nobodyThere())
      this.#unfollow()
    })
  }

  #follow(topics: ReadonlySet<Topic>, seq: number): Following {
    this.#unfollow()
    this.#following = { topics, seq, answered: false, stop: this.#hub.follow(() => this.#tell()) }
    return this.#following
  }

  #unfollow(): void {
    this.#following?.stop()
    this.#following = undefined
  }

  #message(data: Buffer, binary: boolean): void {
    const text = data.toString('utf8')
    const refusal = this.#refusal(binary)
    if (refusal) {
      this.#send(this.#rpc.refuse(text, refusal))
      return
    }
    const asking: Asking = { begun: undefined }
    const caller: Caller = {
      identity: this.#who.identity,
      isAlive: this.#who.isAlive,
      gone: this.#gone.signal,
      follow: (topics, seq) => {
        // For a client that has left meanwhile nobody would end it.
        if (this.#isOpen) asking.begun = this.#follow(topics, seq)
      },
      unfollow: this.#unfollowing,
      owe: this.#owing,
    }
    this.#answering++
    void this.#answer(this.#rpc.answer(text, caller), asking)
  }

  /** Apart from what was asked, which is let go of while the answer is waited for. */
  async #answer(coming: ReturnType<Rpc['answer']>, asking: Asking): Promise<void> {
    const answer = await coming
    this.#answering--
    this.#tell() // what the call brought about comes before its answer
    if (answer !== undefined) this.#send(answer)
    if (asking.begun) asking.begun.answered = true
    this.#tell()
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  #refusal(binary: boolean): PlotdError | undefined {
    const { batch } = this.#limits
    if (binary) return new PlotdError('ERR_PROTOCOL', 'expected a text message, got a binary one')
    if (!this.#bucket.take(performance.now())) return this.#bucket.refusal
    if (this.#answering < batch) return undefined
    return new PlotdError('ERR_LIMIT', `more than ${batch} calls wait for an answer`, { limit: 'batch' })
  }

  /** Sends what is new, once the snapshot that it follows on is sent. */
  #tell(): void {
    const following = this.#following
    if (!following?.answered || !this.#who.isAlive()) return
    while (following.seq < this.#hub.head) {
      const piece = this.#hub.framesAfter(following.seq, following.topics)
      if (piece === undefined) {
        this.#drop('it fell behind all events that are kept')
        return
      }
      following.seq = piece.seq
      if (piece.frames.length > 0) this.#write(piece.frames)
    }
  }

  /**
   * Past the WebSocket, which without compression holds nothing back itself, and would copy each text into a buffer. ASCII
   * needs none: it is written as it is, a byte each character.
   */
  #send(text: string | Buffer): void {
    if (!this.#isOpen) return
    corkForTurn(this.#carrier)
    const length = Buffer.byteLength(text)
    if (typeof text !== 'string') {
      this.#carrier.write(frameHead(length), 'latin1')
      this.#carrier.write(text)
    } else if (length === text.length) this.#carrier.write(frameHead(length) + text, 'latin1')
    else this.#carrier.write(textFrame(text))
    this.#bound()
  }

  #write(frames: Buffer): void {
    if (!this.#isOpen) return
    this.#carrier.write(frames)
    this.#bound()
  }

  #bound(): void {
    const { outgoingBytes } = this.#limits
    if (this.#socket.bufferedAmount > outgoingBytes) uncork(this.#carrier)
    if (this.#socket.bufferedAmount > outgoingBytes) this.#drop('it does not read what it is sent')
  }

  #drop(why: string): void {
    this.#log.warn({ why, buffered: this.#socket.bufferedAmount }, 'client dropped')
    this.#unfollow()
    this.#socket.terminate()
  }

  #beat(): void {
    if (this.#alive) this.#socket.ping()
    else this.#socket.terminate()
    this.#alive = false
  }
}
