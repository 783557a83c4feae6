import { beginningOf } from '../../../src/values.ts'
import type { NeedKind } from '../needs.ts'
import { type Channel, post } from './channel.ts'

/** Priorities of ntfy: 1 … 5, 5 is the most urgent. */
const PRIORITY: Readonly<Record<NeedKind, number>> = {
  sheet: 4,
  pen: 4,
  interrupted: 4,
  fault: 5,
  failed: 3,
  batch: 3,
  disk: 5,
}
/** Names of the emojis that ntfy shows. */
const TAGS: Readonly<Record<NeedKind, string>> = {
  sheet: 'page_facing_up',
  pen: 'pen',
  interrupted: 'warning',
  fault: 'rotating_light',
  failed: 'x',
  batch: 'tada',
  disk: 'floppy_disk',
}

/**
 * A channel to ntfy.sh, or to an ntfy server of the user.
 *
 * @param url  ends with the topic, which is as secret as a password
 */
export function ntfy(url: string, token: string | undefined): Channel {
  const { origin, pathname } = new URL(url)
  const topic = pathname.split('/').filter(Boolean).at(-1) ?? ''
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return {
    send({ need, link }) {
      const body = {
        topic,
        title: need.title,
        message: need.text,
        priority: PRIORITY[need.kind],
        tags: [TAGS[need.kind]],
        ...(link !== undefined && { click: link }),
      }
      return post(origin, JSON.stringify(body), headers)
    },
  }
}

/** A channel to an incoming webhook of Slack. */
export function slack(url: string): Channel {
  return {
    send: ({ need }) =>
      post(url, JSON.stringify({ text: `*${escapeText(need.title)}*\n${escapeText(need.text)}` }), {}),
  }
}

/** Escapes `<`, `>` and `&`, which are markup of Slack. */
const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Maximum number of characters of a message on Discord. */
const DISCORD_CHARS = 2000

/** A channel to a webhook of Discord. An @name in a message notifies no user of Discord. */
export function discord(url: string): Channel {
  return {
    send({ need }) {
      const content = beginningOf(`**${need.title}**\n${need.text}`, DISCORD_CHARS)
      return post(url, JSON.stringify({ content, allowed_mentions: { parse: [] } }), {})
    },
  }
}
