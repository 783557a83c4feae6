/**
 * The room `notify` sends messages when plotd needs its operator: by webhook, ntfy, Slack, Discord, e-mail and MQTT.
 * The room is an ordinary client of the protocol, and `plotd serve` runs this client in the daemon's process. `needs`
 * computes the needs from the state. `outbox` decides which message is due, and `channels` send the message. `mqtt`
 * shows the plotters to Home Assistant. Import from this file.
 */
export { Notifier, testChannels } from './notifier.ts'
