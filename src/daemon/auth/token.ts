import { createHash, randomBytes } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlotdError } from '../../errors.ts'
import { writeDurably } from '../../spool/index.ts'
import { TOKEN_FILE } from '../protocol/places.ts'

const SHORTEST = 16

/**
 * The master token: made on the first start, readable by its owner only. Whoever can read the file may do everything,
 * which is why the folder is closed to others too. It is on the disk whole before anybody is told of it: a power cut
 * must not leave an empty file, with which there would be no next start.
 *
 * For whoever holds the lock of the folder: two who both find no token would each make one.
 */
export async function stateToken(state: string): Promise<string> {
  const path = join(state, TOKEN_FILE)
  const kept = await keptToken(path)
  const token = kept ?? newToken()
  if (kept === undefined) await writeDurably(path, `${token}\n`)
  if (token.length >= SHORTEST) return token
  throw new PlotdError('ERR_CONFIG', `${path} holds no token of 16 characters or more; remove it to get a new one`)
}

async function keptToken(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8')
    await chmod(path, 0o600)
    return text.trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new PlotdError('ERR_FILE', `cannot read ${path}: ${(error as Error).message}`, { path }, error)
  }
}

export function newToken(): string {
  const token = randomBytes(24).toString('base64url')
  // `--token -x…` would be read as two flags.
  return token.startsWith('-') ? newToken() : token
}

export const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()
