import { z } from 'zod'
import { ROLES } from './roles.ts'

const name = z
  .string()
  .max(64)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'expected letters, digits, dots, dashes or underscores, with a letter or digit first',
  )
  .meta({ description: 'name of a token; master is the token of the daemon’s user' })
const role = z.enum(ROLES)
const token = z.object({
  name: z.string(),
  role,
  createdAt: z
    .number()
    .optional()
    .meta({ description: 'for the master token, the time at which its file was written' }),
  by: z.string().optional().meta({ description: 'for a page session: the token that opened it' }),
})
const secret = token.extend({
  secret: z
    .string()
    .meta({ description: 'shown once; the daemon stores only a digest of it, except for the master token' }),
})

/** Methods on tokens. */
export const TOKEN_METHODS = {
  'token.list': {
    role: 'operate',
    summary: 'The tokens of this daemon and the page sessions, without their secrets.',
    params: z.strictObject({}),
    result: z.object({ tokens: z.array(token).readonly() }),
    errors: [],
  },
  'token.new': {
    role: 'operate',
    summary:
      'Create a token, for example for a client with fewer rights. The names page-1, page-2 and so on are for page sessions.',
    params: z.strictObject({ name, role }),
    result: secret,
    errors: ['ERR_FILE'],
  },
  'token.rotate': {
    role: 'operate',
    summary:
      'Give a token a new secret, close its connections and end its sessions. From then on the daemon refuses the old secret.',
    params: z.strictObject({ name: name.default('master') }),
    result: secret,
    errors: ['ERR_FILE'],
  },
  'token.revoke': {
    role: 'operate',
    summary: 'Refuse a token from now on, close its connections and end its sessions. Or end a page session.',
    params: z.strictObject({ name }),
    result: z.object({}),
    errors: ['ERR_FILE'],
  },
  'session.code': {
    role: 'watch',
    summary:
      'A code for one login of a page. `POST /session` exchanges it for a page session with the role of the calling token.',
    params: z.strictObject({}),
    result: z.object({
      code: z.string(),
      until: z
        .number()
        .meta({ description: 'the time at which the code expires, ms since 1970; a code is good for one use' }),
      link: z.string().meta({ description: 'the address of the page with the code, on the daemon’s computer' }),
    }),
    errors: [],
  },
  'session.end': {
    role: 'watch',
    summary: 'End the page session that makes the call.',
    params: z.strictObject({}),
    result: z.object({}),
    errors: [],
  },
} as const
