import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from './config/schema.ts'

/** Structured lines on stderr; pretty ones when a person looks at a terminal. Secrets are never among them. */
export function logger(level: Config['logLevel'], terminal: boolean, into?: DestinationStream): Logger {
  const look = { sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }
  const stream: DestinationStream =
    into ?? (terminal ? pretty({ ...look, destination: 2 }) : pino.destination({ dest: 2, sync: true }))
  const secret = ['token', 'secret', 'authorization', 'headers.authorization', '["sec-websocket-protocol"]']
  const redact = secret.flatMap((key) => [key, key.startsWith('[') ? `*${key}` : `*.${key}`])
  return pino(
    { level, redact, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: pino.stdSerializers.err } },
    stream,
  )
}
