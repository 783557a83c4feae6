/**
 * The room `auth`: tokens, sessions and their roles. A token, or the session of a page, is looked up by its secret and gives an
 * `Identity` with a role; `server/access.ts` asks for it once per request or connection. Tokens are kept as digests, all but
 * the master token, which programs of the daemon's user read from the state folder.
 */
export { LoginCodes } from './login-codes.ts'
export { openTokens } from './token-files.ts'
export { type Identity, type KeptToken, type TokenStore, Tokens } from './tokens.ts'
