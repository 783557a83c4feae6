import { PlotdError } from '../../errors.ts'
import type { LoginCodes } from '../auth/login-codes.ts'
import type { Grant, Keys } from '../auth/tokens.ts'
import type { Handlers } from './handlers.ts'

type TokenHandlers = Pick<Handlers, Extract<keyof Handlers, `token.${string}` | `session.${string}`>>

/** @param page  the address of the page, known once the daemon listens */
export function tokenHandlers(keys: Keys, codes: LoginCodes, page: () => string): TokenHandlers {
  return {
    'token.list': () => ({ tokens: keys.list().map(shown) }),
    'token.new': async ({ name, role }) => made(await keys.add(name, role)),
    'token.rotate': async ({ name }) => made(await keys.rotate(name)),
    'token.revoke': async ({ name }) => {
      await keys.revoke(name)
      return {}
    },
    'session.code': (_, { grant }) => {
      const { code, until } = codes.issue(grant)
      return { code, until, link: loginLink(page(), code) }
    },
    'session.end': (_, { grant }) => {
      if (grant.by === undefined) {
        throw new PlotdError('ERR_PARAMS', `${grant.name} is a token, not a session: \`plotd token revoke\` ends it`)
      }
      keys.endSession(grant)
      return {}
    },
  }
}

/** The fragment of an address is not sent to any server. */
export const loginLink = (page: string, code: string): string => `${page}/#login=${code}`

const made = ({ grant, secret }: { readonly grant: Grant; readonly secret: string }) => ({ ...shown(grant), secret })

const shown = ({ name, role, createdAt, by }: Grant) => ({
  name,
  role,
  ...(createdAt === undefined ? {} : { createdAt }),
  ...(by === undefined ? {} : { by }),
})
