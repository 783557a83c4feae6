import type { Farm, FarmToken } from '../../spool/index.ts'
import type { KeptToken } from '../auth/index.ts'
import { isRole } from '../protocol/roles.ts'

/** The tokens that all hosts accept, in the store that they share. The master token of a host stays on that host. */
export function farmTokens(farm: Farm) {
  const read = async (): Promise<KeptToken[]> => (await farm.tokens()).flatMap(knownRole)
  return {
    read,
    /** Replaces the shared tokens. @throws PlotdError ERR_SPOOL_WRITE */
    async write(tokens: readonly KeptToken[]): Promise<void> {
      const before = await read()
      for (const token of tokens) {
        const isSame = before.some(
          ({ name, sha256, role }) => name === token.name && sha256 === token.sha256 && role === token.role,
        )
        if (!isSame) await farm.saveToken(token)
      }
      for (const { name } of before) if (!tokens.some((token) => token.name === name)) await farm.removeToken(name)
    },
    /**
     * Calls the listener with all tokens after any host has changed them.
     *
     * @returns a function that removes the listener
     */
    onChange(listener: (tokens: readonly KeptToken[]) => void, onError: (error: unknown) => void): () => void {
      return farm.onTokens(() => void read().then(listener, onError))
    },
  }
}

/** Leaves out a token with a role that this version does not know. */
const knownRole = ({ name, role, sha256, createdAt }: FarmToken): KeptToken[] =>
  isRole(role) ? [{ name, role, sha256, createdAt }] : []
