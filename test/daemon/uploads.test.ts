import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Uploads } from '../../src/daemon/uploads.ts'

describe('uploads', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plotd-uploads-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('that are cut off, too large or hit a full disk leave nothing behind and are no bug', async () => {
    const uploads = new Uploads(folder, 10)
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    const broken: Readable = new Readable({ read: () => broken.destroy(full) })
    await expect(uploads.put(broken)).rejects.toMatchObject({
      code: 'ERR_FILE',
      message: expect.stringContaining('ENOSPC'),
    })
    await expect(uploads.put(Readable.from([Buffer.alloc(11)]))).rejects.toMatchObject({ code: 'ERR_LIMIT' })
    expect(await readdir(folder)).toEqual([])
  })
})
