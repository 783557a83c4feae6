import { join } from 'node:path'
import { pino } from 'pino'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { setYoungHeap } from '../../src/threads.ts'
import { ForgetfulDisk } from '../faults/forgetful-disk.ts'

setYoungHeap() // as `plotd serve` does
const { startDaemon } = await import('../../src/daemon/daemon.ts')

/**
 * `serve.js FOLDER [kill|cut]`: a whole daemon. It prints its addresses and token as JSON, and ends at SIGTERM. With
 * `cut`, bytes that were not synced are lost with the process. With `kill`, the default, no written byte is lost.
 */
const [folder = '', ending] = process.argv.slice(2)
const config = configSchema.parse({
  port: 0,
  state: join(folder, 'state'),
  output: join(folder, 'output'),
  limits: { messagesPerSecond: 1_000_000 },
})
const spool = ending === 'cut' ? { disk: new ForgetfulDisk() } : {}
const daemon = await startDaemon(config, pino({ level: 'silent' }), spool)
console.log(JSON.stringify({ url: daemon.url, socket: daemon.socket, token: daemon.token }))
process.on('SIGTERM', () => void daemon.close({ now: true }).then(() => process.exit(0)))
