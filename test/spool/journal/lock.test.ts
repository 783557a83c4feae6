import fs, { existsSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { lockFolder } from '../../../src/spool/journal/lock.ts'
import { systemError } from '../../support/memory-disk.ts'
import { tempFolder } from '../../support/temp-folder.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe.runIf(existsSync('/usr/bin/flock'))('the lock of a folder', () => {
  it('excludes a second lock also when PATH lacks flock', async () => {
    const folder = tempFolder()
    const lock = await lockFolder(folder)
    vi.stubEnv('PATH', '/nowhere')
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'ERR_STATE_LOCKED' })
    lock.release()
    const next = await lockFolder(folder)
    next.release()
  })

  it('is refused, and the refusal names no pid, while the holder has not yet written its pid', async () => {
    const folder = tempFolder()
    const lock = await lockFolder(folder)
    await writeFile(join(folder, 'lock'), '')
    const message = `${folder} is used by another plotd`
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'ERR_STATE_LOCKED', message, detail: { folder } })
    lock.release()
  })

  it('ends when the file of the lock cannot be written', async () => {
    const folder = tempFolder()
    const write = vi.spyOn(fs, 'writeSync').mockImplementationOnce(() => {
      throw systemError('ENOSPC', 'lock')
    })
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'ENOSPC' })
    write.mockRestore()
    const lock = await lockFolder(folder)
    lock.release()
  })

  it('is refused with the status of flock, not as the lock of another process, when flock fails', async () => {
    const [folder, bin] = [tempFolder(), tempFolder()]
    await writeFile(join(bin, 'flock'), '#!/bin/sh\nexit 71\n')
    await chmod(join(bin, 'flock'), 0o755)
    vi.stubEnv('PATH', bin)
    const message = `${join(folder, 'lock')} could not be locked: flock ended with 71`
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE', message })
  })
})

describe('the lock of a folder on Windows', () => {
  const { platform } = process
  afterEach(() => {
    Object.defineProperty(process, 'platform', { value: platform })
    vi.restoreAllMocks()
  })

  it('is a file that no other process can open', async () => {
    const folder = tempFolder()
    Object.defineProperty(process, 'platform', { value: 'win32' })
    const open = vi.spyOn(fs, 'openSync').mockImplementation(() => {
      throw systemError('EBUSY', 'lock')
    })
    const message = `${folder} is used by another plotd`
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'ERR_STATE_LOCKED', message })
    const [, flags] = open.mock.calls[0] ?? []
    expect(Number(flags) & 0x10000000).toBe(0x10000000)
  })
})
