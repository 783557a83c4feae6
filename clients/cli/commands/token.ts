import { PlotdError } from '../../../src/errors.ts'
import { defineCommand } from '../command.ts'

export const token = defineCommand({
  takes: '',
  about: 'Print the token that every request to the daemon carries. Who has it can do all that you can.',
  positionals: {},
  flags: {},
  examples: [['token', 'for curl: -H "Authorization: Bearer $(plotd token)"']],
  async run(_args, io) {
    const { token: value } = await io.daemon.address
    if (value === '') {
      throw new PlotdError(
        'ERR_FILE',
        `There is no token in ${io.daemon.state}; the daemon makes it at its first start`,
      )
    }
    io.answer({ token: value }, () => value)
    return 0
  },
})
