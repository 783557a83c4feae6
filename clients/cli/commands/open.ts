import { spawn } from 'node:child_process'
import { defineCommand } from '../args/command.ts'

export const open = defineCommand({
  about:
    'Open the daemon’s page in your browser. The link lets one browser log in once, within ten minutes, and contains no ' +
    'token.',
  positionals: {},
  flags: { print: { type: 'boolean', default: false, describe: 'only print the link' } },
  examples: [
    ['open', ''],
    ['open --print', 'for a browser elsewhere'],
  ],
  more: 'The page stays logged in until the daemon stops, you log out there, or `plotd token revoke` ends its session.',
  async run({ print, url: urlFlag }, io) {
    const { code, link: local } = await io.daemon.call('session.code', {})
    // with --url or PLOTD_URL, the page is at that address
    const hasUrl = (urlFlag || process.env['PLOTD_URL'] || '') !== ''
    const link = hasUrl ? `${(await io.daemon.address).url}/#login=${code}` : local
    io.answer({ url: link }, () => link)
    if (!print && !io.json && !(await launch(link))) io.note('No browser could be started: open the link yourself.')
    return 0
  },
})

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

function launch(link: string): Promise<boolean> {
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
