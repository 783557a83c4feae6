#!/usr/bin/env node
/**
 * The command line. This file is the process, and `run-words.ts` runs one command line. `verbs.ts` is the table of
 * verbs, `command-line.ts` reads the words (yargs), `refusal.ts` explains a refused line, `overview.ts` lists the
 * verbs. The rooms:
 *
 * - `commands/`    a file for each verb or group of verbs
 * - `jobs/`        find, submit, follow and resume jobs
 * - `flags/`       groups of flags that several verbs share, and the options that they give
 * - `completion/`  scripts for bash, zsh and fish
 * - `doctor/`      checks of this computer and its plotters
 * - `calibrate/`   sheets to measure, and the changes of a profile by the measurements
 * - `setup/`       boards, configuration and service of `plotd setup`
 * - `demo/`        the processes and the display of `plotd demo`
 * - `fonts/`       font files, and the check of a text
 * - `errors/`      errors in words for users, the next step, exit codes
 * - `args/`        the types of a verb, and suggestions for misspelt words and for commands of other programs
 * - `io/`          output, files, and the client of the daemon
 * - `ui/`          sentences, tables, progress and pictures for a terminal
 */
import { EXIT } from './errors/exit-codes.ts'
import { runWords } from './run-words.ts'

process.stdout.on('error', leave)
process.exitCode = await runWords(process.argv.slice(2))

/** Ends without an error when stdout is closed early, as by `plotd list | head -1`. */
function leave(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  process.stderr.write(`✗ stdout could not be written: ${error.message}\n`)
  process.exit(EXIT.failed)
}
