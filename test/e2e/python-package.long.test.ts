import { spawn, spawnSync } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/threads.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'

const SOURCE = join(packageRoot, 'clients/python')

/** Debian's Python comes first, because Debian's pytest works with no other Python. */
const python = ['/usr/bin/python3', 'python3'].find(
  (each) => spawnSync(each, ['-c', 'import pytest, venv, ensurepip']).status === 0,
)
if (python === undefined && process.env['CI'] !== undefined) throw new Error('CI needs python3-venv and python3-pytest')
if (python === undefined)
  console.warn('skipped: no Python with pytest and venv (apt install python3-pytest python3-venv)')

interface Ran {
  readonly code: number | null
  readonly out: string
}

function run(command: string, words: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  // Removes the user's settings of plotd, pip and Python, which could change the test.
  const otherVariables = Object.entries(process.env).filter(([name]) => !/^(PLOTD_|PIP_|PYTHON)/.test(name))
  const bare = { ...Object.fromEntries(otherVariables), PIP_NO_INDEX: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' }
  const child = spawn(command, words, { env: { ...bare, PYTHONDONTWRITEBYTECODE: '1', ...env } })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out }))
  })
}

describe.runIf(python !== undefined)('the Python package', () => {
  let folder: string
  let daemon: StartedDaemon
  beforeAll(async () => {
    daemon = await startedDaemon({ plotters: [{ name: 'axi', url: 'sim:ebb', profile: 'axidraw-v3' }] })
    folder = daemon.folder
    // pytest comes from the machine, the package from the venv.
    await run(python ?? '', ['-m', 'venv', '--system-site-packages', join(folder, 'venv')])
  })
  afterAll(() => daemon.close())

  it('is built into the same wheel twice, and installed from it without an index', async () => {
    const pip = join(folder, 'venv/bin/pip')
    const built = await run(pip, ['wheel', '--no-deps', '--wheel-dir', join(folder, 'one'), SOURCE])
    expect(built).toMatchObject({ code: 0 })
    await mkdir(join(folder, 'two'))
    const again = `import wheel_backend; wheel_backend.build_wheel(${JSON.stringify(join(folder, 'two'))})`
    expect(await run(python ?? '', ['-c', again], { PYTHONPATH: SOURCE })).toEqual({ code: 0, out: '' })
    const [wheel = ''] = await readdir(join(folder, 'one'))
    expect(wheel).toBe('plotd-0.1.0-py3-none-any.whl')
    const compared = await run('cmp', [join(folder, 'one', wheel), join(folder, 'two', wheel)])
    expect(compared).toEqual({ code: 0, out: '' })
    const installed = await run(pip, ['install', join(folder, 'one', wheel)])
    expect(installed.out).toContain('Successfully installed plotd-0.1.0')
    // Other packages of this machine may be incomplete.
    expect((await run(pip, ['check'])).out).not.toMatch(/^plotd /m)
  })

  it('passes its own tests against a daemon', async () => {
    const pytest = ['-m', 'pytest', '-q', '--import-mode=importlib', '-p', 'no:cacheprovider', join(SOURCE, 'tests')]
    const state = { PLOTD_STATE: join(folder, 'state') }
    const { code, out } = await run(join(folder, 'venv/bin/python'), pytest, state)
    expect(out).toMatch(/\d+ passed/)
    expect(out).not.toMatch(/failed|error/i)
    expect(code).toBe(0)
  })
})
