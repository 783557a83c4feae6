import type { Grant, Keys } from '../auth/tokens.ts'
import type { Handlers } from './handlers.ts'

type TokenHandlers = Pick<Handlers, Extract<keyof Handlers, `token.${string}`>>

export function tokenHandlers(keys: Keys): TokenHandlers {
  return {
    'token.list': () => ({ tokens: keys.list().map(shown) }),
    'token.new': async ({ name, role }) => made(await keys.add(name, role)),
    'token.rotate': async ({ name }) => made(await keys.rotate(name)),
    'token.revoke': async ({ name }) => {
      await keys.revoke(name)
      return {}
    },
  }
}

const made = ({ grant, secret }: { readonly grant: Grant; readonly secret: string }) => ({ ...shown(grant), secret })

const shown = ({ name, role, createdAt }: Grant) => ({ name, role, ...(createdAt === undefined ? {} : { createdAt }) })
