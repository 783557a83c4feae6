import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { PlotdError } from '../errors.ts'
import { validate } from '../tasks/index.ts'
import { type Config, configSchema } from './config-schema.ts'
import { configFolder, stateFolder } from './protocol/places.ts'

export type { Config, PlotterConfig } from './config-schema.ts'

type Values = Readonly<Record<string, unknown>>

export interface ConfigSources {
  /** As the command line gives them, by dotted key: {port: 0, 'render.workers': 2}. Undefined means not given. */
  readonly flags?: Values
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Another file than `$XDG_CONFIG_HOME/plotd/config.{yaml,json}`. */
  readonly file?: string | undefined
}

export interface LoadedConfig {
  readonly config: Config
  /** Dotted key → where its value came from: 'flag', 'PLOTD_PORT', '/home/ada/.config/plotd/config.yaml', 'default'. */
  readonly origins: Readonly<Record<string, string>>
}

/**
 * Flag before environment before file before default, key by key; lists are taken whole.
 *
 * @throws PlotdError ERR_CONFIG naming the key, its place and what was expected
 */
export function loadConfig({ flags = {}, env = process.env, file }: ConfigSources = {}): LoadedConfig {
  const path = file ?? usualFile(env)
  const layers: [string, Values][] = [
    ['default', { state: stateFolder({ ...env, PLOTD_STATE: undefined }) }],
    ...(path === undefined ? [] : ([[path, flat(readFile(path))]] as [string, Values][])),
    ...fromEnvironment(env),
    ['flag', flat(flags)],
  ]
  const merged = new Map<string, { value: unknown; from: string }>()
  for (const [from, values] of layers) {
    for (const [key, value] of Object.entries(values)) if (value !== undefined) merged.set(key, { value, from })
  }
  const config = checked(nested(merged), (field) => originOf(merged, field))
  const origins = Object.fromEntries(
    Object.keys(flat(config)).map((key) => [key, merged.get(key)?.from ?? 'default'] as const),
  )
  return { config: absolute(config), origins }
}

/** `PLOTD_RENDER_MEMORY_MB=1024` is `render.memoryMb: 1024`; values are read as YAML, so lists work too. */
export const variableOf = (key: string): string =>
  `PLOTD_${key
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): [string, Values][] {
  return knownKeys().flatMap((key): [string, Values][] => {
    const text = env[variableOf(key)]
    return text === undefined ? [] : [[variableOf(key), { [key]: fromYaml(text, variableOf(key)) }]]
  })
}

function knownKeys(): string[] {
  const defaults = configSchema.parse({ state: '-', tasks: '-', tls: { cert: '-', key: '-' } })
  return Object.keys(flat(defaults))
}

function usualFile(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return ['config.yaml', 'config.yml', 'config.json'].map((each) => join(configFolder(env), each)).find(existsSync)
}

function readFile(path: string): Values {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw unreadable(path, cause)
  }
  const value = fromYaml(text, path) ?? {}
  if (isGroup(value)) return value
  throw new PlotdError('ERR_CONFIG', `${path}: expected keys with values, as in docs/operations.md`, { file: path })
}

function fromYaml(text: string, from: string): unknown {
  try {
    const document = parseDocument(text, { logLevel: 'error' })
    const [wrong] = [...document.errors, ...document.warnings] // what YAML only warns of is a slip here, too
    if (wrong) throw wrong
    return document.toJS() as unknown
  } catch (cause) {
    throw unreadable(from, cause)
  }
}

const unreadable = (from: string, cause: unknown) =>
  new PlotdError('ERR_CONFIG', `${from}: ${cause instanceof Error ? cause.message : String(cause)}`, { from }, cause)

function checked(values: Values, origin: (field: string) => string): Config {
  try {
    return validate({ name: 'config', schema: configSchema }, values)
  } catch (thrown) {
    if (!(thrown instanceof PlotdError)) throw thrown
    const issues = thrown.detail['issues'] as readonly { field: string }[]
    const places = issues.map(({ field }) => origin(field)).filter((place, i, all) => all.indexOf(place) === i)
    const message = `${thrown.message.replace(/^config: /, '')} (from ${places.join(', ')})`
    throw new PlotdError('ERR_CONFIG', message, { ...thrown.detail, places })
  }
}

/** 'plotters.0.url' is wrong in whatever gave 'plotters'. */
function originOf(merged: ReadonlyMap<string, { readonly from: string }>, field: string): string {
  const steps = field.split('.')
  const keys = steps.map((_, i) => steps.slice(0, steps.length - i).join('.'))
  return keys.map((key) => merged.get(key)?.from).find((from) => from !== undefined) ?? 'default'
}

function absolute(config: Config): Config {
  const { state, output, tasks, tls } = config
  return {
    ...config,
    state: resolve(state),
    output: resolve(output),
    ...(tasks === undefined ? {} : { tasks: resolve(tasks) }),
    ...(tls === undefined ? {} : { tls: { cert: resolve(tls.cert), key: resolve(tls.key) } }),
  }
}

const isGroup = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** {render: {workers: 2}} → {'render.workers': 2} */
function flat(values: Values, prefix = ''): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      isGroup(value) ? Object.entries(flat(value, `${prefix}${key}.`)) : [[prefix + key, value] as const],
    ),
  )
}

function nested(merged: ReadonlyMap<string, { readonly value: unknown }>): Values {
  const root: Record<string, unknown> = {}
  for (const [key, { value }] of merged) {
    const steps = key.split('.')
    const last = steps.pop() ?? key
    let group = root
    for (const step of steps) {
      const inner = isGroup(group[step]) ? (group[step] as Record<string, unknown>) : {}
      group[step] = inner
      group = inner
    }
    group[last] = value
  }
  return root
}
