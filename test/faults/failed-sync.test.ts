import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { beforeEach, expect, it } from 'vitest'
import { Uploads } from '../../src/daemon/files/uploads.ts'
import { makeFolder, writeOutput } from '../../src/spool/index.ts'
import { ParamsFiles } from '../../src/spool/journal/params-files.ts'
import { systemError } from '../support/memory-disk.ts'
import { replaceFunctions } from '../support/replace-functions.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** The folder whose next sync fails, and the folders and files of the test that were synced. */
const disk = { failing: '', synced: [] as string[] }
let folder = ''
replaceFunctions('node:fs/promises', (real) => {
  const open = async (...args: Parameters<typeof real.open>) => {
    const path = String(args[0])
    const file = await real.open(...args)
    const sync = file.sync.bind(file)
    file.sync = async () => {
      if (path === disk.failing) {
        disk.failing = ''
        throw systemError('EIO', path)
      }
      await sync()
      if (path.startsWith(folder)) disk.synced.push(path)
    }
    return file
  }
  return { open }
})

replaceFunctions('node:fs', (real) => {
  const paths = new Map<number, string>()
  const openSync: typeof real.openSync = (path, ...more) => {
    const file = real.openSync(path, ...more)
    paths.set(file, String(path))
    return file
  }
  const fsyncSync = (file: number): void => {
    const path = paths.get(file) ?? ''
    if (path === disk.failing) {
      disk.failing = ''
      throw systemError('EIO', path)
    }
    real.fsyncSync(file)
    if (path.startsWith(folder)) disk.synced.push(path)
  }
  return { openSync, fsyncSync }
})

beforeEach(() => {
  folder = tempFolder()
})

it('after a sync that failed, a second write of large parameters syncs their folder again, and a third does not', async () => {
  const files = await ParamsFiles.open(folder)
  const json = JSON.stringify({ text: 'x'.repeat(10_000) })
  disk.failing = folder
  await expect(files.write(json)).rejects.toMatchObject({ code: 'ERR_SPOOL_WRITE' })
  disk.synced.length = 0
  const name = await files.write(json)
  expect(disk.synced).toContain(folder)
  disk.synced.length = 0
  await files.write(json) // the file and its name are on the disk already
  expect(disk.synced).toEqual([])
  expect(await files.read(name)).toEqual(JSON.parse(json))
})

it('an upload whose sync failed counts towards the limit on all uploads until it is removed', async () => {
  const uploads = await Uploads.open(folder, { uploadBytes: 10, allUploadsBytes: 20 })
  const put = (text: string) => uploads.put(Readable.from([Buffer.from(text.repeat(10))]))
  disk.failing = folder
  await expect(put('1')).rejects.toMatchObject({ code: 'ERR_FILE', detail: { system: 'EIO' } })
  await put('2')
  await expect(put('3')).rejects.toMatchObject({ code: 'ERR_LIMIT' })
  const names = await readdir(folder)
  expect(names).toHaveLength(2)
  for (const name of names) await uploads.remove(name, Number.POSITIVE_INFINITY)
  for (const text of ['4', '5']) await put(text)
  await expect(put('6')).rejects.toMatchObject({ code: 'ERR_LIMIT' })
})

it.each<[string, (parent: string) => unknown]>([
  ['the state', async (parent) => makeFolder(`${parent}/new`)],
  ['the output', async (parent) => writeOutput(parent, 'new/a.svg', '<svg/>')],
])('when the sync of the parent of a new folder of %s fails, a second call syncs the parent again', async (_, make) => {
  disk.failing = folder
  await expect(make(folder)).rejects.toThrow('EIO')
  disk.synced.length = 0
  await make(folder)
  expect(disk.synced).toContain(folder)
})
