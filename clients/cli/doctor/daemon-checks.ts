import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { TOKEN_FILE } from '../../../src/daemon/protocol/places.ts'
import { checkStateFolder } from '../../../src/daemon/protocol/private-files.ts'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'
import { packageVersion } from '../../../src/threads.ts'
import { remedy } from '../errors/explain.ts'
import { plotterSentence } from '../ui/sentences.ts'
import type { Check } from './checks.ts'

export const tokenIsPrivate: Check = {
  name: 'token',
  async run({ daemon: { state } }) {
    const file = join(state, TOKEN_FILE)
    try {
      await checkStateFolder(state)
    } catch (thrown) {
      const { message, detail } = toPlotdError(thrown)
      const { mend } = detail
      return { state: 'bad', message, remedy: typeof mend === 'string' ? mend : remedy('ERR_STATE_UNSAFE') }
    }
    const stats = statSync(file, { throwIfNoEntry: false })
    if (!stats) return { state: 'warn', message: `no token in ${state}: the daemon makes the token at its first start` }
    if (process.platform === 'win32' || (stats.mode & 0o077) === 0)
      return { state: 'good', message: `only you can read ${file}` }
    return { state: 'bad', message: `others can read ${file}`, remedy: `chmod 600 ${file}` }
  },
}

function remedyFor({ name, url, state }: WirePlotter): string {
  if (state.is === 'fault') return `plotd clear ${name}`
  // The words of src/plotter/transport/serial.ts.
  if (state.is === 'offline' && state.why.includes('another program has it open'))
    return `fuser ${url.replace(/^serial:|\?.*$/g, '')}   # shows the other program: end it, and plotd connects by itself`
  return 'plotd ports   # is the plotter plugged in and switched on? plotd connects to the plotter again by itself'
}

export const daemonAnswers: Check = {
  name: 'daemon',
  async run({ daemon }) {
    try {
      const info = await daemon.call('server.info', {})
      const version = packageVersion()
      if (info.version !== version) {
        return {
          state: 'warn',
          message: `plotd ${info.version} answers, process ${info.pid}, and this command is plotd ${version}.`,
          remedy: 'restart the daemon when no plotter draws',
        }
      }
      const plotters = await daemon.call('plotter.list', {})
      const sentences = [
        `plotd ${info.version} answers, process ${info.pid}.`,
        ...plotters.map((plotter) => plotterSentence(plotter)),
      ]
      const faulty = plotters.find(({ state }) => state.is === 'fault' || state.is === 'offline')
      return faulty
        ? { state: 'warn', message: sentences.join(' '), remedy: remedyFor(faulty) }
        : { state: 'good', message: sentences.join(' ') }
    } catch (thrown) {
      if (!(thrown instanceof PlotdError)) throw thrown
      if (thrown.code === 'ERR_DAEMON_AWAY') {
        const own = thrown.detail['remedy']
        return { state: 'warn', message: `${thrown.message}.`, remedy: typeof own === 'string' ? own : 'plotd serve' }
      }
      return { state: 'bad', message: thrown.message, remedy: remedy(thrown.code) }
    }
  },
}
