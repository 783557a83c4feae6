import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlotdError } from '../errors.ts'
import { TOKEN_FILE } from './protocol/places.ts'

/**
 * The secret that opens the daemon: made on the first start, readable by its owner only. Whoever can read the file
 * may do everything, which is why the folder is closed to others too.
 */
export async function stateToken(state: string): Promise<string> {
  const path = join(state, TOKEN_FILE)
  await mkdir(state, { recursive: true, mode: 0o700 })
  try {
    await writeFile(path, `${newToken()}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new PlotdError('ERR_FILE', `cannot write ${path}: ${(error as Error).message}`, { path }, error)
    }
    await chmod(path, 0o600)
  }
  const token = (await readFile(path, 'utf8')).trim()
  if (token.length >= 16) return token
  throw new PlotdError('ERR_CONFIG', `${path} holds no token of 16 characters or more; remove it to get a new one`)
}

export const newToken = (): string => randomBytes(24).toString('base64url')

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Compares digests in constant time: neither the length nor the first wrong byte can be timed. */
export function tokenMatcher(token: string): (offered: string) => boolean {
  const expected = digest(token)
  return (offered) => timingSafeEqual(digest(offered), expected)
}
