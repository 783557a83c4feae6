import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { PlotdError } from '../../errors.ts'
import { writeDurably } from '../../spool/index.ts'
import { SHA256 } from '../../values.ts'
import { TOKEN_FILE, TOKENS_FILE } from '../protocol/places.ts'
import { readPrivate } from '../protocol/private-files.ts'
import { ROLES } from '../protocol/roles.ts'
import { type KeptToken, newSecret, type TokenStore, Tokens } from './tokens.ts'

/** Fewest characters of a master token. A shorter one could be guessed. */
const SHORTEST = 16

const fileSchema = z.strictObject({
  plotd: z.literal(1),
  tokens: z.array(
    z.strictObject({
      name: z.string(),
      role: z.enum(ROLES),
      sha256: z.string().regex(SHA256),
      createdAt: z.number(),
    }),
  ),
})

/**
 * Opens the tokens of a state folder. The file `token` has the master token, which the first start creates.
 * `tokens.json` has the digests of all other tokens. The caller holds the lock of the folder: otherwise two daemons
 * could each create a master token.
 *
 * @param shared  the tokens that several hosts share, in place of `tokens.json`
 * @throws PlotdError ERR_CONFIG when a file is damaged, ERR_STATE_UNSAFE when other users could have written a file,
 *   ERR_FILE; the errors of `shared`
 */
export async function openTokens(state: string, shared?: SharedTokens): Promise<{ tokens: Tokens; master: string }> {
  const masterPath = join(state, TOKEN_FILE)
  const master = await masterToken(masterPath)
  const { mtimeMs } = await stat(masterPath)
  const path = join(state, TOKENS_FILE)
  const store: TokenStore = {
    saveMaster: (secret) => writeDurably(masterPath, `${secret}\n`),
    saveOthers: (all) =>
      shared?.write(all) ?? writeDurably(path, `${JSON.stringify({ plotd: 1, tokens: all }, undefined, 2)}\n`),
  }
  const tokens = new Tokens(master, await (shared?.read() ?? keptTokens(path)), store, Math.round(mtimeMs))
  return { tokens, master }
}

/** The store of the tokens that all hosts accept. */
export interface SharedTokens {
  read(): Promise<readonly KeptToken[]>
  write(tokens: readonly KeptToken[]): Promise<void>
}

/** Reads the master token, or creates one. A new token is on the disk before any caller gets it. */
async function masterToken(path: string): Promise<string> {
  const content = (await readPrivate(path, true))?.trim()
  if (content === undefined) {
    const secret = newSecret()
    await writeDurably(path, `${secret}\n`)
    return secret
  }
  if (content.length >= SHORTEST) return content
  throw new PlotdError(
    'ERR_CONFIG',
    `${path} holds no token of 16 characters or more; remove the file to get a new token`,
  )
}

async function keptTokens(path: string): Promise<readonly KeptToken[]> {
  const text = await readPrivate(path, true)
  if (text === undefined) return []
  try {
    return fileSchema.parse(JSON.parse(text)).tokens
  } catch (cause) {
    const message = `${path} is damaged; remove the file to start with the master token alone`
    throw new PlotdError('ERR_CONFIG', message, { path }, cause)
  }
}
