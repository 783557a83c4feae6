import type { repairState } from '../../../src/daemon/main.ts'
import { defineCommand } from '../args/command.ts'
import { type Check, type Finding, runChecks } from '../doctor/checks.ts'
import { EXIT } from '../errors/exit-codes.ts'
import { CONFIG } from '../flags/config-flags.ts'
import type { Io } from '../io/io.ts'
import { plural } from '../ui/format.ts'
import { wrap } from '../ui/text.ts'

export const doctor = defineCommand({
  about:
    'Check this computer: Node, serial ports and permissions, disk, fonts, the daemon. Without --repair nothing is ' +
    'changed.',
  positionals: {},
  flags: {
    config: CONFIG.config,
    repair: {
      type: 'boolean',
      default: false,
      describe: 'copy a damaged spool aside and recover what can be read; refused while the daemon runs',
    },
  },
  examples: [
    ['doctor', ''],
    ['doctor --repair', 'after ERR_SPOOL_DAMAGED'],
  ],
  more: 'The exit code is 1 when a check fails. A warning does not count.',
  async run({ repair, state, config }, io) {
    if (repair) {
      const { repairState } = await import('../../../src/daemon/main.ts')
      const result = await repairState({ flags: { state }, file: config })
      io.answer({ repaired: result !== undefined, ...result }, () => repairLines(result, io))
      return EXIT.ok
    }
    let hasErrors = false
    let hasWarnings = false
    for await (const finding of runChecks(io)) {
      hasErrors ||= finding.state === 'bad'
      hasWarnings ||= finding.state === 'warn'
      if (io.json) io.line({ check: finding.check, state: finding.state, says: finding.message, mend: finding.remedy })
      else io.print(...findingLines(finding, io))
    }
    if (!io.json) io.print('', verdict(hasErrors, hasWarnings))
    return hasErrors ? EXIT.failed : EXIT.ok
  },
})

function repairLines(repair: Awaited<ReturnType<typeof repairState>>, { paint }: Io): string[] {
  if (repair === undefined) return ['The spool is sound. Nothing was changed.']
  const { backup, jobs, held, interrupted, lostWrites, lostParts } = repair
  const lostWords = lostWrites === undefined ? 'An unknown number of writes' : plural(lostWrites, 'acknowledged write')
  return [
    paint.bold('The spool was repaired.'),
    `  backup    ${backup}`,
    `  jobs      ${jobs} recovered`,
    `  lost      ${lostWords} could not be read${lostParts === 0 ? '' : `; ${plural(lostParts, 'record')} could be read only in part`}`,
    ...(interrupted === 0 ? [] : [`  cut off   ${plural(interrupted, 'job')}: \`plotd resume\``]),
    ...(held === 0
      ? []
      : [
          `  held      ${plural(held, 'job')}: a lost write may have recorded that a job was drawn. Look at the paper, then`,
          '            `plotd release ID` or `plotd cancel ID`',
        ]),
  ]
}

function verdict(hasErrors: boolean, hasWarnings: boolean): string {
  if (hasErrors) return 'Fix the lines marked ✗, then run `plotd doctor` again.'
  return hasWarnings ? 'No check failed. Lines marked ! are warnings.' : 'All checks passed.'
}

function findingLines(
  { check, state, message, remedy }: Finding & { check: Check['name'] },
  { paint, width }: Io,
): string[] {
  const mark = { good: paint.good('✓'), warn: paint.accent('!'), bad: paint.bad('✗') }[state]
  const lines = wrap(message, Math.max(20, width - 18))
  return [
    ...lines.map((line, i) => `${i === 0 ? mark : ' '} ${paint.bold((i === 0 ? check : '').padEnd(14))}${line}`),
    ...(remedy === undefined ? [] : [`  ${' '.repeat(14)}${paint.dim('→')} ${remedy}`]),
  ]
}
