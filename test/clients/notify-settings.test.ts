import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { channelOf, type Notify } from '../../clients/notify/settings.ts'
import { configSchema } from '../../src/daemon/config/schema.ts'
import { tempFolder } from '../support/temp-folder.ts'

const folder = tempFolder()
const url = 'http://127.0.0.1:1/plotd'

/** The error of a channel; 'right' when its settings are right. */
async function outcome(settings: object): Promise<string> {
  const { notify }: { notify: Notify } = configSchema.parse({
    state: folder,
    notify: { channels: [{ name: 'hook', ...settings }] },
  })
  try {
    for (const each of notify.channels) await channelOf(each)
    return 'right'
  } catch (error) {
    return String(error)
  }
}

it('an address with a password is refused, and the refusal does not tell the password', async () => {
  for (const kind of ['webhook', 'ntfy', 'slack', 'discord']) {
    expect(await outcome({ kind, url })).toBe('right')
    const refusal = await outcome({ kind, url: url.replace('//', '//ada:hunter2@') })
    expect(refusal).toMatch('without a user and password')
    expect(refusal).not.toMatch('hunter2')
  }
})

it('a header that HTTP cannot send is refused, and the refusal does not tell its value', async () => {
  const hook = { kind: 'webhook', url }
  expect(await outcome({ ...hook, headers: { Authorization: 'Basic YTpi' } })).toBe('right')
  for (const settings of [
    { ...hook, headers: { 'x-key': 'hunter2\nx' } },
    { ...hook, headers: { 'x key': 'hunter2' } },
    { kind: 'ntfy', url, token: 'hunter2 →' },
  ]) {
    const refusal = await outcome(settings)
    expect(refusal).toMatch('HTTP cannot send')
    expect(refusal).not.toMatch('hunter2')
  }
})

it('a secret file whose first line is empty is refused: a signature with an empty secret would prove nothing', async () => {
  const file = join(folder, 'secret')
  await writeFile(file, '\nwhsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n')
  expect(await outcome({ kind: 'webhook', url, secret: { file } })).toMatch('is empty')
  await writeFile(file, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n')
  expect(await outcome({ kind: 'webhook', url, secret: { file } })).toBe('right')
})

it('a webhook secret that is not base64 of 24 to 64 bytes is refused, and the refusal does not contain it', async () => {
  const key = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  for (const secret of [key, `whsec_${key}`, `${'A'.repeat(43)}=`]) {
    expect(await outcome({ kind: 'webhook', url, secret })).toBe('right')
  }
  for (const secret of ['!!! hunter2 !!!', 'hunter2', 'whsec_', `hunter2 ${key}`, 'hunter2'.repeat(20)]) {
    const refusal = await outcome({ kind: 'webhook', url, secret })
    expect(refusal).toMatch('base64 of 24 to 64 bytes')
    expect(refusal).not.toMatch('hunter2')
  }
})
