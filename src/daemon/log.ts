import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from './config/schema.ts'

const SECRETS = ['token', 'secret', 'authorization', 'headers.authorization', '["sec-websocket-protocol"]']

/**
 * The daemon's log on stderr: readable lines on a terminal, else one JSON object a line. Redacts fields that may hold a
 * secret, at the top level and one level below.
 *
 * @param destination  in place of stderr
 */
export function logger(level: Config['logLevel'], isTerminal: boolean, destination?: DestinationStream): Logger {
  const layout = { sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }
  const stderr = () => (isTerminal ? pretty({ ...layout, destination: 2 }) : pino.destination({ dest: 2, sync: true }))
  const redact = SECRETS.flatMap((key) => [key, key.startsWith('[') ? `*${key}` : `*.${key}`])
  const serializers = { error: pino.stdSerializers.err }
  return pino({ level, redact, timestamp: pino.stdTimeFunctions.isoTime, serializers }, destination ?? stderr())
}
