import { readFile } from 'node:fs/promises'
import type { Config } from '../../src/daemon/config/config.ts'
import { PlotdError, toPlotdError } from '../../src/errors.ts'
import type { Channel } from './channels/channel.ts'
import { mail } from './channels/mail.ts'
import { discord, ntfy, slack } from './channels/push.ts'
import { webhook } from './channels/webhook.ts'

export type Notify = Config['notify']
export type ChannelConfig = Notify['channels'][number]

/**
 * A secret of the configuration: the value itself, or the first line of the file that the value names.
 *
 * @throws PlotdError ERR_CONFIG when the file cannot be read, or its first line is empty
 */
async function secretOf(value: string | { readonly file: string } | undefined): Promise<string | undefined> {
  if (value === undefined || typeof value === 'string') return value
  const text = await readFile(value.file, 'utf8').catch((cause: Error) => {
    const message = `the file ${value.file} cannot be read: ${cause.message}`
    throw new PlotdError('ERR_CONFIG', message, { file: value.file }, cause)
  })
  const secret = text.split(/\r?\n/, 1)[0]?.trim()
  if (secret) return secret
  throw new PlotdError('ERR_CONFIG', `the first line of ${value.file} is empty`, { file: value.file })
}

/**
 * The channel of an entry of the configuration.
 *
 * @throws PlotdError ERR_CONFIG when a secret or an address cannot be used
 */
export const channelOf = (config: ChannelConfig): Promise<Channel> =>
  named(`channel ${config.name}`, makeChannel(config))

/** The password of the MQTT broker. @throws PlotdError ERR_CONFIG when its file cannot be used */
export const brokerPassword = (config: Parameters<typeof secretOf>[0]): Promise<string | undefined> =>
  named('mqtt', secretOf(config))

/** Waits for `result`, and puts `name` before the message of its error. */
async function named<T>(name: string, result: Promise<T>): Promise<T> {
  try {
    return await result
  } catch (thrown) {
    const { code, message, detail } = toPlotdError(thrown)
    throw new PlotdError(code, `${name}: ${message}`, detail, thrown)
  }
}

async function makeChannel(config: ChannelConfig): Promise<Channel> {
  switch (config.kind) {
    case 'webhook':
      return webhook({
        url: await address(config.url),
        secret: checkedKey(await secretOf(config.secret)),
        headers: checkedHeaders(config.headers),
      })
    case 'ntfy': {
      const token = await secretOf(config.token)
      if (token !== undefined) checkedHeaders({ token })
      return ntfy(await address(config.url), token)
    }
    case 'slack':
      return slack(await address(config.url))
    case 'discord':
      return discord(await address(config.url))
    case 'mail': {
      const { kind: _, name: __, events: ___, password, ...rest } = config
      return mail({ ...rest, password: await secretOf(password) })
    }
  }
}

async function address(value: string | { readonly file: string }): Promise<string> {
  const url = (await secretOf(value)) ?? ''
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new PlotdError('ERR_CONFIG', 'expected an address that begins with https:// or http://')
  }
  const { username, password } = new URL(url)
  if (username === '' && password === '') return url
  // `fetch` refuses such an address, with an error that quotes the password.
  const message = 'expected an address without a user and password; for a webhook, set `headers` instead'
  throw new PlotdError('ERR_CONFIG', message)
}

/**
 * The secret of a webhook, which must be base64. A decoder would skip some characters of any other text, and the key
 * could be short enough to guess.
 *
 * @throws PlotdError ERR_CONFIG when the secret is not base64 of 24 to 64 bytes
 */
function checkedKey(secret: string | undefined): string | undefined {
  const [, base64] = /^(?:whsec_)?([A-Za-z0-9+/]+)={0,2}$/.exec(secret ?? '') ?? []
  const bytes = Math.floor(((base64?.length ?? 0) * 3) / 4)
  if (secret === undefined || (bytes >= 24 && bytes <= 64)) return secret
  const message =
    'expected the `secret` of a webhook as base64 of 24 to 64 bytes, as `openssl rand -base64 32` prints it'
  throw new PlotdError('ERR_CONFIG', message)
}

/**
 * @throws PlotdError ERR_CONFIG when HTTP cannot send a header. The error names the header, but not the header's value,
 *   which may be a secret
 */
function checkedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(headers)) {
    try {
      new Headers({ [name]: value })
    } catch {
      throw new PlotdError('ERR_CONFIG', `HTTP cannot send the header ${JSON.stringify(name)} or its value`)
    }
  }
  return headers
}

/** Whether a channel's messages carry an id, by which a receiver recognizes a message that comes twice. */
export const hasIds = ({ kind }: ChannelConfig): boolean => kind === 'webhook' || kind === 'mail'
