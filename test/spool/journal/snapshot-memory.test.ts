import { it } from 'vitest'
import { JournalAdapter } from '../../../src/spool/journal/adapter.ts'
import { draft } from '../../../src/spool/queue/new-job.ts'
import { expectRemoval } from '../../support/garbage.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'

it('a snapshot that is on the disk keeps no removed record in memory', async () => {
  const options = { disk: new MemoryDisk(), compactAt: 1 << 20, aheadBytes: 4096 }
  const adapter = new JournalAdapter('/spool', options)
  const data = await adapter.read()
  const { jobs } = data
  const { job } = draft({ task: 'text', params: { text: 'hello' } })
  jobs.set('a', { ...job, id: 'a', order: 1, createdAt: 1 })
  const record = new WeakRef(jobs.get('a') ?? {})
  await adapter.write(data)
  await adapter.compact()
  jobs.delete('a')
  await adapter.write(data)
  await expectRemoval(record)
  await adapter.close()
})
