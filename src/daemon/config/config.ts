/*
 * The room `config`: `schema.ts` and `limits.ts` have the keys with their defaults. This file merges flags, environment
 * and file, and names the source of each value and error.
 */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { messageOf, PlotdError } from '../../errors.ts'
import { nearest, validate } from '../../tasks/index.ts'
import { configFolder, stateFolder } from '../protocol/places.ts'
import { type Config, configSchema } from './schema.ts'

export type { Config } from './schema.ts'

type Values = Readonly<Record<string, unknown>>
type Environment = Readonly<Record<string, string | undefined>>

export interface ConfigSources {
  /** Values by dotted key: {port: 0, 'render.workers': 2}. An undefined value counts as absent. */
  readonly flags?: Values
  readonly env?: Environment
  /** A file in place of `$XDG_CONFIG_HOME/plotd/config.{yaml,yml,json}`. */
  readonly file?: string | undefined
}

export interface LoadedConfig {
  readonly config: Config
  /** The source of each value by dotted key: 'flag', 'PLOTD_PORT', '/home/ada/.config/plotd/config.yaml', 'default'. */
  readonly origins: Readonly<Record<string, string>>
  /** The configuration file that was read; undefined when there is none. */
  readonly file: string | undefined
}

/**
 * Loads the configuration. For each key a flag wins over the environment, the environment over the file, and the file
 * over the default. Lists are not merged.
 *
 * @throws PlotdError ERR_CONFIG naming the file or variable that cannot be read; for a wrong value, naming the key, its
 *   source and the expected value
 */
export function loadConfig({ flags = {}, env = process.env, file }: ConfigSources = {}): LoadedConfig {
  const path = file ?? usualFile(env)
  const layers: [string, Values][] = [
    // The default ignores PLOTD_STATE, because `fromEnvironment` gives that value with the name of the variable.
    ['default', { state: stateFolder({ ...env, PLOTD_STATE: undefined }) }],
    ...(path === undefined ? [] : ([[path, flat(readFile(path))]] as [string, Values][])),
    ...fromEnvironment(env),
    ['flag', flat(flags)],
  ]
  const merged = new Map<string, { value: unknown; from: string }>()
  for (const [from, values] of layers) {
    for (const [key, value] of Object.entries(values)) if (value !== undefined) merged.set(key, { value, from })
  }
  const config = checkConfig(nestValues(merged), (field) => originOf(merged, field))
  const origins = Object.fromEntries(
    Object.keys(flat(config)).map((key) => [key, merged.get(key)?.from ?? 'default'] as const),
  )
  return { config: absolute(config), origins, file: path }
}

/**
 * The environment variable of a key: `PLOTD_RENDER_MEMORY_MB=1024` is `render.memoryMb: 1024`. The value of the
 * variable is YAML, so it may be a list.
 */
export const variableOf = (key: string): string =>
  `PLOTD_${key
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`

const PREFIX = variableOf('')

function fromEnvironment(env: Environment): [string, Values][] {
  if (!Object.keys(env).some((name) => name.startsWith(PREFIX))) return []
  const keyOf = new Map(configKeys().map(({ key }) => [variableOf(key), key]))
  refuseGroups(env, [...keyOf.values()])
  refuseMisspelled(env, [...keyOf.keys()])
  return [...keyOf].flatMap(([name, key]): [string, Values][] => {
    const text = env[name]
    return text === undefined ? [] : [[name, { [key]: fromYaml(text, name) }]]
  })
}

/** Refuses a variable for a whole group of keys, such as PLOTD_TLS: each key has a variable of its own. */
function refuseGroups(env: Environment, keys: readonly string[]): void {
  for (const key of keys) {
    for (let dot = key.indexOf('.'); dot > 0; dot = key.indexOf('.', dot + 1)) {
      const name = variableOf(key.slice(0, dot))
      if (env[name] === undefined) continue
      const message = `${name}: there is no variable for a group of keys: set one for each key, such as ${variableOf(key)}`
      throw new PlotdError('ERR_CONFIG', message, { places: [name] })
    }
  }
}

