import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../../../clients/node/index.ts'
import { openTokens } from '../../../src/daemon/auth/token-files.ts'
import { configSchema } from '../../../src/daemon/config/schema.ts'
import { startDaemon } from '../../../src/daemon/daemon.ts'
import { checkFolder, isPrivateSocket, readPrivate } from '../../../src/daemon/protocol/private-files.ts'
import type { PlotdError } from '../../../src/errors.ts'
import { removeFolder } from '../../support/remove-folder.ts'
import { sharedThreads } from '../../support/shared-threads.ts'

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'plotd-private-')))
})
afterEach(() => removeFolder(root))

/** Starts a daemon on the folder. @returns the refusal of the daemon, or undefined when the daemon starts */
async function refusalOf(state: string): Promise<PlotdError | undefined> {
  const config = configSchema.parse({ port: 0, state, output: join(root, 'output'), render: { workers: 1 } })
  try {
    const daemon = await startDaemon(config, pino({ level: 'silent' }), sharedThreads({}))
    await daemon.close()
    return undefined
  } catch (error) {
    return error as PlotdError
  }
}

function folderAt(path: string, mode: number): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, mode)
  return path
}

const isRoot = process.getuid?.() === 0
const STRANGER = 12_345

describe.skipIf(process.platform === 'win32')('a daemon', () => {
  it.each(['777', '770', '702', '1777'])(
    'refuses a state folder of mode %s, and names the command that repairs it',
    async (text) => {
      const mode = Number.parseInt(text, 8)
      const state = folderAt(join(root, 'state'), mode)
      const error = await refusalOf(state)
      expect(error).toMatchObject({ code: 'ERR_STATE_UNSAFE', detail: { path: state, mend: `chmod go-w ${state}` } })
      expect(error?.message).toContain(`chmod go-w ${state}`)
      expect(existsSync(join(state, 'token'))).toBe(false)
      chmodSync(state, mode & 0o755)
      expect(await refusalOf(state)).toBeUndefined()
    },
  )

  // For a user other than root, the group may be the private group of the user, which may write.
  it.each(isRoot ? ['777', '775'] : ['777'])(
    'refuses a state folder below a folder that others can write to (%s), whether the state folder exists or not',
    async (mode) => {
      const parent = folderAt(join(root, 'parent'), Number.parseInt(mode, 8))
      const state = join(parent, 'a', 'state')
      expect(await refusalOf(state)).toMatchObject({ code: 'ERR_STATE_UNSAFE', detail: { path: parent } })
      expect(existsSync(join(parent, 'a'))).toBe(false)
      folderAt(state, 0o700)
      expect(await refusalOf(state)).toMatchObject({ code: 'ERR_STATE_UNSAFE', detail: { path: parent } })
    },
  )

  it('accepts a state folder that others can read, below a sticky folder such as /tmp', async () => {
    const state = folderAt(join(folderAt(join(root, 'tmp'), 0o1777), 'state'), 0o755)
    expect(await refusalOf(state)).toBeUndefined()
  })

  it('checks the target of a symbolic link, and the folders above the link and the target', async () => {
    const open = folderAt(join(root, 'open'), 0o777)
    const shut = folderAt(join(open, 'shut'), 0o700)
    const safe = folderAt(join(root, 'safe'), 0o700)
    symlinkSync(open, join(root, 'to-open'))
    symlinkSync(shut, join(root, 'to-shut'))
    symlinkSync('safe', join(root, 'to-safe'))
    symlinkSync(safe, join(open, 'planted'))
    for (const state of [join(root, 'to-open'), join(root, 'to-shut'), join(open, 'planted')]) {
      expect(await refusalOf(state), state).toMatchObject({ code: 'ERR_STATE_UNSAFE', detail: { path: open } })
    }
    expect(await refusalOf(join(root, 'to-safe'))).toBeUndefined()
    symlinkSync('round', join(root, 'round'))
    await expect(checkFolder(join(root, 'round'))).rejects.toMatchObject({ code: 'ERR_STATE_UNSAFE' })
  })

  const hasDebianUsers = existsSync('/etc/debian_version')

  it.runIf(isRoot && hasDebianUsers)(
    'accepts that the user’s own private group may write to a folder above the state folder',
    async () => {
      // The user www-data and its private group exist on every Debian.
      const [uid, gid] = [33, 33]
      expect(readFileSync('/etc/passwd', 'utf8')).toMatch(/^www-data:[^:]*:33:33:/m)
      expect(readFileSync('/etc/group', 'utf8')).toMatch(/^www-data:[^:]*:33:$/m)
      const above = folderAt(join(root, 'above'), 0o775)
      const state = folderAt(join(above, 'state'), 0o700)
      for (const path of [root, above, state]) chownSync(path, uid, gid)
      vi.spyOn(process, 'getuid').mockReturnValue(uid)
      await checkFolder(state)
      chmodSync(above, 0o777)
      await expect(checkFolder(state)).rejects.toMatchObject({ code: 'ERR_STATE_UNSAFE' })
      chmodSync(above, 0o775)
      chownSync(above, uid, 0) // a group that is not the private group of the user
      await expect(checkFolder(state)).rejects.toMatchObject({ code: 'ERR_STATE_UNSAFE' })
      vi.restoreAllMocks()
    },
  )

  it.runIf(isRoot)(
    'refuses a state folder of another user, and a state folder below a folder of another user',
    async () => {
      const state = folderAt(join(root, 'state'), 0o700)
      chownSync(state, STRANGER, STRANGER)
      expect((await refusalOf(state))?.message).toMatch(/belongs to user 12345.*sudo chown 0 /)
      chownSync(state, 0, 0)
      chownSync(root, STRANGER, STRANGER)
      expect(await refusalOf(state)).toMatchObject({ code: 'ERR_STATE_UNSAFE', detail: { path: root } })
      chownSync(root, 0, 0)
      expect(await refusalOf(state)).toBeUndefined()
    },
  )

  const files = ['token', 'tokens.json', 'daemon.json', join('spool', 'lock'), 'plotd.sock']

  it.each(files)('refuses a linked %s, and leaves the mode of the target as it was', async (name) => {
    const state = join(root, 'state')
    const target = join(root, 'target')
    const path = join(state, name)
    folderAt(join(path, '..'), 0o700)
    writeFileSync(target, 'a text of at least 16 characters', { mode: 0o644 })
    symlinkSync(target, path)
    expect(await refusalOf(state)).toMatchObject({ code: 'ERR_STATE_UNSAFE', detail: { mend: `rm ${path}` } })
    rmSync(path)
    linkSync(target, path)
    expect((await refusalOf(state))?.message).toContain('hard links')
    expect(statSync(target).mode & 0o777).toBe(0o644)
  })

  it.each(files)('refuses a %s that others can write to', async (name) => {
    const state = join(root, 'state')
    const path = join(state, name)
    folderAt(join(path, '..'), 0o700)
    writeFileSync(path, 'a text of at least 16 characters')
    chmodSync(path, 0o622)
    expect(await refusalOf(state)).toMatchObject({ code: 'ERR_STATE_UNSAFE', detail: { path } })
    if (!isRoot) return
    chmodSync(path, 0o600)
    chownSync(path, STRANGER, STRANGER)
    expect(await refusalOf(state)).toMatchObject({ code: 'ERR_STATE_UNSAFE', detail: { path } })
  })

  it('accepts folders that are linked to another place, when that place is safe', async () => {
    const state = folderAt(join(root, 'state'), 0o700)
    symlinkSync(folderAt(join(root, 'disk'), 0o700), join(state, 'uploads'))
    expect(await refusalOf(state)).toBeUndefined()
    chmodSync(join(root, 'disk'), 0o777)
    expect(await refusalOf(state)).toMatchObject({ code: 'ERR_STATE_UNSAFE', detail: { path: join(root, 'disk') } })
  })
})

