import { hostname } from 'node:os'
import { z } from 'zod'
import { toPlotdError } from '../../errors.ts'
import { pageSize } from '../../geometry/pages.ts'
import { type ProfileOverrides, profileNamed, withOverrides } from '../../plotter/profiles/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { addressOf, isSameDevice } from '../../plotter/transport/address.ts'
import { validate } from '../../tasks/index.ts'
import { DEFAULT_PORT, DEFAULT_PRINTER_PORT } from '../protocol/constants.ts'
import { duration, durationIn } from '../protocol/fields.ts'
import { limits, render, retention, svg, whole } from './limits.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const EXPECTED_NAME = 'expected at most 64 letters, digits, dots, dashes or underscores, with a letter or digit first'

/**
 * The profile of a plotter, by its name or by the differences from a named profile.
 *
 * @throws PlotdError ERR_PROFILE_INVALID
 */
export function machineOf(profile: string | { readonly base: string }): Profile {
  if (typeof profile === 'string') return profileNamed(profile)
  const { base, ...overrides } = profile
  return withOverrides(profileNamed(base), overrides as ProfileOverrides)
}

const plotter = z.strictObject({
  name: z
    .string()
    .regex(NAME, EXPECTED_NAME)
    .refine((value) => value !== 'any', "expected a name other than 'any': a job for 'any' may go to any plotter"),
  url: z
    .string()
    .min(1)
    .superRefine((url, context) => explain(context, () => addressOf(url)))
    .meta({ description: 'address of the device, such as serial:/dev/ttyACM0, tcp://host:port or sim:ebb' }),
  profile: z
    .union([z.string().min(1), z.looseObject({ base: z.string().min(1) })], {
      error: 'expected the name of a machine profile, or {base: NAME} with the fields that differ',
    })
    .superRefine((profile, context) => explain(context, () => machineOf(profile)))
    .meta({ description: 'a machine profile by name, or {base: NAME} with the fields that differ: docs/devices.md' }),
  gate: z
    .union([z.enum(['on', 'off']), z.boolean()], { error: "expected 'on' or 'off'" })
    .transform((value) => value === 'on' || value === true)
    .default(true)
    .meta({ description: 'on: each sheet needs a grant (`plotd ready`); off: the next sheet begins by itself' }),
  between: z
    .strictObject({
      command: z.array(z.string().min(1)).min(1).max(100).readonly(),
      timeout: durationIn({ min: 1, max: 3_600_000 }).prefault('1m'),
    })
    .exactOptional()
    .meta({ description: 'a command that changes the sheet; exit code 0 says that a fresh sheet is down' }),
  feed: z
    .array(z.string().regex(/^[ -~]{1,200}$/, 'expected a command of the board, in printable ASCII'))
    .min(1)
    .max(100)
    .readonly()
    .exactOptional()
    .meta({ description: 'commands of the board that change the sheet' }),
  button: z
    .literal('ready')
    .exactOptional()
    .meta({ description: "ready: the board's button gives a grant for one sheet" }),
  paper: z
    .string()
    .max(64)
    .refine(
      (name) => pageSize(name) !== undefined,
      'expected a sheet such as a5 or letter, or a size such as 148x105mm',
    )
    .exactOptional()
    .meta({
      description:
        'the size of the sheets in the plotter, such as a5, letter or 148x105mm; a larger drawing gets a note',
    }),
  room: z.string().min(1).max(64).exactOptional().meta({ description: 'the room in which the plotter stands' }),
  tags: z
    .array(z.string().min(1).max(64))
    .max(50)
    .readonly()
    .default([])
    .meta({ description: 'properties that a job may need: pens, paper, sizes' }),
})

/**
 * Checks an entry of `plotters` before it is written into a configuration.
 *
 * @returns the entry
 * @throws PlotdError ERR_PROFILE_INVALID, ERR_PARAMS when no daemon would start with the entry
 */
export function checkPlotter<T extends { readonly profile: unknown }>(entry: T): T {
  machineOf(entry.profile as Parameters<typeof machineOf>[0])
  validate({ name: 'config.plotters', schema: plotter }, entry)
  return entry
}

const metres = z.number().positive().max(1_000_000)
const serviceText = z.string().min(1).max(60)

/** A place where the plotter dips or cleans a pen, mm from home, with the time for which the pen stays down. */
const penPlace = z
  .strictObject({
    x: z.number().min(0).max(10_000),
    y: z.number().min(0).max(10_000),
    seconds: z.number().min(0).max(60).default(1),
  })
  .exactOptional()

