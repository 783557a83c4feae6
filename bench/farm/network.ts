import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A simulated computer on the network. */
export interface Computer {
  readonly ip: string
  /** Words that go before a command to run it on this computer. */
  readonly prefix: readonly string[]
  /** Unplugs the cable of the computer: packets are lost in both directions, without any notification. */
  unplug(): void
  plug(): void
}

/** Simulated computers on one bridge. Each computer is a network namespace of this machine. */
export interface Network {
  /** The address of this process, which is on the bridge too. */
  readonly ip: string
  readonly subnet: string
  computer(): Computer
  close(): void
}

const NAME = 'plotd'

const ip = (...words: readonly string[]): void => void execFileSync('ip', words, { stdio: 'ignore' })

/** @returns undefined when this process cannot make a network, which needs Linux, root, and the program `ip` */
export function openNetwork(): Network | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  removeLeftovers()
  const name = `${NAME}${process.pid}`
  const net = `10.231.${process.pid % 256}`
  try {
    ip('link', 'add', name, 'type', 'bridge')
    ip('addr', 'add', `${net}.1/24`, 'dev', name)
    ip('link', 'set', name, 'up')
  } catch {
    return undefined
  }
  const spaces: string[] = []
  return {
    ip: `${net}.1`,
    subnet: `${net}.0/24`,
    computer: () => {
      const n = spaces.length + 1
      const space = `${name}-${n}`
      const [outer, inner] = [`${name}.${n}`, `${name}_${n}`]
      ip('netns', 'add', space)
      spaces.push(space)
      ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner)
      ip('link', 'set', inner, 'netns', space)
      ip('link', 'set', outer, 'master', name, 'up')
      ip('-n', space, 'addr', 'add', `${net}.${n + 1}/24`, 'dev', inner)
      ip('-n', space, 'link', 'set', inner, 'up')
      ip('-n', space, 'link', 'set', 'lo', 'up')
      return {
        ip: `${net}.${n + 1}`,
        prefix: ['ip', 'netns', 'exec', space],
        unplug: () => ip('link', 'set', outer, 'nomaster'),
        plug: () => ip('link', 'set', outer, 'master', name),
      }
    },
    close: () => {
      for (const space of spaces) ip('netns', 'del', space)
      ip('link', 'del', name)
    },
  }
}

/** Removes the networks of processes that were killed. */
function removeLeftovers(): void {
  try {
    const named = (words: readonly string[], pattern: RegExp): readonly RegExpMatchArray[] => [
      ...execFileSync('ip', words, { encoding: 'utf8' }).matchAll(pattern),
    ]
    const isGone = (pid: string | undefined): boolean => !existsSync(`/proc/${pid}`)
    for (const [space, pid] of named(['netns', 'list'], /plotd(\d+)-\d+/g)) if (isGone(pid)) ip('netns', 'del', space)
    for (const [, bridge = '', pid] of named(['-o', 'link', 'show'], /: (plotd(\d+)):/g)) {
      if (isGone(pid)) ip('link', 'del', bridge)
    }
  } catch {} // nothing to remove, or no permission
}
