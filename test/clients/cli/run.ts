import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../../../src/threads.ts'

export const CLI: string = join(packageRoot, 'dist/clients/cli/main.js')

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The command line as a person starts it: its own process, no colours unless asked, 100 columns. */
export function plotd(words: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...words], {
    env: { ...bare(), COLUMNS: '100', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

/** This process's environment without what would change how plotd speaks or whom it asks. */
function bare(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PLOTD_|XDG_|NO_COLOR|FORCE_COLOR|COLUMNS)/.test(name))
  return Object.fromEntries(kept)
}
