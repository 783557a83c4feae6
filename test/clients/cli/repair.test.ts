import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSpool } from '../../../src/spool/index.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { plotd } from './run.ts'

it('the daemon refuses an emptied journal; `doctor --repair` backs up the spool and repairs it', async () => {
  const state = join(tempFolder(), 'state')
  const folder = join(state, 'spool')
  const spool = await openSpool(folder)
  await spool.submit([{ task: 'text', params: { text: 'a' }, title: 'in the snapshot' }])
  await spool.compact()
  await spool.submit([{ task: 'text', params: { text: 'b' }, title: 'in the journal' }])
  await spool.close()
  truncateSync(join(folder, 'journal-1.log'), 0)

  const env = { PLOTD_STATE: state }
  const serve = await plotd(['serve', '--port', '0'], env)
  expect(serve.code).not.toBe(0)
  expect(serve.err).toContain('ERR_SPOOL_DAMAGED')
  expect(serve.err).toContain('journal-1.log')
  expect(serve.err).toContain('plotd doctor --repair')

  const repair = await plotd(['doctor', '--repair', '--json'], env)
  expect(JSON.parse(repair.out)).toMatchObject({ repaired: true, backup: `${folder}-damaged`, jobs: 1, held: 1 })
  expect(readdirSync(`${folder}-damaged`)).toContain('journal-1.log')
  expect((await plotd(['doctor', '--repair'], env)).out).toContain('The spool is sound')

  const again = await openSpool(folder)
  expect((await again.list()).jobs).toMatchObject([{ title: 'in the snapshot', status: 'held' }])
  await again.close()
})
