import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import { PlotdError } from '../../../src/errors.ts'
import { pathIn } from './find.ts'
import type { PlotterEntry } from './machine.ts'

/** Keys that setup sets besides the plotter. Undefined keys stay as they are, and so does an `output` in the file. */
export interface ConfigKeys {
  readonly output?: string | undefined
  readonly host?: string | undefined
  readonly hosts?: readonly string[] | undefined
}

const HEAD =
  '# The configuration of plotd: docs/operations.md lists the keys. `plotd config` shows each value and its source.\n'

/**
 * The text of a configuration file with the plotter added and `keys` set. The entry of the same name, else at the same
 * port, gets the new values. Everything else stays, comments included.
 *
 * @param text  the file as it is; undefined where there is none
 * @throws PlotdError ERR_CONFIG when the file is not YAML, is a list or a word, or has `plotters` that are no list.
 *   Also when one entry has the name, and another entry has the port
 */
export function withPlotter(text: string | undefined, entry: PlotterEntry, keys: ConfigKeys, file: string): string {
  const document = parseDocument(text ?? '', { logLevel: 'error' })
  const [problem] = document.errors
  if (problem) throw new PlotdError('ERR_CONFIG', `${file}: ${problem.message}`, { file })
  if (isScalar(document.contents) && document.contents.value === null) document.contents = null
  if (document.contents === null) document.contents = document.createNode({}) as never
  else if (!isMap(document.contents))
    throw new PlotdError('ERR_CONFIG', `${file} holds no keys: expected keys and values, as in 'port: 4600'`, { file })
  for (const [key, value] of Object.entries(keys)) {
    if (value === undefined || (key === 'output' && document.has(key))) continue
    document.set(key, document.createNode(value))
  }
  const list = document.get('plotters') ?? undefined
  if (list !== undefined && !isSeq(list))
    throw new PlotdError('ERR_CONFIG', `${file}: plotters: expected a list of plotters`, { file })
  if (list === undefined) {
    document.set('plotters', document.createNode([entry]))
  } else {
    const items = list.items.filter((item) => isMap(item))
    const isAtPort = (item: YAMLMap): boolean => pathIn(String(item.get('url'))) === pathIn(entry.url)
    const atPort = items.find(isAtPort)
    const old = items.find((item) => item.get('name') === entry.name) ?? atPort
    if (atPort && old && !isAtPort(old)) {
      const other = String(atPort.get('name'))
      const message = `${file}: ${other} is at ${entry.url}: expected another --name than ${entry.name}`
      throw new PlotdError('ERR_CONFIG', message, { file })
    }
    if (old) for (const [key, value] of Object.entries(entry)) old.set(key, document.createNode(value))
    else list.add(document.createNode(entry))
  }
  return (text === undefined ? HEAD : '') + document.toString()
}

/** The entry of a plotter in a configuration file. */
export const entryNamed = (text: string | undefined, name: string): PlotterEntry | undefined =>
  entriesIn(text).find((entry) => entry.name === name)

/** The entries of plotters in a configuration file, without those that lack a name, a URL or a profile. */
export function entriesIn(text: string | undefined): readonly PlotterEntry[] {
  const values = parseDocument(text ?? '', { logLevel: 'error' }).toJS() as { plotters?: unknown } | null
  const list = Array.isArray(values?.plotters) ? (values.plotters as Partial<PlotterEntry>[]) : []
  return list.filter((entry) => entry?.name && entry.url && entry.profile) as PlotterEntry[]
}
