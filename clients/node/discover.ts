import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DEFAULT_PORT } from '../../src/daemon/protocol/constants.ts'
import { DAEMON_FILE, stateFolder, TOKEN_FILE } from '../../src/daemon/protocol/places.ts'
import type { Address } from './wire.ts'

export interface Where {
  /** 'http://127.0.0.1:7475', also with ws:; found in the state folder when absent. */
  readonly url?: string | undefined
  readonly token?: string | undefined
  /** The file by which the daemon at `url` is reached past the network. */
  readonly socket?: string | undefined
  /** The daemon's state folder; `$PLOTD_STATE` or the usual one when absent. */
  readonly state?: string | undefined
}

/** Where the daemon is: what was asked for, else `PLOTD_URL` and `PLOTD_TOKEN`, else what it wrote into its state folder. */
export async function discover({ url, token, socket, state = stateFolder() }: Where = {}): Promise<Address> {
  const { PLOTD_URL, PLOTD_TOKEN } = process.env
  const asked = url ?? PLOTD_URL
  const found = asked === undefined ? await written(state) : { url: asked, socket }
  return {
    url: (found?.url ?? `http://127.0.0.1:${DEFAULT_PORT}`).replace(/^ws/, 'http').replace(/\/+$/, ''),
    socket: found?.socket,
    token: token ?? PLOTD_TOKEN ?? (await text(join(state, TOKEN_FILE)))?.trim() ?? '',
  }
}

async function written(state: string): Promise<Pick<Address, 'url' | 'socket'> | undefined> {
  const file = await text(join(state, DAEMON_FILE))
  return file === undefined ? undefined : (JSON.parse(file) as Pick<Address, 'url' | 'socket'>)
}

/** Absent and unreadable are one here: without an address or a token the daemon's refusal says what is missing. */
const text = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined)
