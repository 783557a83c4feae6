import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { bytes } from '../ui/format.ts'
import type { Check } from './checks.ts'

const MIN_NODE = [20, 19] as const
const MIN_FREE_BYTES = 200e6

export const nodeIsNew: Check = {
  name: 'Node',
  run() {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
    const isNewEnough = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])
    const message = `Node ${process.versions.node} on ${process.platform} ${process.arch}`
    if (isNewEnough) return { state: 'good', message }
    return {
      state: 'bad',
      message: `${message}: plotd needs ${MIN_NODE.join('.')} or newer`,
      remedy: 'nvm install --lts',
    }
  },
}

export const fontsLoad: Check = {
  name: 'fonts',
  async run() {
    const { fontNames, loadFont } = await import('../../../src/index.ts')
    const fonts = fontNames()
    for (const { name } of fonts) loadFont(name)
    return { state: 'good', message: `${fonts.length} single-stroke fonts` }
  },
}

export const diskHasRoom: Check = {
  name: 'disk',
  async run({ daemon }) {
    const folder = nearestFolder(daemon.state)
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    const message = `${bytes(free)} free for ${daemon.state}`
    if (free >= MIN_FREE_BYTES) return { state: 'good', message }
    return {
      state: 'bad',
      message: `only ${message}: the spool must be able to write`,
      remedy: 'remove files from this disk, such as SVGs in the output folder that you no longer need',
    }
  },
}

/** The folder, or its nearest parent that exists. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder))
}
