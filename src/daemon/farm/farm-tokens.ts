import type { Farm, FarmToken } from '../../spool/index.ts'
import { Turns } from '../../turns.ts'
import type { KeptToken } from '../auth/index.ts'
import { isRole } from '../protocol/roles.ts'

/** The tokens that all hosts accept, in the store of the farm. The master token of a host stays on that host. */
export function farmTokens(farm: Pick<Farm, 'tokens' | 'saveToken' | 'removeToken' | 'onTokens'>) {
  /** The shared tokens as this host knows them. Another host may have changed them within the last second. */
  let known: readonly KeptToken[] = []
  const readings = new Turns()
  const read = async (): Promise<KeptToken[]> => (await farm.tokens()).flatMap(knownRole)
  return {
    async read(): Promise<readonly KeptToken[]> {
      known = await read()
      return known
    },
    /**
     * Stores only what differs from the tokens that this host knew. So this host does not remove a token that another
     * host has just made. Nor does it restore a token that another host has just revoked.
     *
     * @throws PlotdError ERR_SPOOL_WRITE
     */
    async write(tokens: readonly KeptToken[]): Promise<void> {
      const before = known
      known = tokens
      try {
        for (const token of tokens) if (!before.some((other) => isSame(other, token))) await farm.saveToken(token)
        for (const { name } of before) if (!tokens.some((token) => token.name === name)) await farm.removeToken(name)
      } catch (error) {
        if (known === tokens) known = before
        throw error
      }
    },
    /**
     * Calls the listener with all tokens after any host has changed a token. While the tokens cannot be read, the store
     * tries again twice a second. `onError` gets only the first error before the tokens can be read again.
     *
     * @returns a function that removes the listener
     */
    onChange(listener: (tokens: readonly KeptToken[]) => void, onError: (error: unknown) => void): () => void {
      let isReadable = true
      return farm.onTokens(async () => {
        const tokens = await readings.run(read).catch((error: unknown) => {
          if (isReadable) onError(error)
          isReadable = false
          throw error
        })
        isReadable = true
        known = tokens
        listener(tokens)
      })
    },
  }
}

const isSame = (a: KeptToken, b: KeptToken): boolean => a.name === b.name && a.sha256 === b.sha256 && a.role === b.role

/** Leaves out a token with a role that this version does not know. */
const knownRole = ({ name, role, sha256, createdAt }: FarmToken): KeptToken[] =>
  isRole(role) ? [{ name, role, sha256, createdAt }] : []
