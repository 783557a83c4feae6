import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../args/command.ts'
import { CONFIG, configSources } from '../flags/config-flags.ts'

export const notify = defineCommand({
  about:
    'Send a test message through each channel of the configuration and to its MQTT broker, and print each result. The outbox is not used.',
  positionals: {
    what: { type: 'string', choices: ['test'], describe: 'test sends a test message' },
    channel: { type: 'string', describe: 'only this channel' },
  },
  flags: CONFIG,
  examples: [
    ['notify test', 'every channel'],
    ['notify test phone', 'the channel phone'],
    ['notify test mqtt', 'the broker'],
  ],
  more: 'The channels are under `notify` in the configuration: docs/workshop.md.',
  async run({ channel, ...args }, io) {
    const { loadConfig } = await import('../../../src/daemon/config/config.ts')
    const { testChannels } = await import('../../notify/index.ts')
    const { config, file } = loadConfig(configSources(args))
    const only = channel === undefined ? undefined : String(channel)
    const results = await testChannels(config.notify, only, `msg_test_${Date.now()}`)
    if (results.size === 0) {
      const which = only === undefined ? 'no channel' : `no channel ${only}`
      const place = file === undefined ? ', and no configuration file was read' : ` in ${file}`
      throw new PlotdError('ERR_PARAMS', `notify: there is ${which}${place}`, {
        remedy: 'Channels are under `notify` in the configuration. `--config FILE` names another file.',
      })
    }
    for (const [name, why] of results) {
      io.answer({ channel: name, delivered: why === '', ...(why !== '' && { error: why }) }, () =>
        why === '' ? `${name}: delivered.` : `${name}: not delivered: ${why}.`,
      )
    }
    return [...results.values()].some((why) => why !== '') ? 1 : 0
  },
})
