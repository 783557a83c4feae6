/**
 * Tells people what plotd needs: webhooks, ntfy, Slack, Discord, e-mail and MQTT. A client of the protocol like any other;
 * `plotd serve` runs it in the daemon's process. `needs` computes what is to be told from the state, `outbox` what is sent
 * when, `channels` how, and `mqtt` shows the plotters to Home Assistant. Import from this file.
 */
export { Notifier, testChannels } from './notifier.ts'
