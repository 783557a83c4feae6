import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { openSpool } from '../../../src/spool/index.ts'
import { nodeDisk } from '../../../src/spool/journal/disk.ts'
import { systemError } from '../../support/memory-disk.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const job = { task: 'text', params: { text: 'hello' } }

it.each([
  ['removed', (folder: string) => rm(folder, { recursive: true })],
  ['moved', (folder: string) => rename(folder, `${folder}-elsewhere`)],
])('a spool whose folder is %s while the spool is open fails, and then accepts no job', async (_, act) => {
  const folder = join(tempFolder(), 'spool')
  const spool = await openSpool(folder)
  await spool.submit([job])
  await act(folder)
  // This submit may still be accepted: plotd notices the loss at the next write of the watermark.
  await spool.submit([job]).catch(() => {})
  expect(await spool.failed).toMatchObject({ code: 'ERR_SPOOL_WRITE', detail: { system: 'ENOENT' } })
  await expect(spool.submit([job])).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
  await spool.close()
})

it.each(['EMFILE', 'ENFILE', 'ENOMEM'])(
  'a spool accepts further jobs after its process got the error %s',
  async (code) => {
    const folder = join(tempFolder(), 'spool')
    let refused = 0
    let isShort = false
    const open: typeof nodeDisk.open = async (path, how) => {
      if (!isShort) return nodeDisk.open(path, how)
      refused++
      throw systemError(code, path)
    }
    const spool = await openSpool(folder, { disk: { ...nodeDisk, open } })
    isShort = true
    await spool.submit([job])
    await vi.waitFor(() => expect(refused).toBeGreaterThan(0))
    isShort = false
    await spool.submit([job])
    await spool.close()
    const again = await openSpool(folder)
    expect((await again.list()).jobs).toHaveLength(2)
    await again.close()
  },
)
