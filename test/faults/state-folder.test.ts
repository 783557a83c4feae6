import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openTokens } from '../../src/daemon/auth/token-files.ts'
import { makeFolder } from '../../src/spool/journal/folder.ts'
import { replaceFunctions } from '../support/replace-functions.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** The folder of the present test. */
let folder = ''
beforeEach(() => {
  folder = tempFolder()
  steps.length = 0
})

/** The finished steps in that folder, in order: `sync PATH` and `rename TO`. */
const steps: string[] = []
const finished = (step: string, path: unknown): void => {
  if (String(path).startsWith(folder)) steps.push(`${step} ${String(path)}`)
}

replaceFunctions('node:fs/promises', (real) => {
  const watched = async (...args: Parameters<typeof real.open>) => {
    const handle = await real.open(...args)
    const sync = handle.sync.bind(handle)
    handle.sync = async () => {
      await sync()
      finished('sync', args[0])
    }
    return handle
  }
  const rename = async (...[from, to]: Parameters<typeof real.rename>) => {
    await real.rename(from, to)
    finished('rename', to)
  }
  return { open: watched, rename }
})

/** Index of a step. Fails when there is no such step. */
function at(step: RegExp): number {
  const index = steps.findIndex((each) => step.test(each))
  expect(index, `${step} in ${steps.join(', ')}`).toBeGreaterThanOrEqual(0)
  return index
}

describe('a state folder', () => {
  it('has a whole token or none after a power cut, because the token’s bytes are on the disk before its name', async () => {
    const state = join(folder, 'state')
    const { master } = await openTokens(state)
    expect(readFileSync(join(state, 'token'), 'utf8').trim()).toBe(master)
    const [bytes, name] = [at(/^sync .*token.*part$/), at(/^rename .*state.token$/)]
    expect(bytes).toBeLessThan(name)
    expect(steps.slice(name + 1)).toContain(`sync ${state}`)
  })

  it('survives a power cut, because the name of each new folder is on the disk', async () => {
    await makeFolder(join(folder, 'a', 'b', 'c'))
    expect(steps.sort()).toEqual(
      [folder, join(folder, 'a'), join(folder, 'a', 'b')].map((path) => `sync ${path}`).sort(),
    )
  })

  it.runIf(process.platform === 'linux')(
    'that cannot be created is refused, also below /proc, where a recursive mkdir would never end',
    async () => {
      await expect(makeFolder('/proc/plotd/state')).rejects.toMatchObject({ code: 'ENOENT' })
      writeFileSync(join(folder, 'file'), '')
      await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
      await expect(makeFolder(join(folder, 'file', 'state'))).rejects.toMatchObject({ code: 'EEXIST' })
    },
  )

  it('costs no sync when it exists', async () => {
    mkdirSync(join(folder, 'there'))
    await makeFolder(join(folder, 'there'))
    expect(steps).toEqual([])
  })

  it('whose token was emptied by hand stops the start with an error that names the remedy', async () => {
    writeFileSync(join(folder, 'token'), '')
    await expect(openTokens(folder)).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining('remove the file'),
    })
  })
})
