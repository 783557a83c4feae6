import { Low } from 'lowdb'
import { expect, it } from 'vitest'
import { emptyData } from '../../../src/spool/data.ts'
import { JournalAdapter } from '../../../src/spool/journal/adapter.ts'
import { MemoryDisk } from '../../support/memory-disk.ts'

it('the journal adapter refuses data that replaces the tables, because only changes of the tables reach the journal', async () => {
  const options = { disk: new MemoryDisk(), compactAt: 1 << 20, aheadBytes: 4096 }
  const adapter = new JournalAdapter('/spool', options)
  const db = new Low(adapter, emptyData())
  await expect(db.write(), 'before the first read').rejects.toThrow('expected the data that `read` returned')
  await db.read()
  db.data.meta.set('lives', 1)
  await db.write()
  db.data = { ...db.data }
  await expect(db.write()).rejects.toThrow('expected the data that `read` returned')
  await adapter.close()
})
