import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openSpool } from '../../../src/spool/index.ts'
import { withMachineId } from '../../../src/spool/open.ts'
import { replaceFunctions } from '../../support/replace-functions.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** The code with which the system refuses to read files whose paths contain `of`; '' when it reads all files. */
const refusal = { code: '', of: '' }

replaceFunctions('node:fs/promises', (real) => {
  const readFile = async (...args: Parameters<typeof real.readFile>) => {
    const isRefused = refusal.code !== '' && `${args[0] as string}`.includes(refusal.of)
    if (isRefused) throw Object.assign(new Error(`${refusal.code}: refused`), { code: refusal.code })
    return real.readFile(...args)
  }
  return { readFile: readFile as typeof real.readFile }
})

afterEach(() => {
  refusal.code = ''
})

it('a job whose large parameters cannot be read for lack of a descriptor stays in the queue', async () => {
  const spool = await openSpool(tempFolder())
  const [job] = await spool.submit([{ task: 'svg', params: { text: 'a'.repeat(10_000) } }])
  Object.assign(refusal, { code: 'EMFILE', of: `${job?.paramsFile}` })
  const request = { stage: 'render', holder: 'test' } as const
  await expect(spool.claim(request)).rejects.toMatchObject({
    ...{ code: 'ERR_FILE', message: expect.stringContaining('EMFILE') },
  })
  expect(await spool.get(job?.id ?? '')).toMatchObject({ status: 'queued' })
  refusal.code = ''
  expect((await spool.claim(request))?.job).toMatchObject({ id: job?.id, params: { text: 'a'.repeat(10_000) } })
  await spool.close()
})

it('a machine whose identity cannot be read gets no new identity', async () => {
  const folder = tempFolder()
  const path = join(folder, 'place')
  await writeFile(path, 'my identity\n')
  const idOf = () => withMachineId(folder, async (id) => id)
  Object.assign(refusal, { code: 'EIO', of: path })
  await expect(idOf()).rejects.toMatchObject({ code: 'ERR_FILE', message: expect.stringContaining('EIO') })
  refusal.code = ''
  expect([await idOf(), await readFile(path, 'utf8')]).toEqual(['my identity', 'my identity\n'])
})
