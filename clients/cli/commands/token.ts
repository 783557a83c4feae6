import { ROLES, type Role } from '../../../src/daemon/protocol/roles.ts'
import { PlotdError } from '../../../src/errors.ts'
import { masterToken } from '../../node/discover.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io/io.ts'
import { columns } from '../ui/columns.ts'
import { ago } from '../ui/format.ts'

export const token = defineCommand({
  about:
    'Manage the tokens of the daemon. Without words, print the master token. Clients on this machine read this token from ' +
    'the state folder, and a program that has this token can do everything that you can.',
  positionals: {
    what: {
      type: 'string',
      choices: ['show', 'list', 'new', 'rotate', 'revoke'],
      default: 'show',
      describe: 'show the master token, or list, create, rotate or revoke tokens',
    },
    name: { type: 'string', describe: 'name of the token; rotate without a name rotates the master token' },
  },
  flags: {
    role: {
      type: 'string',
      choices: ROLES,
      describe:
        'role of a new token: watch changes nothing, submit adds jobs, own also changes its own ' +
        'jobs, operate does everything',
      requiresArg: true,
    },
  },
  examples: [
    ['token', 'for curl: -H "Authorization: Bearer $(plotd token)"'],
    ['token new shop --role submit', 'for a web shop that may queue, but not touch the plotters'],
    ['token revoke shop', 'plotd closes the connections of the token at once'],
  ],
  more:
    'The list also has the sessions of pages. Revoking a session logs its page out. plotd prints the secret of a ' +
    'named token once; the daemon keeps only its digest. Revoking and rotating take effect at once.',
  async run({ what, name, role }, io) {
    if (what === 'list') await list(io)
    else if (what === 'new') await make(io, requireName(name, 'new'), role)
    else if (what === 'rotate')
      await printSecret(io, io.daemon.call('token.rotate', name === undefined ? {} : { name }))
    else if (what === 'revoke') await revoke(io, requireName(name, 'revoke'))
    else await show(io)
    return 0
  },
})

async function show(io: Io): Promise<void> {
  const value = await masterToken(io.daemon.state)
  if (value === '') {
    throw new PlotdError(
      'ERR_FILE',
      `There is no token in ${io.daemon.state}; the daemon makes the token at its first start`,
    )
  }
  io.answer({ token: value }, () => value)
}

async function list(io: Io): Promise<void> {
  const { tokens } = await io.daemon.call('token.list', {})
  io.answer({ tokens }, () =>
    columns(
      [...tokens],
      [
        { title: 'TOKEN', text: ({ name }) => name, paint: (text) => io.paint.bold(text) },
        { title: 'ROLE', text: ({ role }) => role },
        { title: 'FOR', text: ({ by }) => (by === undefined ? 'programs' : `a page, opened with ${by}`) },
        {
          title: 'CREATED',
          text: ({ createdAt }) => (createdAt === undefined ? '' : ago(createdAt, Date.now())),
        },
      ],
      io.width,
    ),
  )
}

async function make(io: Io, name: string, role: Role | undefined): Promise<void> {
  if (role === undefined) {
    throw new PlotdError('ERR_PARAMS', `--role: expected a role for ${name}: ${ROLES.join(', ')}`, { verb: 'token' })
  }
  await printSecret(io, io.daemon.call('token.new', { name, role }))
}

async function printSecret(io: Io, created: Promise<{ readonly secret: string }>): Promise<void> {
  const answer = await created
  io.answer(answer, () => answer.secret)
}

async function revoke(io: Io, name: string): Promise<void> {
  const answer = await io.daemon.call('token.revoke', { name })
  io.answer(answer, () => `The token ${name} is revoked.`)
}

function requireName(name: string | undefined, what: string): string {
  if (name !== undefined) return name
  throw new PlotdError('ERR_PARAMS', `Expected: plotd token ${what} <name>`, { verb: 'token' })
}
