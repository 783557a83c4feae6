import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const LOOK_EVERY_MS = 100

/** A program of ours and all that it starts, on one core; its memory is watched. Linux. */
export class Caged {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
  readonly #peaks = new Map<number, number>()
  readonly #begun = performance.now()
  #cpuSeconds = 0

  /** @param core  the only one that it may use */
  constructor(core: number, script: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const command = ['-c', String(core), process.execPath, script, ...args]
    this.process = spawn('taskset', command, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const looking = setInterval(() => this.#look(), LOOK_EVERY_MS)
    this.ended = once(this.process, 'exit').then(([code]) => {
      clearInterval(looking)
      return code as number | null
    })
  }

  /** Each process at its largest, all together: they need not have been so large at one time. */
  get peakMb(): number {
    return [...this.#peaks.values()].reduce((sum, kb) => sum + kb, 0) / 1000
  }

  get processes(): number {
    return this.#peaks.size
  }

  /** Of the program's own process, its threads included. */
  get cpuSeconds(): number {
    return this.#cpuSeconds
  }

  get seconds(): number {
    return (performance.now() - this.#begun) / 1000
  }

  #look(): void {
    const { pid = 0 } = this.process
    for (const each of family(pid)) {
      const kb = Number(/^VmHWM:\s+(\d+)/m.exec(proc(each, 'status'))?.[1] ?? 0)
      this.#peaks.set(each, Math.max(kb, this.#peaks.get(each) ?? 0))
    }
    const [user, system] = proc(pid, 'stat')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 13)
    this.#cpuSeconds = (Number(user ?? 0) + Number(system ?? 0)) / TICKS || this.#cpuSeconds
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
