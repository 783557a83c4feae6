import { spawn } from 'node:child_process'
import { defineCommand } from '../args/command.ts'

export const open = defineCommand({
  about: 'Open the daemon’s page in your browser. The token travels in the link’s fragment, which no server sees.',
  positionals: {},
  flags: { print: { type: 'boolean', default: false, describe: 'only print the link' } },
  examples: [
    ['open', ''],
    ['open --print', 'for a browser elsewhere'],
  ],
  async run({ print }, io) {
    await io.daemon.call('server.info', {})
    const { url, token } = await io.daemon.address
    const link = `${url}/#token=${token}`
    io.answer({ url: link }, () => link)
    if (!print && !io.json && !(await launched(link))) io.note('No browser could be started: open the link yourself.')
    return 0
  },
})

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

function launched(link: string): Promise<boolean> {
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? ['xdg-open']
  return new Promise((resolve) => {
    const child = spawn(program, [...args, link], { detached: true, stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