describe.skipIf(process.platform === 'win32')('a token file', () => {
  it('that others could read is private again, and the target of a link keeps its mode', async () => {
    const { master } = await openTokens(root)
    chmodSync(join(root, 'token'), 0o644)
    expect((await openTokens(root)).master).toBe(master)
    expect(statSync(join(root, 'token')).mode & 0o777).toBe(0o600)
    renameSync(join(root, 'token'), join(root, 'elsewhere'))
    chmodSync(join(root, 'elsewhere'), 0o644)
    symlinkSync(join(root, 'elsewhere'), join(root, 'token'))
    await expect(openTokens(root)).rejects.toMatchObject({ code: 'ERR_STATE_UNSAFE' })
    expect(statSync(join(root, 'elsewhere')).mode & 0o777).toBe(0o644)
  })

  it('may be absent, and is refused when a folder is in its place', async () => {
    expect(await readPrivate(join(root, 'token'))).toBeUndefined()
    mkdirSync(join(root, 'token'))
    await expect(readPrivate(join(root, 'token'))).rejects.toMatchObject({ code: 'ERR_STATE_UNSAFE' })
  })
})

describe.skipIf(process.platform === 'win32')('a client', () => {
  const daemonFile = (state: string, more: object) =>
    writeFileSync(join(state, 'daemon.json'), JSON.stringify({ url: 'http://127.0.0.1:9', ...more }), { mode: 0o600 })

  it('trusts no state folder and no address file that others can write to', async () => {
    const state = folderAt(join(root, 'state'), 0o777)
    daemonFile(state, {})
    await expect(connect({ state })).rejects.toMatchObject({ code: 'ERR_STATE_UNSAFE' })
    chmodSync(state, 0o700)
    chmodSync(join(state, 'daemon.json'), 0o666)
    await expect(connect({ state })).rejects.toMatchObject({ code: 'ERR_STATE_UNSAFE' })
    chmodSync(join(state, 'daemon.json'), 0o600)
    await expect(connect({ state })).rejects.toMatchObject({ code: 'ERR_DAEMON_AWAY' })
  })

  it('checks the socket file and the folders above it', async () => {
    const { createServer } = await import('node:net')
    const path = join(folderAt(join(root, 'open'), 0o777), 'plotd.sock')
    const server = createServer().listen(path)
    await new Promise((listening) => server.once('listening', listening))
    await expect(isPrivateSocket(path)).rejects.toMatchObject({ code: 'ERR_STATE_UNSAFE' })
    chmodSync(join(root, 'open'), 0o700)
    chmodSync(path, 0o666)
    await expect(isPrivateSocket(path)).rejects.toMatchObject({ code: 'ERR_STATE_UNSAFE' })
    chmodSync(path, 0o600)
    expect(await isPrivateSocket(path)).toBe(true)
    expect(await isPrivateSocket(join(root, 'nothing'))).toBe(false)
    server.close()
  })
})
