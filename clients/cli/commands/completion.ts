/**
 * The room `commands`: each module has the name of its verb or group of verbs. The exceptions are `moving`, which
 * several verbs share, and `task-new`, which `task` loads. `../verbs.ts` loads the module of the verb that the user
 * types. This file has `plotd completion`.
 */
import { HOLDABLE, UNSUCCESSFUL } from '../../../src/daemon/protocol/constants.ts'
import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import { FINAL } from '../../node/job.ts'
import type { Verbs } from '../args/command.ts'
import { defineCommand } from '../args/command.ts'
import type { Io } from '../io/io.ts'
import { shortId } from '../ui/format.ts'

export const completion = (verbs: Verbs) =>
  defineCommand({
    about:
      'Print a completion script for your shell. It completes verbs, flags and their values, and the jobs and plotters of the daemon.',
    positionals: {
      what: {
        type: 'string',
        choices: ['bash', 'zsh', 'fish', 'jobs', 'plotters'],
        describe: 'the shell; `jobs` and `plotters` are for the scripts',
      },
      verb: { type: 'string', describe: 'with `jobs`: only jobs that this verb can act on' },
    },
    flags: {},
    examples: [
      ['completion bash > ~/.local/share/bash-completion/completions/plotd', ''],
      ['completion zsh > ~/.zfunc/_plotd', 'with ~/.zfunc in fpath'],
      ['completion fish > ~/.config/fish/completions/plotd.fish', ''],
    ],
    async run({ what, verb }, io) {
      if (what === 'jobs') return await printCandidates(await jobs(verb, io), io)
      if (what === 'plotters') return await printCandidates(await plotters(io), io)
      const script = await scriptFor(String(what), verbs)
      io.answer({ shell: what, script }, () => script.trimEnd().split('\n'))
      return 0
    },
  })

async function scriptFor(shell: string, verbs: Verbs): Promise<string> {
  const { vocabulary } = await import('../completion/vocabulary.ts')
  const all = await vocabulary(verbs)
  if (shell === 'zsh') return (await import('../completion/zsh.ts')).zsh(all)
  if (shell === 'fish') return (await import('../completion/fish.ts')).fish(all)
  return (await import('../completion/bash.ts')).bash(all)
}

interface Candidate {
  readonly word: string
  readonly description: string
}

/** Prints a line for each candidate: its word, a tab, and its description. With --json the line is a JSON object. */
async function printCandidates(candidates: readonly Candidate[], io: Io): Promise<number> {
  for (const candidate of candidates) {
    if (io.json) io.line({ word: candidate.word, says: candidate.description })
    else io.print(`${candidate.word}\t${candidate.description.replaceAll(/\s+/g, ' ')}`)
  }
  return 0
}

type Status = WireJob['status']
const WAITING: readonly Status[] = ['scheduled', 'queued', 'rendered']

/** The statuses of the jobs to offer for each verb. A verb that is not listed gets jobs of every status. */
const ACCEPTS: Readonly<Record<string, (status: Status) => boolean>> = {
  hold: (status) => HOLDABLE.has(status),
  top: (status) => WAITING.includes(status) || status === 'held',
  release: (status) => status === 'held',
  cancel: (status) => !FINAL.has(status),
  retry: (status) => UNSUCCESSFUL.has(status) || status === 'interrupted',
  forget: (status) => FINAL.has(status),
  frame: (status) => status === 'rendered',
}

const MAX_JOBS = 200

async function jobs(verb: string | undefined, io: Io): Promise<Candidate[]> {
  const accepts = verb !== undefined && Object.hasOwn(ACCEPTS, verb) ? ACCEPTS[verb] : undefined
  const listed = await quietly(io.daemon.call('job.list', { sort: 'queue', limit: MAX_JOBS }))
  const matches = (listed?.jobs ?? []).filter(({ status }) => accepts?.(status) ?? true)
  return matches.map(({ id, title, status }) => ({ word: shortId(id), description: `${title}, ${status}` }))
}

async function plotters(io: Io): Promise<Candidate[]> {
  const all = (await quietly(io.daemon.call('plotter.list', {}))) ?? []
  return all.map(({ name, state }) => ({ word: name, description: state.is }))
}

/** Hides errors of plotd and of the daemon, because a shell that completes a word must not print them. */
async function quietly<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (thrown) {
    if (thrown instanceof PlotdError) return undefined
    throw thrown
  }
}
