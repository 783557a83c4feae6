import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlotdError } from '../errors.ts'
import { TOKEN_FILE } from './protocol/places.ts'

const SHORTEST = 16

/**
 * The master token: made on the first start, readable by its owner only. Whoever can read the file may do everything,
 * which is why the folder is closed to others too.
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
  if (token.length >= SHORTEST) return token
  throw new PlotdError('ERR_CONFIG', `${path} holds no token of 16 characters or more; remove it to get a new one`)
}

export const newToken = (): string => randomBytes(24).toString('base64url')

export const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()
