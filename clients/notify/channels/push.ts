import type { NeedKind } from '../needs.ts'
import { type Channel, post } from './channel.ts'

/** 1 … 5, as ntfy counts. */
const PRIORITY: Readonly<Record<NeedKind, number>> = {
  ...{ sheet: 4, pen: 4, interrupted: 4, fault: 5, disk: 5 },
  ...{ failed: 3, batch: 3 },
}
const TAGS: Readonly<Record<NeedKind, string>> = {
  ...{ sheet: 'page_facing_up', pen: 'pen', interrupted: 'warning', fault: 'rotating_light' },
  ...{ failed: 'x', batch: 'tada', disk: 'floppy_disk' },
}

/** ntfy.sh or an own server. The topic is as good as a password. */
export function ntfy(url: string, token: string | undefined): Channel {
  const { origin, pathname } = new URL(url)
  const topic = pathname.split('/').filter(Boolean).at(-1) ?? ''
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return {
    send: ({ need, link }) =>
      post(
        origin,
        JSON.stringify({
          ...{ topic, title: need.title, message: need.text, priority: PRIORITY[need.kind], tags: [TAGS[need.kind]] },
          ...(link !== undefined && { click: link }),
        }),
        headers,
      ),
  }
}

/** An incoming webhook of Slack. `<`, `>` and `&` are its markup. */
export function slack(url: string): Channel {
  const plain = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return { send: ({ need }) => post(url, JSON.stringify({ text: `*${plain(need.title)}*\n${plain(need.text)}` }), {}) }
}

const DISCORD_CHARS = 2000

/** A webhook of Discord. A title with an @name in it notifies no user. */
export function discord(url: string): Channel {
  return {
    send: ({ need }) =>
      post(
        url,
        JSON.stringify({
          content: `**${need.title}**\n${need.text}`.slice(0, DISCORD_CHARS),
          allowed_mentions: { parse: [] },
        }),
        {},
      ),
  }
}
