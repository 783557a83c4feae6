import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeDurably } from '../../../src/spool/journal/durable.ts'
import { tempFolder } from '../../support/temp-folder.ts'

it('a durable write that fails throws ERR_FILE, and leaves no part of the file behind', async () => {
  const folder = tempFolder()
  await writeFile(join(folder, 'file'), '')
  await expect(writeDurably(join(folder, 'file', 'inside'), 'x')).rejects.toMatchObject({ code: 'ERR_FILE' })
  await writeDurably(join(folder, 'sub', 'x'), 'x')
  await expect(writeDurably(join(folder, 'sub'), 'x')).rejects.toMatchObject({ code: 'ERR_FILE' })
  expect((await readdir(folder)).sort()).toEqual(['file', 'sub'])
})

it('durable writes of one file at once all succeed, and the last one remains', async () => {
  const folder = tempFolder()
  const path = join(folder, 'file')
  const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(1_000_000))
  await Promise.all(contents.map((content) => writeDurably(path, content)))
  expect(contents.indexOf(await readFile(path, 'utf8'))).toBe(2)
  expect(await readdir(folder)).toEqual(['file'])
})
