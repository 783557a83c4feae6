import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/threads.ts'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'

let folder: string
let daemon: StartedDaemon
beforeAll(async () => {
  daemon = await startedDaemon()
  folder = daemon.folder
})
afterAll(() => daemon.close())

/** Runs a program of another language as its user would. */
function run(command: string, words: readonly string[], input = ''): Promise<{ code: number | null; out: string }> {
  const env = { ...process.env, PLOTD_STATE: join(folder, 'state') }
  const child = spawn(command, words, { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out }))
  })
}
/** CI installs Python and curl. Elsewhere a missing program skips its tests. */
const has = (program: string): boolean =>
  process.env['CI'] !== undefined || spawnSync(program, ['--version']).error === undefined

describe.runIf(has('python3'))('the Python client', () => {
  const client = join(packageRoot, 'examples/plotd_client.py')

  it('queues a postcard and follows it to its SVG', async () => {
    const { code, out } = await run('python3', [client, 'Ada', 'Many happy returns!'])
    expect(out).toMatch(/^(queued|started)/)
    expect(out).toContain('finished')
    const path = out.trim().split('\n').at(-1) ?? ''
    expect(await readFile(join(folder, 'output', path), 'utf8')).toContain('<svg')
    expect(code).toBe(0)
  })

  it('raises the daemon’s error with its code', async () => {
    const script = `
import sys; sys.path.insert(0, ${JSON.stringify(join(packageRoot, 'examples'))})
from plotd_client import Plotd, PlotdError
try: Plotd.find().call("job.cancel", {"id": "nobody"})
except PlotdError as error: print(error.code)`
    expect((await run('python3', ['-B', '-c', script])).out.trim()).toBe('ERR_JOB_UNKNOWN')
  })
})

describe.runIf(has('curl'))('docs/curl.md', () => {
  it('contains only steps that work', async () => {
    const page = await readFile(join(packageRoot, 'docs/curl.md'), 'utf8')
    const script = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n')
    const { code, out } = await run('sh', ['-eu', '-s'], script)
    expect(out).toContain('"name":"plotd"')
    expect(await readFile(join(folder, 'card.svg'), 'utf8')).toContain('<svg')
    expect(out).toContain('"title":"card"')
    expect(out).toContain('ERR_JOB_UNKNOWN')
    expect(code).toBe(0)
  })
})
