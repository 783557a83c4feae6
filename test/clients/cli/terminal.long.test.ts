import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../../support/temp-folder.ts'
import { CLI } from './run.ts'

it.runIf(existsSync('/usr/bin/script'))(
  'serve prints, on a terminal, a link that logs in one browser once',
  async () => {
    const state = join(tempFolder(), 'state')
    // `exec` replaces the shell that `script` starts: after Ctrl-C that shell would end with 130.
    const command = `exec ${process.execPath} ${CLI} serve --port 0 --state ${state} --output ${state}-output`
    const child = spawn('script', ['-qfec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
    let screen = ''
    child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()))
    await expect.poll(() => screen).toMatch(/plotters/)
    const [, url = '', code = ''] = /page\s+(http:\/\/127\.0\.0\.1:\d+)\/#login=([\w-]{24})/.exec(screen) ?? []
    const login = async () => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch(`${url}/session`, { method: 'POST', headers, body: JSON.stringify({ code }) })).status
    }
    expect([await login(), await login()]).toEqual([201, 401])
    child.stdin.write('\u0003')
    const [status] = (await once(child, 'close')) as [number]
    expect(status).toBe(0)
  },
)
