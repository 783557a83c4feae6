import { PlotdError } from '../../errors.ts'
import type { Identity, LoginCodes, Tokens } from '../auth/index.ts'
import type { Handlers } from './handlers.ts'

type TokenHandlers = Pick<Handlers, Extract<keyof Handlers, `token.${string}` | `session.${string}`>>

/** @param page  returns the address of the page, which is known only when the daemon listens */
export function tokenHandlers(tokens: Tokens, codes: LoginCodes, page: () => string): TokenHandlers {
  return {
    'token.list': () => ({ tokens: tokens.list().map(view) }),
    'token.new': async ({ name, role }) => withSecret(await tokens.add(name, role)),
    'token.rotate': async ({ name }) => withSecret(await tokens.rotate(name)),
    'token.revoke': async ({ name }) => {
      await tokens.revoke(name)
      return {}
    },
    'session.code': (_, { identity }) => {
      const { code, until } = codes.issue(identity)
      return { code, until, link: loginLink(page(), code) }
    },
    'session.end': (_, { identity }) => {
      if (identity.by === undefined) {
        throw new PlotdError(
          'ERR_PARAMS',
          `${identity.name} is a token, not a page session: \`plotd token revoke\` ends it`,
        )
      }
      tokens.endSession(identity)
      return {}
    },
  }
}

/** The code is in the fragment of the address, which a browser sends to no server. */
export const loginLink = (page: string, code: string): string => `${page}/#login=${code}`

const withSecret = ({ identity, secret }: { readonly identity: Identity; readonly secret: string }) => ({
  ...view(identity),
  secret,
})

const view = ({ name, role, createdAt, by }: Identity) => ({
  name,
  role,
  ...(createdAt === undefined ? {} : { createdAt }),
  ...(by === undefined ? {} : { by }),
})
