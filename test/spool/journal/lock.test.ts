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
