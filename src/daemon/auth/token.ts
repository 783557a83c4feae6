import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import { writeDurably } from '../../spool/index.ts'
import { TOKEN_FILE } from '../protocol/places.ts'
import { readPrivate } from '../protocol/private-files.ts'

const SHORTEST = 16

/**
 * The master token: made on the first start, readable by its owner only. It is on the disk before anybody uses it: a
 * power cut must not leave an empty file, with which there would be no next start.
 *
 * For the holder of the folder's lock: two daemons that both find no token would each make one.
 *
 * @throws PlotdError ERR_STATE_UNSAFE when others could have written the file, ERR_CONFIG when it holds no token
 */
export async function stateToken(state: string): Promise<string> {
  const path = join(state, TOKEN_FILE)
  const kept = (await readPrivate(path, true))?.trim()
  const token = kept ?? newToken()
  if (kept === undefined) await writeDurably(path, `${token}\n`)
  if (token.length >= SHORTEST) return token
  throw new PlotdError('ERR_CONFIG', `${path} holds no token of 16 characters or more; remove it to get a new one`)
}

/** 192 random bits. */
export function newToken(): string {
  const token = randomBytes(24).toString('base64url')
  // `--token -x…` would be read as two flags.
  return token.startsWith('-') ? newToken() : token
}