/**
 * Refuses a variable whose name is nearly that of a key's variable. Other `PLOTD_` variables are ignored, because
 * clients or other programs may use them.
 */
function refuseMisspelled(env: Environment, known: readonly string[]): void {
  const bare = known.map((name) => name.slice(PREFIX.length))
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || known.includes(name)) continue
    const suggestion = nearest(name.slice(PREFIX.length), bare)
    if (suggestion === undefined) continue
    throw new PlotdError('ERR_CONFIG', `${name}: there is no such variable (did you mean ${PREFIX}${suggestion}?)`, {
      places: [name],
    })
  }
}

function usualFile(env: Environment): string | undefined {
  return ['config.yaml', 'config.yml', 'config.json'].map((file) => join(configFolder(env), file)).find(existsSync)
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
    // A warning of the YAML parser is an error in a configuration.
    const [problem] = [...document.errors, ...document.warnings]
    if (problem) throw problem
    const value: unknown = document.toJS()
    if (holdsItself(value)) throw new Error('an alias (*) stands for a value that contains the alias')
    return value
  } catch (cause) {
    throw unreadable(from, cause)
  }
}

/** Whether a list or group contains itself, as in YAML's `&a [*a]`. */
function holdsItself(value: unknown, around: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false
  return around.includes(value) || Object.values(value).some((inner) => holdsItself(inner, [...around, value]))
}

const unreadable = (from: string, cause: unknown) =>
  new PlotdError('ERR_CONFIG', `${from}: ${messageOf(cause)}`, { from }, cause)

function checkConfig(values: Values, origin: (field: string) => string): Config {
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

/** The source of 'plotters.0.url' is the source of 'plotters'; a missing 'tls.key' has the source of 'tls.cert'. */
function originOf(merged: ReadonlyMap<string, { readonly from: string }>, field: string): string {
  const steps = field.split('.')
  for (let length = steps.length; length > 0; length--) {
    const key = steps.slice(0, length).join('.')
    const within = [...merged.keys()].find((other) => other.startsWith(`${key}.`))
    const entry = merged.get(key) ?? (within === undefined ? undefined : merged.get(within))
    if (entry) return entry.from
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

/** Expands '~/plots' as a shell does, because no shell reads the configuration file. */
const absolutePath = (path: string): string => resolve(path.replace(/^~(?=\/|$)/, homedir))

const isGroup = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** {render: {workers: 2}, tls: {}} → {'render.workers': 2, tls: {}} */
function flat(values: Values, prefix = ''): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      isGroup(value) && Object.keys(value).length > 0
        ? Object.entries(flat(value, `${prefix}${key}.`))
        : [[prefix + key, value] as const],
    ),
  )
}

/** Groups have no prototype, so that `__proto__` is an own key, and is refused like every unknown key. */
const emptyGroup = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>

function nestValues(merged: ReadonlyMap<string, { readonly value: unknown }>): Values {
  const root = emptyGroup()
  for (const [key, { value }] of merged) {
    const steps = key.split('.')
    const last = steps.pop() ?? key
    const group = groupAt(root, steps)
    if (group !== undefined) group[last] = isGroup(value) ? (group[last] ?? emptyGroup()) : value
  }
  return root
}

/** @returns undefined where a value stands in place of a group. The value stays, so that the schema refuses it. */
function groupAt(root: Record<string, unknown>, steps: readonly string[]): Record<string, unknown> | undefined {
  let group = root
  for (const step of steps) {
    const inner = group[step] ?? emptyGroup()
    if (!isGroup(inner)) return undefined
    group[step] = inner
    group = inner as Record<string, unknown>
  }
  return group
}

export interface ConfigKey {
  /** Dotted: 'render.memoryMb'. */
  readonly key: string
  readonly about: string
}

interface JsonSchema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

/** Every key of the configuration, also the keys without a default. */
export function configKeys(): readonly ConfigKey[] {
  return keysOf(z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema)
}

function keysOf({ properties = {} }: JsonSchema, prefix = ''): ConfigKey[] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    schema.properties ? keysOf(schema, `${prefix}${name}.`) : [{ key: prefix + name, about: schema.description ?? '' }],
  )
}
