import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DirectFile } from '../../src/spool/journal/direct-file.ts'
import { type DiskFile, nodeDisk } from '../../src/spool/journal/disk.ts'
import { giveBack, isPageMemory, pageMemory, zeros } from '../../src/spool/journal/page-memory.ts'
import { packageRoot } from '../../src/threads.ts'
import { systemError } from '../support/memory-disk.ts'
import { tempFolder } from '../support/temp-folder.ts'

const BLOCK = 4096
const { O_DIRECT, O_DSYNC, O_RDWR, O_CREAT } = fs.constants

/** Whether files of the folder can be opened past the page cache. */
function knowsDirect(folder: string): boolean {
  if (process.platform !== 'linux') return false
  try {
    fs.closeSync(fs.openSync(join(folder, 'try'), O_RDWR | O_CREAT | O_DIRECT))
    return true
  } catch {
    return false
  }
}

/** The flags with which this process has a file open. */
function flagsOf(path: string): number[] {
  const open = fs.readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`) === path
    } catch {
      return false
    }
  })
  const flags = open.map((fd) => /flags:\s*(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1])
  return flags.map((octal) => Number.parseInt(octal ?? '0', 8))
}

const folder = tempFolder()
const path = join(folder, 'journal.log')

describe.runIf(knowsDirect(folder))('a log on a file system that can be written past the page cache', () => {
  it('is written past it, and through to the disk', async () => {
    const file = await nodeDisk.open(path, 'log')
    expect(flagsOf(path).map((flags) => flags & (O_DIRECT | O_DSYNC))).toEqual([O_DIRECT | O_DSYNC])
    expect(file.isDirect).toBe(true)
    await file.close()
  })

  it('takes blocks from whatever memory they are in, at once or by a thread, and any reader finds them', async () => {
    const file = await nodeDisk.open(path, 'log')
    const blocks = ['a', 'b', 'c'].map((letter, i) => Buffer.alloc(BLOCK * (1 + i * 300) + 1, letter).subarray(1))
    await file.write(blocks[0] ?? zeros(0), 0)
    file.writeNow(blocks[1] ?? zeros(0), BLOCK)
    await file.write(blocks[2] ?? zeros(0), 302 * BLOCK)
    await file.write(zeros(BLOCK), 0)
    expect(file.isDirect).toBe(true)
    await file.close()
    expect(fs.readFileSync(path).equals(Buffer.concat([Buffer.alloc(BLOCK), ...blocks.slice(1)]))).toBe(true)
  })

  it('goes through the cache from the first write on when that is refused as it stands', async () => {
    const [now, later] = [join(folder, 'now'), join(folder, 'later')]
    const files = [await nodeDisk.open(now, 'log'), await nodeDisk.open(later, 'log')] as const
    files[0].writeNow(Buffer.from('odd'), 0)
    await files[1].write(Buffer.from('odd'), 0)
    expect(files.map(({ isDirect }) => isDirect)).toEqual([false, false])
    for (const name of [now, later]) expect(flagsOf(name).map((flags) => flags & O_DIRECT)).toContain(0)
    for (const file of files) {
      await file.write(Buffer.from('er still'), 3)
      await file.close()
    }
    for (const name of [now, later]) expect(fs.readFileSync(name, 'utf8')).toBe('odder still')
  })

  it('stays with its way once a write has gone it: what is refused then is an error', async () => {
    const file = await nodeDisk.open(path, 'log')
    await file.write(zeros(BLOCK), 0)
    await expect(file.write(Buffer.from('odd'), BLOCK)).rejects.toMatchObject({ code: 'EINVAL' })
    expect(() => file.writeNow(Buffer.from('odd'), BLOCK)).toThrow('EINVAL')
    await file.close()
  })
})

it('an error of the disk is told and never tried another way', async () => {
  const direct = { write: () => Promise.reject(systemError('EIO', path)) } as unknown as DiskFile
  const cached = (): DiskFile => {
    throw new Error('it was tried through the cache')
  }
  await expect(new DirectFile({ direct, cached }).write(zeros(BLOCK), 0)).rejects.toMatchObject({ code: 'EIO' })
})

it('memory that begins at a page is told from other memory, and from its own middle', () => {
  const memory = pageMemory(100) ?? Buffer.alloc(0)
  expect(memory.length).toBeGreaterThanOrEqual(100)
  expect([memory, memory.subarray(0, 10), memory.subarray(1), Buffer.alloc(100)].map(isPageMemory)).toEqual([
    true,
    true,
    false,
    false,
  ])
})

it('memory that was given back is had again, whole, and only once', () => {
  const much = 64 << 20 // more than anything else here was given back with
  const memory = pageMemory(much) ?? Buffer.alloc(0)
  giveBack(memory.subarray(0, 10))
  giveBack(Buffer.alloc(much))
  const again = [pageMemory(much), pageMemory(much)]
  expect(again.map((each) => each?.buffer === memory.buffer)).toEqual([true, false])
  expect(again[0]?.length).toBe(memory.length)
})

/** A spool in a folder: jobs, and a snapshot after each hundred. */
const WORK = `
  import { openSpool } from './src/spool/index.js'
  const spool = await openSpool(process.argv[1])
  for (let i = 1; i <= 300; i++) {
    await spool.submit([{ task: 'text', params: i }])
    if (i % 100 === 0) await spool.compact()
  }
  console.log((await spool.list({})).total)
  await spool.close()
`

it.runIf(process.platform === 'linux')('a process that has few addresses keeps its journal through the cache', () => {
  // Node itself needs a gigabyte of addresses; memory that begins at a page, ten.
  const args = ['-c', 'ulimit -v 6000000 && exec "$0" --input-type=module -e "$1" "$2"']
  const cwd = join(packageRoot, 'dist')
  const { stdout, stderr } = spawnSync('sh', [...args, process.execPath, WORK, tempFolder()], { cwd, encoding: 'utf8' })
  expect([stdout, stderr]).toEqual(['300\n', ''])
})
