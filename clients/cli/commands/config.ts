import type { Config } from '../../../src/daemon/config/schema.ts'
import { defineCommand } from '../args/command.ts'
import { CONFIG, configSources } from '../flags/config-flags.ts'
import { columns } from '../ui/columns.ts'

export const config = defineCommand({
  about: 'Show every setting that `plotd serve` would use with these flags, and its source.',
  positionals: {},
  flags: CONFIG,
  examples: [
    ['config', ''],
    ['config --port 0 --json', 'for a program'],
  ],
  more: 'A flag overrides the environment (PLOTD_PORT, PLOTD_RENDER_WORKERS …). The environment overrides the file ($XDG_CONFIG_HOME/plotd/config.yaml). The file overrides the default.',
  async run(args, io) {
    const { loadConfig } = await import('../../../src/daemon/config/config.ts')
    const { config: loaded, origins } = loadConfig(configSources(args))
    const settings = withoutSecrets(loaded)
    if (io.json) {
      io.line({ config: settings, origins })
      return 0
    }
    const rows = Object.entries(origins).map(([key, from]) => ({ key, from, value: valueAt(settings, key) }))
    const { paint } = io
    io.print(
      ...columns(
        rows,
        [
          { title: 'SETTING', text: ({ key }) => key, paint: (text) => paint.bold(text) },
          { title: 'VALUE', text: ({ value }) => show(value), shrinkTo: 20 },
          {
            title: 'FROM',
            text: ({ from }) => from,
            paint: (text, { from }) => (from === 'default' ? paint.dim(text) : text),
            shrinkTo: 8,
          },
        ],
        io.width,
      ),
    )
    return 0
  },
})

/** Hides the passwords of the spool, and the secrets of channels and of the MQTT broker. */
function withoutSecrets(config: Config): object {
  const { spool, notify } = config
  const { mqtt } = notify
  return {
    ...config,
    ...(spool !== undefined && { spool: withoutPassword(spool) }),
    notify: {
      ...notify,
      channels: notify.channels.map(hidden),
      ...(mqtt && { mqtt: { ...hidden(mqtt), url: withoutPassword(mqtt.url) } }),
    },
  }
}

/** The address of a channel is a secret too: whoever knows it can send messages there. */
const SECRETS = new Set(['url', 'secret', 'token', 'password'])

/** Hides each secret, and the value of each header. If a secret is kept in a file, the path of the file is shown. */
const hidden = (settings: object): object =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => {
      if (key === 'headers') return [key, Object.fromEntries(Object.keys(value).map((name) => [name, '***']))]
      return [key, SECRETS.has(key) && typeof value === 'string' ? '***' : value]
    }),
  )

/**
 * Hides the passwords in the address of a database or of a broker. The function uses no URL parser, because an
 * address of several servers is no valid URL.
 */
const withoutPassword = (address: string): string =>
  address.replace(/^([a-z]+:\/\/[^:@/?#]*):[^/?#]*@/i, '$1:***@').replaceAll(/([?&]password=)[^&]*/g, '$1***')

const valueAt = (settings: object, key: string): unknown =>
  key.split('.').reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], settings)

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
