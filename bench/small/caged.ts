import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { MemoryCage } from './memory-cage.ts'

const LOOK_EVERY_MS = 100

/** A program of ours and all that it starts, on one core and in a cage of memory; what it takes is watched. Linux. */
export class Caged {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
  readonly #core: number
  readonly #pids = new Set<number>()
  readonly #begun = performance.now()
  readonly #cpu = new Map<number, number>()
  #peakKb = 0

  /** @param core  the only one that it may use */
  constructor(core: number, cage: MemoryCage | undefined, script: string, args: readonly string[]) {
    this.#core = core
    const command = ['taskset', '-c', String(core), process.execPath, script, ...args]
    const enter = cage === undefined ? [] : ['sh', '-c', `echo $$ > ${cage.processes} && exec "$@"`, 'sh']
    const [first = '', ...rest] = [...enter, ...command]
    this.process = spawn(first, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
    const looking = setInterval(() => this.#look(), LOOK_EVERY_MS)
    this.ended = once(this.process, 'exit').then(([code]) => {
      clearInterval(looking)
      return code as number | null
    })
  }

  /** What all its processes held at one time, of 2²⁰ bytes: of each its own memory, and the program that they share once. */
  get peakMb(): number {
    return this.#peakKb / 1024
  }

  get processes(): number {
    return this.#pids.size
  }

  /** Of all its processes and their threads. */
  get cpuSeconds(): number {
    return [...this.#cpu.values()].reduce((sum, seconds) => sum + seconds, 0)
  }

  /** Of its core, whoever used it. */
  get coreSeconds(): number {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').match(new RegExp(`^cpu${this.#core} .*$`, 'm')) ?? []
    const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, stolen = 0] = line.split(' ').slice(1).map(Number)
    return (user + nice + system + irq + softIrq + stolen) / TICKS
  }

  get seconds(): number {
    return (performance.now() - this.#begun) / 1000
  }

  #look(): void {
    const all = family(this.process.pid ?? 0).map((pid) => ({ pid, status: proc(pid, 'status') }))
    const kb = (status: string, what: string) => Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
    const own = all.reduce((sum, { status }) => sum + kb(status, 'RssAnon') + kb(status, 'RssShmem'), 0)
    const shared = Math.max(...all.map(({ status }) => kb(status, 'RssFile')))
    this.#peakKb = Math.max(this.#peakKb, own + shared)
    for (const { pid } of all) {
      this.#pids.add(pid)
      const [user, system] = proc(pid, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ')
        .slice(11, 13)
      const seconds = (Number(user ?? 0) + Number(system ?? 0)) / TICKS
      this.#cpu.set(pid, Math.max(seconds, this.#cpu.get(pid) ?? 0))
    }
  }
}

/** Of the kernel's clock, in a second. */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

function family(pid: number): number[] {
  const children = proc(pid, `task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(family)]
}

/** Empty when the process has ended meanwhile. */
function proc(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8')
  } catch {
    return ''
  }
}

/** The bench itself stays off the core, where there is another, as the plotter is another computer. */
export function leave(core: number): void {
  const others = Array.from({ length: availableParallelism() }, (_, i) => i).filter((i) => i !== core)
  if (others.length > 0) execFileSync('taskset', ['-apc', others.join(','), String(process.pid)], { stdio: 'ignore' })
}
