import { expect, it } from 'vitest'
import { MAX_CRASHES } from '../../../src/spool/next.ts'
import { present } from '../../contracts/spool.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import { spoolOn } from '../../support/spool-on.ts'

it('a job whose render began too often fails when the spool opens, and with it the jobs that wait for it', async () => {
  let disk = new MemoryDisk()
  let spool = await spoolOn(disk)
  const parent = present((await spool.submit([{ task: 'text', params: 1 }]))[0])
  const child = present((await spool.submit([{ task: 'text', params: 2, dependsOn: [parent.id] }]))[0])
  const grandchild = present((await spool.submit([{ task: 'text', params: 3, dependsOn: [child.id], hold: true }]))[0])
  for (let crash = 0; crash < MAX_CRASHES; crash++) {
    present(await spool.claim({ stage: 'render', holder: 'w' }))
    await spool.submit([]) // the claim is on the disk after the next commit
    disk = disk.kill()
    spool = await spoolOn(disk)
  }
  expect(await spool.get(parent.id)).toMatchObject({ status: 'failed', error: { code: 'ERR_TASK_FAILED' } })
  const orphaned = { status: 'failed', error: { code: 'ERR_DEPENDENCY_FAILED' } }
  expect([await spool.get(child.id), await spool.get(grandchild.id)]).toMatchObject([orphaned, orphaned])
  const again = await spoolOn(disk.kill())
  expect(await again.get(grandchild.id)).toMatchObject(orphaned)
})