const pen = z.strictObject({
  name: z.string().regex(NAME, EXPECTED_NAME),
  color: z.string().min(1).max(64).exactOptional(),
  width: z.number().positive().max(100).exactOptional(),
  kind: z.enum(['felt', 'gel', 'ball', 'fountain', 'brush', 'pencil']).exactOptional(),
  metres: metres.exactOptional(),
  park: z
    .strictObject({ x: z.number().min(0).max(10_000), y: z.number().min(0).max(10_000) })
    .exactOptional()
    .meta({
      description:
        'the place of the cap of this pen, mm from home; after each sheet the plotter puts the pen down there',
    }),
  rules: z
    .array(
      z.union([
        z.strictObject({ every: metres, do: serviceText, at: penPlace }),
        z.strictObject({ after: metres, do: serviceText, at: penPlace }),
        z.strictObject({ each: z.literal('sheet'), do: serviceText, at: penPlace }),
      ]),
    )
    .max(20)
    .readonly()
    .default([]),
})

const farm = z.strictObject({
  name: z
    .string()
    .regex(NAME, EXPECTED_NAME)
    .exactOptional()
    .meta({ description: "this host's name among the hosts that share a queue; default: the name of the machine" }),
  url: z
    .url({ protocol: /^https?$/ })
    .exactOptional()
    .meta({
      description: 'the address at which the other hosts reach this host; default: the address on which it listens',
    }),
})

const tls = z.strictObject({
  cert: z
    .string()
    .min(1)
    .meta({ description: 'file with the certificate (chain) in PEM; with it, the port accepts only https and wss' }),
  key: z.string().min(1).meta({ description: 'file with the private key of the certificate in PEM' }),
})

/** A secret, or a file whose first line is the secret. */
const secret = z.union([z.string().min(1), z.strictObject({ file: z.string().min(1) })])
const events = z
  .array(z.enum(['sheet', 'pen', 'interrupted', 'failed', 'fault', 'batch', 'disk']))
  .min(1)
  .readonly()
  .default(['sheet', 'pen', 'interrupted', 'failed', 'fault', 'batch', 'disk'])
const channel = { name: z.string().regex(NAME, EXPECTED_NAME), events }

/** Whether a text is the address of an MQTT broker. Percent-encoding in its user name or password must be valid. */
function isBroker(url: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(url)
    decodeURIComponent(username + password)
    return ['mqtt:', 'mqtts:'].includes(protocol) && hostname !== ''
  } catch {
    return false
  }
}

const notify = z.strictObject({
  channels: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          ...channel,
          kind: z.literal('webhook'),
          url: secret,
          secret: secret.exactOptional(),
          headers: z.record(z.string().max(100), z.string().max(1000)).default({}),
        }),
        z.strictObject({ ...channel, kind: z.literal('ntfy'), url: secret, token: secret.exactOptional() }),
        z.strictObject({ ...channel, kind: z.literal('slack'), url: secret }),
        z.strictObject({ ...channel, kind: z.literal('discord'), url: secret }),
        z.strictObject({
          ...channel,
          kind: z.literal('mail'),
          host: z.string().min(1),
          port: whole(1, 65_535).default(587),
          secure: z.boolean().default(false),
          user: z.string().exactOptional(),
          password: secret.exactOptional(),
          from: z.string().min(3),
          to: z.array(z.string().min(3)).min(1).max(50).readonly(),
        }),
      ]),
    )
    .max(50)
    .refine(
      (all) => new Set(all.map(({ name }) => name)).size === all.length,
      'expected a different name for each channel',
    )
    .readonly()
    .default([])
    .meta({ description: 'the receivers of messages when plotd needs its operator: docs/workshop.md' }),
  mqtt: z
    .strictObject({
      url: z
        .string()
        .refine(isBroker, 'expected mqtt://HOST or mqtts://HOST, such as mqtt://broker.local:1883')
        .meta({ description: 'address of the MQTT broker' }),
      username: z.string().exactOptional().meta({ description: 'user name for the broker' }),
      password: secret.exactOptional().meta({ description: 'password for the broker, or {file: PATH}' }),
      node: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected at most 64 letters, digits, dashes or underscores')
        .default('plotd')
        .meta({ description: 'name of this daemon in the topics; each daemon on a broker needs its own' }),
      ready: z.boolean().default(false).meta({ description: 'whether a button of Home Assistant may give a grant' }),
    })
    .exactOptional()
    .meta({ description: 'shows the plotters to Home Assistant over an MQTT broker' }),
})

const printer = z.strictObject({
  enabled: z.boolean().default(false).meta({ description: 'whether plotd is also a printer: docs/printer.md' }),
  host: z.string().min(1).default('127.0.0.1').meta({
    description: 'address of the printer; other machines reach it only with tls, and with a token as the password',
  }),
  port: whole(0, 65_535)
    .default(DEFAULT_PRINTER_PORT)
    .meta({ description: 'port of the printer; 0 takes any free port' }),
  password: z
    .boolean()
    .default(false)
    .meta({ description: 'whether the printer also asks programs of this machine for a token' }),
  advertise: z.boolean().default(false).meta({
    description:
      'whether to announce the printer on the local network (DNS-SD, AirPrint); `printer.host` must be an address that other machines reach',
  }),
  media: z
    .string()
    .regex(/^[a-z0-9_.-]{1,64}$/, 'expected the name of a sheet, such as a4, letter or iso_a5_148x210mm')
    .default('a4')
    .meta({ description: 'the sheet that print dialogs offer first' }),
})

