import { join } from 'node:path'
import { z } from 'zod'
import { PlotdError } from '../../errors.ts'
import { writeDurably } from '../../spool/index.ts'
import { TOKEN_FILE, TOKENS_FILE } from '../protocol/places.ts'
import { readPrivate } from '../protocol/private-files.ts'
import { ROLES } from '../protocol/roles.ts'
import { stateToken } from './token.ts'
import { type KeptToken, Keys } from './tokens.ts'

const file = z.strictObject({
  plotd: z.literal(1),
  tokens: z.array(
    z.strictObject({
      name: z.string(),
      role: z.enum(ROLES),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      createdAt: z.number(),
    }),
  ),
})

/**
 * The tokens of a state folder: the master token in `token`, for clients of the same user to read, and the digests of
 * all others in `tokens.json`. Only the owner can read these files.
 *
 * @throws PlotdError ERR_CONFIG when a file is damaged; ERR_STATE_UNSAFE when others could have written it
 */
export async function openKeys(state: string): Promise<{ keys: Keys; master: string }> {
  const master = await stateToken(state)
  const path = join(state, TOKENS_FILE)
  const keys = new Keys(master, await kept(path), {
    master: (secret) => writeDurably(join(state, TOKEN_FILE), `${secret}\n`),
    others: (tokens) => writeDurably(path, `${JSON.stringify({ plotd: 1, tokens }, undefined, 2)}\n`),
  })
  return { keys, master }
}

async function kept(path: string): Promise<readonly KeptToken[]> {
  const text = await readPrivate(path, true)
  if (text === undefined) return []
  try {
    return file.parse(JSON.parse(text)).tokens
  } catch (cause) {
    throw new PlotdError(
      'ERR_CONFIG',
      `${path} is damaged; remove it to start with the master token alone`,
      { path },
      cause,
    )
  }
}
