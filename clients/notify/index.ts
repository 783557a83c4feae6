/**
 * The room `notify` sends messages when plotd needs its operator: by webhook, ntfy, Slack, Discord, e-mail and MQTT. It
 * is a client of the protocol like any other, and `plotd serve` runs it in the daemon's process. `needs` computes the
 * needs from the state. `outbox` decides which message is due, and `channels` send it. `mqtt` shows the plotters to
 * Home Assistant. Import from this file.
 */
export { Notifier, testChannels } from './notifier.ts'
