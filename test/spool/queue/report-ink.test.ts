import { expect, it } from 'vitest'
import { aResult, present } from '../../contracts/spool.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'
import { spoolOn } from '../../support/spool-on.ts'

it('the ink of a canceled plot is recorded also after a snapshot has archived the job', async () => {
  const disk = new MemoryDisk()
  const spool = await spoolOn(disk, { endedInMemory: 0 })
  const job = present((await spool.submit([{ task: 'text', params: 1, plot: { plotter: 'A', copies: 1 } }]))[0])
  await spool.complete(present(await spool.claim({ stage: 'render', holder: 'w' })), aResult)
  const claim = present(await spool.claim({ stage: 'plot', holder: 'A', plotters: ['A'] }))
  await spool.cancel(job.id)
  await spool.log(job.id, 'canceled')
  await spool.compact()
  const ink = { phase: 'plot', done: 3, of: 5 } as const
  expect(await spool.reportInk(claim, ink)).toMatchObject({ status: 'canceled', progress: ink })
  const again = await spoolOn(disk.kill())
  expect(await again.get(job.id)).toMatchObject({ status: 'canceled', progress: ink })
  expect(await again.logs(job.id)).toHaveLength(1)
})
