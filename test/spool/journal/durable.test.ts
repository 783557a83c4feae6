import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeDurably } from '../../../src/spool/journal/durable.ts'
import { removeFolder } from '../../support/remove-folder.ts'

it('a durable write that fails reports a code, and leaves no part of the file behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plotd-durable-'))
  await writeFile(join(folder, 'file'), '')
  await expect(writeDurably(join(folder, 'file', 'inside'), 'x')).rejects.toMatchObject({ code: 'ERR_FILE' })
  await writeDurably(join(folder, 'sub', 'x'), 'x')
  await expect(writeDurably(join(folder, 'sub'), 'x')).rejects.toMatchObject({ code: 'ERR_FILE' })
  expect((await readdir(folder)).sort()).toEqual(['file', 'sub'])
  removeFolder(folder)
})
