import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { canMount, pullTheDisk } from './faults/image.ts'
import { killRounds } from './faults/kill-rounds.ts'
import { pullThePlug } from './faults/plug.ts'
import { table, whole } from './spool/measure.ts'

/**
 * npm run bench faults -- [--kill 200] [--cut 200] [--plug 1000] [--disk 1000] [--folder DIR]
 *
 * Checks that every acknowledged job survives:
 *
 * - `--kill N` kills a process that works on a spool, N times.
 * - `--cut N` simulates N power cuts of such a process. Everything that was not synced is lost.
 * - `--plug N` kills a daemon during N commands `plotd postcard`, then simulates power cuts during N more.
 * - `--disk N` copies a daemon's disk at random moments during N such commands. This check needs Linux and root.
 *
 * Without any of these flags the bench runs a short round of each kind. The round of `--disk` then runs only on Linux
 * as root. Exits with 1 when a check fails.
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { kill: text, cut: text, plug: text, disk: text, folder: text },
  })
  const few = [values.kill, values.cut, values.plug, values.disk].every((value) => value === undefined)
  const times = (value: string | undefined, usual: number): number => (few ? usual : Number(value ?? 0))
  const folder = mkdtempSync(join(values.folder ?? tmpdir(), 'plotd-faults-'))
  const rows: string[][] = []
  const wrong: string[] = []
  try {
    for (const ending of ['kill', 'cut'] as const) {
      const rounds = times(values[ending], 10)
      if (rounds === 0) continue
      const report = await killRounds(join(folder, ending), rounds, ending)
      wrong.push(...report.wrong)
      rows.push([`spool, ${ENDING[ending]}`, whole(rounds), whole(report.acknowledged), `${report.wrong.length}`])
    }
    for (const ending of ['kill', 'cut'] as const) {
      const count = times(values.plug, 20)
      if (count === 0) continue
      const report = await pullThePlug(join(folder, `plug-${ending}`), count, ending)
      wrong.push(...report.wrong)
      const what = `daemon, ${whole(count)} × plotd postcard, ${ENDING[ending]}`
      rows.push([what, whole(report.pulled), whole(report.acknowledged), `${report.wrong.length}`])
    }
    const pulls = times(values.disk, 20)
    if (pulls > 0 && !canMount()) {
      if (!few) wrong.push(`--disk ${pulls}: expected Linux and root, because the check mounts a disk`)
    } else if (pulls > 0) {
      const report = await pullTheDisk(join(folder, 'image'), pulls)
      wrong.push(...report.wrong)
      const what = `daemon, ${whole(pulls)} × plotd postcard, checked on copies of its disk at random moments`
      rows.push([what, whole(report.pulled), whole(report.acknowledged), `${report.wrong.length}`])
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(table(['what', 'times', 'acknowledged', 'lost or wrong'], rows))
  for (const sentence of wrong.slice(0, 20)) console.log(sentence)
  if (wrong.length > 0) process.exitCode = 1
}

const ENDING = { kill: 'kill -9', cut: 'kill -9, and unsynced bytes lost' } as const
