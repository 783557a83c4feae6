import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { packageRoot } from '../../../src/threads.ts'
import { until } from '../../support/until.ts'

/**
 * A program that asks for Enter when it gets SIGUSR2. It prints `entered` when Enter comes. It prints `waits` if Enter
 * has not come after ten turns of the event loop.
 */
const PROGRAM = `
import { Prompt } from './dist/clients/cli/ui/prompt.js'
let isEntered = false
const stay = setInterval(() => {}, 1000)
process.once('SIGUSR2', async () => {
  new Prompt().enter('Fresh sheet? ', () => {
    console.log('entered')
    isEntered = true
    clearInterval(stay)
  })
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  if (!isEntered) console.log('waits')
})
console.log('pid ' + process.pid)
`

it.runIf(existsSync('/usr/bin/script'))('a request takes no Enter that was typed before it', async () => {
  const command = `exec ${process.execPath} --input-type=module --eval "$PROGRAM"`
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    cwd: packageRoot,
    env: { ...process.env, PROGRAM, SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  onTestFinished(() => void child.kill())
  let screen = ''
  child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()))
  await until(() => /pid \d+\r?\n/.test(screen))
  child.stdin.write('early\n')
  await until(() => screen.includes('early\r\n')) // the terminal echoes what it holds for the program
  process.kill(Number(/pid (\d+)/.exec(screen)?.[1]), 'SIGUSR2')
  await until(() => /waits|entered/.test(screen))
  expect(screen).not.toContain('entered')
  child.stdin.write('\n')
  await until(() => screen.includes('entered'))
})
