/**
 * The room `auth`: tokens, page sessions and their roles. `server/access.ts` finds the token or session whose secret a
 * request or connection shows, and gets an `Identity` with a role. The daemon stores tokens as digests, except the
 * master token, which programs of the daemon's user read from the state folder.
 */
export { LoginCodes } from './login-codes.ts'
export { openTokens } from './token-files.ts'
export { type Identity, type KeptToken, type TokenStore, Tokens } from './tokens.ts'
