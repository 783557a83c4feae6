import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from './config-schema.ts'

/** Structured lines on stderr; pretty ones when a person looks at a terminal. Secrets are never among them. */
export function logger(level: Config['logLevel'], terminal: boolean): Logger {
  const stream: DestinationStream = terminal
    ? pretty({ destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' })
    : pino.destination({ dest: 2, sync: true })
  const redact = ['token', '*.token', 'headers.authorization', '*.headers.authorization']
  return pino(
    { level, redact, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: pino.stdSerializers.err } },
    stream,
  )
}
