import { type ChildProcess, execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '../../clients/node/index.ts'
import { killDaemon, type PlugReport, shells, startDaemon } from './plug.ts'

const IMAGE_MB = 160

/** Whether this process may mount an image: Linux, and root. */
export const canMount = (): boolean => process.platform === 'linux' && process.getuid?.() === 0

/**
 * Simulates power cuts on a real file system. A daemon serves two shell loops of `plotd postcard`, and keeps its files
 * on an image with ext4. At random moments the bench copies the image. The copy is like a disk after a power cut: it
 * has all synced bytes, and the other bytes that the kernel had written. The mount of the copy replays the journal of
 * ext4. Then a daemon starts on the copy. Every job that was acknowledged before the copy began must exist there.
 *
 * @param count  number of postcards
 */
export async function pullTheDisk(folder: string, count: number): Promise<PlugReport> {
  const disk = join(folder, 'disk')
  mkdirSync(disk, { recursive: true })
  execFileSync('truncate', ['-s', `${IMAGE_MB}M`, `${disk}.img`])
  execFileSync('mkfs.ext4', ['-qF', `${disk}.img`])
  mount(disk)
  try {
    return await cutsDuring(folder, disk, count)
  } finally {
    execFileSync('umount', [disk])
  }
}

async function cutsDuring(folder: string, disk: string, count: number): Promise<PlugReport> {
  const acknowledged: string[] = []
  const wrong: string[] = []
  let [pulled, isOver] = [0, false]
  const daemon = await startDaemon(disk, 'kill')
  const puller = async (): Promise<void> => {
    while (!isOver) {
      // The first copy comes while the folder is new, so the disk may lack names of files as well as bytes.
      await sleep(pulled === 0 ? 300 : 1_000 + Math.random() * 4_000)
      const known = [...acknowledged]
      // Each copy has a new name, because the kernel may still keep old blocks under the name of an earlier copy.
      const copy = join(folder, `copy-${++pulled}`)
      mkdirSync(copy)
      await copyAsItIs(daemon, `${disk}.img`, `${copy}.img`)
      wrong.push(...(await missing(copy, known)).map((sentence) => `cut ${pulled}: ${sentence}`))
      rmSync(`${copy}.img`)
    }
  }
  try {
    const pulling = puller()
    await shells(disk, count, acknowledged)
    isOver = true
    await pulling
  } finally {
    await killDaemon(daemon)
  }
  if (acknowledged.length === 0) wrong.push('nothing was acknowledged, so nothing is proven')
  return { submitted: count, acknowledged: acknowledged.length, pulled, wrong }
}

/**
 * Freezes the daemon and copies the image. The kernel may write to the image during the copy. The copy would then mix
 * two moments, which a power cut never does. So the bench copies again until the image and the copy are equal.
 */
async function copyAsItIs(daemon: ChildProcess, from: string, to: string): Promise<void> {
  daemon.kill('SIGSTOP')
  try {
    await sleep(30) // a system call that is under way ends
    do copyFileSync(from, to)
    while (!readFileSync(from).equals(readFileSync(to)))
  } finally {
    daemon.kill('SIGCONT')
  }
}

async function missing(copy: string, known: readonly string[]): Promise<string[]> {
  mount(copy)
  try {
    const daemon = await startDaemon(copy, 'kill')
    try {
      return await lossesOf(copy, known)
    } finally {
      await killDaemon(daemon) // a daemon with open files would keep the image mounted
    }
  } catch (error) {
    return [`plotd does not start: ${String(error)}`]
  } finally {
    execFileSync('umount', [copy])
  }
}

async function lossesOf(copy: string, known: readonly string[]): Promise<string[]> {
  const client = await connect({ state: join(copy, 'state') })
  const losses: string[] = []
  for (const id of known)
    await client
      .call('job.get', { id })
      .catch((error: unknown) => losses.push(`job ${id} was acknowledged, and job.get fails: ${String(error)}`))
  client.close()
  return losses
}

const mount = (folder: string): void => void execFileSync('mount', ['-o', 'loop', `${folder}.img`, folder])
