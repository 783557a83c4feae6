import { defineCommand } from '../args/command.ts'
import { type Check, type Finding, runChecks } from '../doctor/checks.ts'
import { EXIT } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { wrap } from '../ui/width.ts'

export const doctor = defineCommand({
  about: 'Look at this machine: Node, serial ports and permissions, disk, fonts, the daemon. Nothing is changed.',
  positionals: {},
  flags: {},
  examples: [['doctor', '']],
  more: 'Exit code 1 when something must be mended; what only might trouble you later does not count.',
  async run(_args, io) {
    let sick = false
    let doubtful = false
    for await (const finding of runChecks(io)) {
      sick ||= finding.state === 'bad'
      doubtful ||= finding.state === 'warn'
      if (io.json) io.line(finding)
      else io.print(...words(finding, io))
    }
    if (!io.json) io.print('', verdict(sick, doubtful))
    return sick ? EXIT.failed : EXIT.ok
  },
})

function verdict(sick: boolean, doubtful: boolean): string {
  if (sick) return 'Mend what is marked ✗ and ask again.'
  return doubtful ? 'Nothing must be mended; what is marked ! is good to know.' : 'All is well.'
}

function words({ check, state, says, mend }: Finding & { check: Check['name'] }, { paint, width }: Io): string[] {
  const mark = { good: paint.good('✓'), warn: paint.accent('!'), bad: paint.bad('✗') }[state]
  const lines = wrap(says, Math.max(20, width - 18))
  return [
    ...lines.map((line, i) => `${i === 0 ? mark : ' '} ${paint.bold((i === 0 ? check : '').padEnd(14))}${line}`),
    ...(mend === undefined ? [] : [`  ${' '.repeat(14)}${paint.dim('→')} ${mend}`]),
  ]
}
