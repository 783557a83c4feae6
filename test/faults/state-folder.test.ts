import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'

/** The finished steps, in order: `sync PATH` and `rename TO`. */
const steps = vi.hoisted(() => [] as string[])

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const watched = async (...args: Parameters<typeof real.open>) => {
    const handle = await real.open(...args)
    const sync = handle.sync.bind(handle)
    handle.sync = async () => {
      await sync()
      steps.push(`sync ${String(args[0])}`)
    }
    return handle
  }
  const rename = async (...[from, to]: Parameters<typeof real.rename>) => {
    await real.rename(from, to)
    steps.push(`rename ${String(to)}`)
  }
  return { ...real, open: watched, rename }
})

const { openTokens } = await import('../../src/daemon/auth/token-files.ts')
const { makeFolder } = await import('../../src/spool/journal/folder.ts')
const { tempFolder } = await import('../support/temp-folder.ts')

/** Index of a step. Fails when there is no such step. */
function at(step: RegExp): number {
  const index = steps.findIndex((each) => step.test(each))
  expect(index, `${step} in ${steps.join(', ')}`).toBeGreaterThanOrEqual(0)
  return index
}

describe('a state folder', () => {
  it('has a whole token or none after a power cut, because the token’s bytes are on the disk before its name', async () => {
    steps.length = 0
    const state = join(tempFolder(), 'state')
    const { master } = await openTokens(state)
    expect(readFileSync(join(state, 'token'), 'utf8').trim()).toBe(master)
    const [bytes, name] = [at(/^sync .*token.*part$/), at(/^rename .*state.token$/)]
    expect(bytes).toBeLessThan(name)
    expect(steps.slice(name + 1)).toContain(`sync ${state}`)
  })

  it('survives a power cut, because the name of each new folder is on the disk', async () => {
    steps.length = 0
    const above = tempFolder()
    await makeFolder(join(above, 'a', 'b', 'c'))
    expect(steps.sort()).toEqual(
      [above, join(above, 'a'), join(above, 'a', 'b')].map((folder) => `sync ${folder}`).sort(),
    )
  })

  it.runIf(process.platform === 'linux')(
    'that cannot be created is refused, also below /proc, where a recursive mkdir would never end',
    async () => {
      await expect(makeFolder('/proc/plotd/state')).rejects.toMatchObject({ code: 'ENOENT' })
      const folder = tempFolder()
      writeFileSync(join(folder, 'file'), '')
      await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
      await expect(makeFolder(join(folder, 'file', 'state'))).rejects.toMatchObject({ code: 'EEXIST' })
    },
  )

  it('costs no sync when it exists', async () => {
    const folder = tempFolder()
    mkdirSync(join(folder, 'there'))
    steps.length = 0
    await makeFolder(join(folder, 'there'))
    expect(steps).toEqual([])
  })

  it('whose token was emptied by hand stops the start with an error that names the remedy', async () => {
    const state = tempFolder()
    writeFileSync(join(state, 'token'), '')
    await expect(openTokens(state)).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      message: expect.stringContaining('remove the file'),
    })
  })
})
