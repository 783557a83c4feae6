import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemError } from '../support/memory-disk.ts'
import { memoryServer, TOKEN } from '../support/memory-server.ts'
import { replaceFunctions } from '../support/replace-functions.ts'

const disk = { refusal: '' }
replaceFunctions('node:fs/promises', (real) => {
  const open = async (...args: Parameters<typeof real.open>) => {
    const file = await real.open(...args)
    const write = file.writeFile.bind(file)
    file.writeFile = async (...what) => {
      if (disk.refusal !== '') throw systemError(disk.refusal, String(args[0]))
      return write(...what)
    }
    return file
  }
  return { open }
})

it.each(['ENOSPC', 'EDQUOT'])(
  'an upload that the disk refuses with %s is answered 507, and leaves nothing',
  async (code) => {
    const daemon = await memoryServer()
    const upload = (body: string) =>
      fetch(`${daemon.url}/uploads`, { method: 'PUT', headers: { authorization: `Bearer ${TOKEN}` }, body })
    disk.refusal = code
    const refused = await upload('x'.repeat(1000))
    expect(refused.status).toBe(507)
    expect(await refused.json()).toMatchObject({ error: { data: { code: 'ERR_FILE', detail: { system: code } } } })
    expect(await readdir(join(daemon.config.state, 'uploads'))).toEqual([])
    expect(daemon.bugs).toEqual([])
    disk.refusal = ''
    expect((await upload('x'.repeat(1000))).status).toBe(201)
    await daemon.close()
  },
)
