import { defineCommand } from '../args/command.ts'
import { plural } from '../ui/format.ts'

export const spool = defineCommand({
  about:
    'Move the whole queue (jobs, logs, idempotency keys, pauses) from the state folder to a PostgreSQL database that ' +
    'several hosts share, or back. Stop plotd on every host first.',
  positionals: {
    what: { type: 'string', choices: ['migrate'], demandOption: true, describe: 'what to do with the queue' },
    to: {
      type: 'string',
      demandOption: true,
      describe: 'postgres://USER@SERVER/DATABASE, or `folder` for the state folder of this machine',
    },
  },
  flags: {
    config: { type: 'string', describe: 'configuration file', requiresArg: true },
    from: {
      type: 'string',
      describe: 'the database from which the queue moves to the folder; default: `spool` of the configuration',
      requiresArg: true,
    },
  },
  examples: [
    ['spool migrate postgres://plotd@db.studio/plotd', 'then set `spool` in the configuration to this address'],
    ['spool migrate folder --from postgres://plotd@db.studio/plotd', 'back to one machine'],
  ],
  more: 'The source is renamed when everything has arrived, and kept as a backup: no job is in two queues. After a move that was cut off, run the same command again. A password belongs in ~/.pgpass or PGPASSWORD.',
  async run({ to, from, config, state }, io) {
    const { moveState } = await import('../../../src/daemon/main.ts')
    const report = await moveState({ flags: { state }, file: config }, to, from, (why) => io.note(why))
    io.answer(report, () => {
      const known =
        report.known === 0 ? '' : ` (${report.known} ${report.known === 1 ? 'was' : 'were'} there from an earlier try)`
      return [
        `${plural(report.jobs, 'job')} moved${known}. The old queue is kept as ${report.backup}.`,
        to === 'folder'
          ? 'Take `spool` out of the configuration.'
          : 'Set `spool` in the configuration to the address of the database.',
      ].join('\n')
    })
    return 0
  },
})
