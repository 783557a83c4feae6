import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentiles } from '../spool/measure.ts'
import { Follower } from './follower.ts'

/**
 * Many followers in a process of their own: `{url, token, clients, changes}` as JSON in; a line when all are connected,
 * then, told to begin, how late they heard as JSON out.
 */
export interface Asked {
  readonly url: string
  readonly token: string
  readonly clients: number
  readonly changes: number
}

export interface Heard {
  /** From the call to each client that has the event, µs. */
  readonly p50: number
  readonly p99: number
  /** What one client was sent in a second. */
  readonly bytesPerSecond: number
}

const asked = JSON.parse(process.argv[2] ?? '{}') as Asked
console.log(JSON.stringify(await listen(asked)))
process.exit()

/** A pause or resumption of the queue is one event; plots that are under way do not mind. */
async function listen({ url, token, clients, changes }: Asked): Promise<Heard> {
  const times: number[] = []
  let seen = () => {}
  const followers: Follower[] = []
  while (followers.length < clients) followers.push(await Follower.open(url, token, 'queue.changed', () => seen()))
  console.log('connected')
  await once(process, 'message')
  const [caller] = followers
  const start = performance.now()
  const before = caller?.bytes ?? 0
  for (let i = 0; i < changes; i++) {
    await sleep(30 + ((i * 37) % 200)) // at all places between two beats
    const begun = performance.now()
    let left = clients
    const everybody = new Promise<void>((resolve) => {
      seen = () => {
        times.push(performance.now() - begun)
        if (--left === 0) resolve()
      }
    })
    caller?.call(i % 2 === 0 ? 'queue.pause' : 'queue.resume', {})
    await everybody
  }
  const bytes = (caller?.bytes ?? 0) - before
  return { ...percentiles(times), bytesPerSecond: (bytes / (performance.now() - start)) * 1000 }
}
