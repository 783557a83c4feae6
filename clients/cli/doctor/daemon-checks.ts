import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { WirePlotter } from '../../../src/daemon/protocol/index.ts'
import { TOKEN_FILE } from '../../../src/daemon/protocol/places.ts'
import { checkStateFolder } from '../../../src/daemon/protocol/private-files.ts'
import { PlotdError, toPlotdError } from '../../../src/errors.ts'
import { remedy } from '../errors/explain.ts'
import { plotterSays } from '../ui/sentences.ts'
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
      return { state: 'bad', says: message, mend: typeof mend === 'string' ? mend : remedy('ERR_STATE_UNSAFE') }
    }
    const stats = statSync(file, { throwIfNoEntry: false })
    if (!stats) return { state: 'warn', says: `none yet in ${state}: the daemon makes it at its first start` }
    if (process.platform === 'win32' || (stats.mode & 0o077) === 0)
      return { state: 'good', says: `${file}, yours alone` }
    return { state: 'bad', says: `others can read ${file}`, mend: `chmod 600 ${file}` }
  },
}

const mendOf = ({ name, state }: WirePlotter): string =>
  state.is === 'fault'
    ? `plotd clear ${name}`
    : 'plotd ports   # is it plugged in and switched on? plotd tries it again by itself'

export const daemonAnswers: Check = {
  name: 'daemon',
  async run({ daemon }) {
    try {
      const info = await daemon.call('server.info', {})
      const plotters = await daemon.call('plotter.list', {})
      const says = [
        `plotd ${info.version} answers, process ${info.pid}.`,
        ...plotters.map((plotter) => plotterSays(plotter)),
      ]
      const faulty = plotters.find(({ state }) => state.is === 'fault' || state.is === 'offline')
      return faulty
        ? { state: 'warn', says: says.join(' '), mend: mendOf(faulty) }
        : { state: 'good', says: says.join(' ') }
    } catch (thrown) {
      if (!(thrown instanceof PlotdError)) throw thrown
      if (thrown.code === 'ERR_DAEMON_AWAY') return { state: 'warn', says: `${thrown.message}.`, mend: 'plotd serve' }
      return { state: 'bad', says: thrown.message, mend: remedy(thrown.code) }
    }
  },
}
