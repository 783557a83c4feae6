import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openOutput } from '../../src/daemon/files/output.ts'
import { replaceFunctions } from '../support/replace-functions.ts'
import { tempFolder } from '../support/temp-folder.ts'

const meanwhile = { act: async (_path: string) => {} }
replaceFunctions('node:fs/promises', (real) => {
  const realpath = async (path: string) => {
    const target = await real.realpath(path)
    await meanwhile.act(path)
    return target
  }
  return { realpath: realpath as typeof real.realpath }
})

it('the server opens no file outside the output folder when a link replaces a file after the check', async () => {
  const folder = tempFolder()
  const [output, secret, path] = [join(folder, 'output'), join(folder, 'secret'), join(folder, 'output', 'a.svg')]
  await mkdir(output)
  await writeFile(secret, 'secret')
  await writeFile(path, '<svg/>')
  const { file } = await openOutput(output, 'a.svg')
  await file.close()
  meanwhile.act = async (checked) => {
    if (checked !== path) return
    await rename(path, `${path}.moved`)
    await symlink(secret, path)
  }
  await expect(openOutput(output, 'a.svg')).rejects.toMatchObject({ code: 'ERR_FILE' })
})
