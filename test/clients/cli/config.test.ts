import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../../support/temp-folder.ts'
import { plotd } from './run.ts'

it('plotd config hides the password of a database, even in an address with several servers', async () => {
  const folder = tempFolder()
  const file = join(folder, 'config.yaml')
  const shown = async (address: string): Promise<unknown> => {
    writeFileSync(file, `spool: ${address}\n`)
    const { out } = await plotd(['config', '--config', file, '--state', folder, '--json'])
    return JSON.parse(out).config.spool
  }
  expect(await shown('postgres://ada:secret@db/plotd')).toBe('postgres://ada:***@db/plotd')
  expect(await shown('postgres://ada:secret@one:5432,two:5433/plotd')).toBe(
    'postgres://ada:***@one:5432,two:5433/plotd',
  )
  expect(await shown('postgres://ada@db/plotd?password=secret')).toBe('postgres://ada@db/plotd?password=***')
  expect(await shown('postgres://ada@db:5432/plotd')).toBe('postgres://ada@db:5432/plotd')
})