/** Runs a check, and reports the error that it throws as an issue of the configuration. */
function explain(context: z.RefinementCtx, check: () => unknown): void {
  try {
    check()
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: toPlotdError(thrown).message.replace(/^(profile|device [^ ]*): /, '') })
  }
}

/** Checks that a plotter has at most one feeder. A plotter with a feeder or button must have its gate on. */
function checkSheetSources({ gate, between, feed, button }: z.output<typeof plotter>, context: z.RefinementCtx): void {
  const [first] = Object.entries({ between, feed, button }).filter(([, value]) => value !== undefined)
  if (first && !gate) {
    const message = `expected gate: on, because ${first[0]} works only with grants`
    context.addIssue({ code: 'custom', path: [first[0]], message })
  }
  if (between && feed) {
    context.addIssue({
      code: 'custom',
      path: ['feed'],
      message: 'expected either between or feed, because each of them changes the sheet',
    })
  }
}

/** Checks that all plotters have different names and different devices. Several simulators may have one URL. */
function checkDistinct(plotters: readonly z.output<typeof plotter>[], context: z.RefinementCtx): void {
  for (const [i, { name, url }] of plotters.entries()) {
    const earlier = plotters.slice(0, i)
    const sameDevice = earlier.find((other) => isSameDevice(other.url, url))
    if (earlier.some((other) => other.name === name)) {
      context.addIssue({
        code: 'custom',
        path: [i, 'name'],
        message: `expected another name: there is a plotter ${name}`,
      })
    } else if (sameDevice !== undefined) {
      const message = `expected another device: the plotter ${sameDevice.name} uses this device`
      context.addIssue({ code: 'custom', path: [i, 'url'], message })
    }
  }
}

/** The schema of the configuration. Configuration files, the variables `PLOTD_*` and `plotd config` use its keys. */
export const configSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').meta({ description: 'address to listen on' }),
  port: whole(0, 65_535).default(DEFAULT_PORT).meta({ description: 'port to listen on; 0 takes any free port' }),
  hosts: z
    .array(z.string().min(1))
    .readonly()
    .default([])
    .meta({ description: 'further names by which clients reach this daemon' }),
  tls: tls.exactOptional(),
  farm: farm.prefault({}),
  openMetrics: z
    .boolean()
    .default(false)
    .meta({ description: 'whether programs on this machine may GET /metrics without a token' }),
  state: z.string().min(1).meta({ description: 'folder of the spool, token, uploads and plans' }),
  spool: z
    .string()
    .regex(/^postgres(ql)?:\/\/./, 'expected postgres://USER@SERVER/DATABASE')
    .exactOptional()
    .meta({
      description:
        'the database of a queue that several hosts share, as postgres://USER@SERVER/DATABASE; without it, the queue is in the state folder. ' +
        'A password belongs in ~/.pgpass or PGPASSWORD',
    }),
  output: z.string().min(1).default('output').meta({ description: 'folder for the SVGs of jobs' }),
  tasks: z
    .string()
    .min(1)
    .exactOptional()
    .meta({ description: 'folder of custom tasks; without this key, plotd has no custom tasks' }),
  fonts: z
    .string()
    .min(1)
    .exactOptional()
    .meta({ description: 'folder of your own fonts (.otf, .ttf, .svg, .jhf), each named by its file' }),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta({ description: 'lowest level of the lines in the log' }),
  grant: duration.prefault('30m').meta({ description: 'time after which a grant ends when no plot is under way, ms' }),
  render: render.prefault({}),
  retention: retention.prefault({}),
  limits: limits.prefault({}),
  svg: svg.prefault({}).meta({ description: 'limits on reading an SVG; a file beyond them is refused' }),
  notify: notify.prefault({}),
  printer: printer.prefault({}),
  pens: z
    .array(pen)
    .max(200)
    .readonly()
    .default([])
    .meta({ description: 'pens by name, with colour, width, metres of ink and service rules: docs/workshop.md' }),
  plotters: z
    .array(plotter.superRefine(checkSheetSources))
    .max(100)
    .superRefine(checkDistinct)
    .readonly()
    .default([])
    .meta({ description: 'the plotters of this host: docs/devices.md' }),
})

/** The name of this host: the configured name, else a name made from the name of the machine. */
export const hostName = ({ farm }: Config): string =>
  farm.name ??
  (hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64) ||
    'host')

export type Config = z.output<typeof configSchema>
export type ConfigInput = z.input<typeof configSchema>
export type PlotterConfig = Config['plotters'][number]
