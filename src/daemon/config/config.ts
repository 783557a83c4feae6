import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { PlotdError } from '../../errors.ts'
import { nearest, validate } from '../../tasks/index.ts'
import { configFolder, stateFolder } from '../protocol/places.ts'
import { configKeys } from './keys.ts'
import { type Config, configSchema } from './schema.ts'

export type { Config, PlotterConfig } from './schema.ts'

type Values = Readonly<Record<string, unknown>>
type Environment = Readonly<Record<string, string | undefined>>

export interface ConfigSources {
  /** As the command line gives them, by dotted key: {port: 0, 'render.workers': 2}. Undefined means not given. */
  readonly flags?: Values
  readonly env?: Environment
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

const PREFIX = variableOf('')

function fromEnvironment(env: Environment): [string, Values][] {
  if (!Object.keys(env).some((name) => name.startsWith(PREFIX))) return []
  const keyOf = new Map(configKeys().map(({ key }) => [variableOf(key), key]))
  refuseMisspelt(env, [...keyOf.keys()])
  return [...keyOf].flatMap(([name, key]): [string, Values][] => {
    const text = env[name]
    return text === undefined ? [] : [[name, { [key]: fromYaml(text, name) }]]
  })
}

/** A near miss would go unnoticed; other names with the prefix belong to the clients or to whatever started us. */
function refuseMisspelt(env: Environment, known: readonly string[]): void {
  const bare = known.map((name) => name.slice(PREFIX.length))
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || known.includes(name)) continue
    const meant = nearest(name.slice(PREFIX.length), bare)
    if (meant === undefined) continue
    throw new PlotdError('ERR_CONFIG', `${name}: there is no such variable (did you mean ${PREFIX}${meant}?)`, {
      places: [name],
    })
  }
}

function usualFile(env: Environment): string | undefined {
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

/** 'plotters.0.url' is wrong in whatever gave 'plotters', and a missing 'tls.key' in whatever gave 'tls.cert'. */
function originOf(merged: ReadonlyMap<string, { readonly from: string }>, field: string): string {
  const steps = field.split('.')
  for (let length = steps.length; length > 0; length--) {
    const key = steps.slice(0, length).join('.')
    const within = [...merged.keys()].find((other) => other.startsWith(`${key}.`))
    const found = merged.get(key) ?? (within === undefined ? undefined : merged.get(within))
    if (found) return found.from
  }
  return 'default'
}

function absolute(config: Config): Config {
  const { state, output, tasks, fonts, tls } = config
  return {
    ...config,
    state: absolutePath(state),
    output: absolutePath(output),
    ...(tasks === undefined ? {} : { tasks: absolutePath(tasks) }),
    ...(fonts === undefined ? {} : { fonts: absolutePath(fonts) }),
    ...(tls === undefined ? {} : { tls: { cert: absolutePath(tls.cert), key: absolutePath(tls.key) } }),
  }
}

/** '~/plots' is meant as a shell would take it; no shell has seen what stands in a file. */
const absolutePath = (path: string): string => resolve(path.replace(/^~(?=\/|$)/, homedir()))

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

/** Groups have no prototype, so that a key such as `__proto__` is one of their own, and refused as every other. */
const emptyGroup = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>

function nested(merged: ReadonlyMap<string, { readonly value: unknown }>): Values {
  const root = emptyGroup()
  for (const [key, { value }] of merged) {
    const steps = key.split('.')
    const last = steps.pop() ?? key
    let group = root
    for (const step of steps) {
      const inner = isGroup(group[step]) ? (group[step] as Record<string, unknown>) : emptyGroup()
      group[step] = inner
      group = inner
    }
    group[last] = value
  }
  return root
}
