import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Job, openSpool } from '../../src/spool/index.ts'
import { threadScript } from '../../src/threads.ts'

export interface Victim {
  readonly child: ChildProcess
  /** The last acknowledgement of each job. The key '' says that the process has begun. */
  readonly acknowledgements: Map<string, string>
}

/** @param ending  'cut': loses everything that was not synced, as in a power cut */
export function startVictim(folder: string, run: number, ending: 'kill' | 'cut'): Victim {
  const script = fileURLToPath(threadScript('bench/faults/victim'))
  const child = spawn(process.execPath, [script, folder, String(run), ending], { stdio: ['ignore', 'pipe', 'inherit'] })
  const acknowledgements = new Map<string, string>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word = '', id = ''] = line.split(' ')
    acknowledgements.set(id, word)
  })
  return { child, acknowledgements }
}

export const until = async (reached: () => boolean): Promise<void> => {
  while (!reached()) await sleep(1)
}

export async function kill({ child }: Victim): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'close')
}

/** The states that a job may have after the kill, by its last acknowledgement before the kill. */
const POSSIBLE: Readonly<Record<string, readonly string[]>> = {
  submitted: ['queued', 'rendered', 'interrupted', 'finished'],
  rendered: ['rendered', 'interrupted', 'finished'],
  plotting: ['interrupted', 'finished'],
  finished: ['finished'],
}

export interface KillReport {
  readonly acknowledged: number
  /** The problems that the checks found, in sentences. */
  readonly wrong: readonly string[]
}

/** In each round: starts a process that works on the spool in `folder`, kills the process, and checks the spool. */
export async function killRounds(folder: string, rounds: number, ending: 'kill' | 'cut'): Promise<KillReport> {
  const acknowledged = new Map<string, string>()
  const wrong: string[] = []
  for (let round = 0; round < rounds; round++) {
    const victim = startVictim(folder, round, ending)
    await until(() => victim.acknowledgements.size > 20 + ((round * 37) % 90))
    await kill(victim)
    victim.acknowledgements.delete('')
    for (const [id, word] of victim.acknowledgements) acknowledged.set(id, word)
    const spool = await openSpool(folder, { retention: { jobs: 1e6, days: 1e4 } })
    for (const [id, word] of acknowledged) {
      for (const why of problemsOf(word, await spool.get(id)))
        wrong.push(`round ${round}: job ${id} was ${word}, ${why}`)
    }
    const { total } = await spool.list({ status: ['plotting', 'paused', 'started'] })
    if (total > 0) wrong.push(`round ${round}: ${total} jobs continue by themselves`)
    await spool.close()
  }
  return { acknowledged: acknowledged.size, wrong }
}

function problemsOf(word: string, job: Job | undefined): string[] {
  const problems: string[] = []
  if (!POSSIBLE[word]?.includes(job?.status ?? '')) problems.push(`is ${job?.status ?? 'gone'}`)
  if (job?.result !== undefined && job.result.path !== `${job.id}.svg`) problems.push(`has the file ${job.result.path}`)
  if (job?.status === 'interrupted' && job.reason?.code !== 'restart')
    problems.push(`has the reason ${job.reason?.code}`)
  return problems
}
