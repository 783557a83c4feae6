import { hostname } from 'node:os'
import { z } from 'zod'
import { toPlotdError } from '../../errors.ts'
import { pageSize } from '../../geometry/pages.ts'
import { type ProfileOverrides, profileNamed, withOverrides } from '../../plotter/profiles/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import { addressOf } from '../../plotter/transport/address.ts'
import { DEFAULT_LIMITS } from '../../svg/reader/reading/options.ts'
import { DEFAULT_PORT, DEFAULT_PRINTER_PORT } from '../protocol/constants.ts'
import { duration, durationIn } from '../protocol/fields.ts'

const whole = (min: number, max: number) => z.number().int().min(min).max(max)
const MIB = 1024 * 1024
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const EXPECTED_NAME = 'expected letters, digits, dot, dash or underscore'

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
    .refine((value) => value !== 'any', "expected a name other than 'any', which means every plotter"),
  url: z
    .string()
    .min(1)
    .superRefine((url, context) => explain(context, () => addressOf(url)))
    .meta({ description: 'serial:/dev/ttyACM0, tcp://host:port, sim:ebb' }),
  profile: z
    .union([z.string().min(1), z.looseObject({ base: z.string().min(1) })], {
      error: 'expected the name of a machine profile, or {base: its name} with what differs',
    })
    .superRefine((profile, context) => explain(context, () => machineOf(profile)))
    .meta({ description: 'a machine profile by name, or {base: NAME} with what differs: docs/devices.md' }),
  gate: z
    .union([z.enum(['on', 'off']), z.boolean()], { error: "expected 'on' or 'off'" })
    .transform((value) => value === 'on' || value === true)
    .default(true)
    .meta({ description: 'on: each sheet needs a grant from `ready`; off: the next sheet begins by itself' }),
  between: z
    .strictObject({
      command: z.array(z.string().min(1)).min(1).max(100).readonly(),
      timeout: durationIn({ min: 1, max: 3_600_000 }).prefault('1m'),
    })
    .exactOptional()
    .meta({ description: 'a command that changes the sheet; exit code 0 says that a fresh one is down' }),
  feed: z
    .array(z.string().regex(/^[ -~]{1,200}$/, 'expected a command of the board, in printable ASCII'))
    .min(1)
    .max(100)
    .readonly()
    .exactOptional()
    .meta({ description: 'commands of the board that change the sheet' }),
  button: z.literal('ready').exactOptional().meta({ description: "the board's button says `ready` for one sheet" }),
  paper: z
    .string()
    .max(64)
    .refine(
      (name) => pageSize(name) !== undefined,
      'expected a sheet such as a5 or letter, or a size such as 148x105mm',
    )
    .exactOptional()
    .meta({ description: 'the sheets that lie in it: a5, letter, 148x105mm; larger drawings get a note' }),
  room: z.string().min(1).max(64).exactOptional().meta({ description: 'where it stands' }),
  tags: z
    .array(z.string().min(1).max(64))
    .max(50)
    .readonly()
    .default([])
    .meta({ description: 'what a job can need: pens, paper, sizes' }),
})

const metres = z.number().positive().max(1_000_000)
const words = z.string().min(1).max(60)

/** A place where the plotter dips or cleans a pen: mm from home, and the time for which the pen stays down. */
const penPlace = z
  .strictObject({
    x: z.number().min(0).max(10_000),
    y: z.number().min(0).max(10_000),
    seconds: z.number().min(0).max(60).default(1),
  })
  .exactOptional()

/** A pen of the configuration, with the services that it needs after so many metres of ink. */
const pen = z.strictObject({
  name: z.string().regex(NAME, EXPECTED_NAME),
  color: z.string().min(1).max(64).exactOptional(),
  width: z.number().positive().max(100).exactOptional(),
  kind: z.enum(['felt', 'gel', 'ball', 'fountain', 'brush', 'pencil']).exactOptional(),
  metres: metres.exactOptional(),
  park: z
    .strictObject({ x: z.number().min(0).max(10_000), y: z.number().min(0).max(10_000) })
    .exactOptional()
    .meta({ description: 'its cap, mm from home: after each sheet the pen is put down there' }),
  rules: z
    .array(
      z.union([
        z.strictObject({ every: metres, do: words, at: penPlace }),
        z.strictObject({ after: metres, do: words, at: penPlace }),
        z.strictObject({ each: z.literal('sheet'), do: words, at: penPlace }),
      ]),
    )
    .max(20)
    .readonly()
    .default([]),
})

const render = z.strictObject({
  workers: whole(1, 64).optional().meta({ description: 'jobs rendered at a time; default: one per core, at most 4' }),
  memoryMb: whole(32, 65_536).default(512).meta({ description: 'heap of one render' }),
  timeout: duration.prefault('5m').meta({ description: 'for jobs that ask for none' }),
})

const retention = z.strictObject({
  jobs: whole(0, 1_000_000).default(10_000).meta({ description: 'final jobs kept' }),
  days: z.number().min(0).max(36_500).default(90).meta({ description: 'and for how long' }),
  keys: whole(0, 10_000_000)
    .default(1_000_000)
    .meta({ description: 'idempotency keys of jobs that are no longer kept; about 130 bytes of memory each' }),
  keyDays: z.number().min(0).max(36_500).default(365).meta({ description: 'and for how long after the submit' }),
  uploadDays: z.number().min(0).max(36_500).default(7).meta({ description: 'uploads that no job names' }),
})

const limits = z.strictObject({
  messageBytes: whole(1024, 256 * MIB)
    .default(4 * MIB)
    .meta({ description: 'of a message; larger things are uploads' }),
  heldBytes: whole(1024, 1024 * MIB)
    .default(16 * MIB)
    .meta({
      description:
        'of the messages of one token that are not complete or not answered, and a quarter of those of all tokens; ' +
        'when it is full the oldest incomplete one is dropped',
    }),
  uploadBytes: whole(1024, 1024 * MIB).default(64 * MIB),
  allUploadsBytes: whole(1024, 1024 * 1024 * MIB)
    .default(2048 * MIB)
    .meta({ description: 'of all uploads that are kept' }),
  depth: whole(8, 1000).default(64).meta({ description: 'nesting of a message' }),
  entries: whole(100, 1_000_000)
    .default(15_000)
    .meta({ description: 'of one list in a message; an object may have a tenth as many' }),
  values: whole(1000, 10_000_000).default(200_000).meta({ description: 'in all lists and objects of a message' }),
  batch: whole(1, 100_000).default(1000).meta({ description: 'calls in one message' }),
  messagesPerSecond: whole(1, 1_000_000)
    .default(2000)
    .meta({
      description:
        'calls of one connection, or over HTTP of one token, in batches too; bursts of twice as many. What costs more ' +
        'counts for more: 8 KiB in or out are a call, a list of jobs is ten',
    }),
  connections: whole(1, 100_000).default(2000),
  outgoingBytes: whole(64 * 1024, 1024 * MIB)
    .default(16 * MIB)
    .meta({ description: 'of an answer; and unread by a client: then it is dropped' }),
})

const svg = z.strictObject({
  bytes: whole(1024, 1024 * MIB)
    .default(DEFAULT_LIMITS.bytes)
    .meta({ description: 'of a file, and of what it unpacks to' }),
  elements: whole(1, 100_000_000).default(DEFAULT_LIMITS.elements),
  depth: whole(1, 2000).default(DEFAULT_LIMITS.depth).meta({ description: 'elements in elements' }),
  useExpansions: whole(1, 100_000_000)
    .default(DEFAULT_LIMITS.useExpansions)
    .meta({ description: 'elements drawn by way of use, markers and clip paths' }),
  points: whole(1, 1_000_000_000).default(DEFAULT_LIMITS.points).meta({ description: 'of the drawing' }),
  entityBytes: whole(0, 1024 * MIB)
    .default(DEFAULT_LIMITS.entityBytes)
    .meta({ description: 'that entities grow to' }),
  work: whole(1, 1_000_000_000_000)
    .default(DEFAULT_LIMITS.work)
    .meta({ description: 'steps of reading a file, about 10 ns each' }),
})

const farm = z.strictObject({
  name: z
    .string()
    .regex(NAME, EXPECTED_NAME)
    .exactOptional()
    .meta({ description: "this host's name among those that share a queue; default: the name of the machine" }),
  url: z
    .url({ protocol: /^https?$/ })
    .exactOptional()
    .meta({ description: 'where the other hosts reach this one; default: the address it listens on' }),
})

const tls = z.strictObject({
  cert: z.string().min(1).meta({ description: 'certificate (chain) in PEM: then clients come by https and wss only' }),
  key: z.string().min(1).meta({ description: 'its private key in PEM' }),
})

/** A secret, or the file that holds it in its first line. */
const secret = z.union([z.string().min(1), z.strictObject({ file: z.string().min(1) })])
const events = z
  .array(z.enum(['sheet', 'pen', 'interrupted', 'failed', 'fault', 'batch', 'disk']))
  .min(1)
  .readonly()
  .default(['sheet', 'pen', 'interrupted', 'failed', 'fault', 'batch', 'disk'])
const channel = { name: z.string().regex(NAME, EXPECTED_NAME), events }

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
      'expected a name of its own for each channel',
    )
    .readonly()
    .default([])
    .meta({ description: 'who gets a message when plotd needs its operator: docs/workshop.md' }),
  mqtt: z
    .strictObject({
      url: z.string().regex(/^mqtts?:\/\//, 'expected mqtt://HOST or mqtts://HOST'),
      username: z.string().exactOptional(),
      password: secret.exactOptional(),
      node: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected letters, digits, dash or underscore')
        .default('plotd'),
      ready: z.boolean().default(false),
    })
    .exactOptional()
    .meta({ description: 'shows the plotters to Home Assistant over an MQTT broker' }),
})

const printer = z.strictObject({
  enabled: z.boolean().default(false).meta({ description: 'plotd is a printer, too: docs/printer.md' }),
  host: z.string().min(1).default('127.0.0.1').meta({
    description: 'address of the printer; other machines reach it only with tls, and with a token as the password',
  }),
  port: whole(0, 65_535)
    .default(DEFAULT_PRINTER_PORT)
    .meta({ description: 'of the printer; 0 takes any that is free' }),
  password: z.boolean().default(false).meta({ description: 'ask programs of this machine for a token, too' }),
  advertise: z.boolean().default(false).meta({
    description:
      'announce the printer on the local network (DNS-SD, AirPrint); `printer.host` must be an address that other machines reach',
  }),
  media: z
    .string()
    .regex(/^[a-z0-9_.-]{1,64}$/, 'expected the name of a sheet: a4, letter, iso_a5_148x210mm')
    .default('a4')
    .meta({ description: 'the sheet that print dialogs offer first' }),
})

/** Reports an error of a later step as an issue of the configuration, before anything starts. */
function explain(context: z.RefinementCtx, check: () => unknown): void {
  try {
    check()
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: toPlotdError(thrown).message.replace(/^(profile|device [^ ]*): /, '') })
  }
}

/** Checks that a plotter has one feeder at most, and that a plotter with a feeder or button has a gate. */
function checkSheetSources({ gate, between, feed, button }: z.output<typeof plotter>, context: z.RefinementCtx): void {
  const [first] = Object.entries({ between, feed, button }).filter(([, value]) => value !== undefined)
  if (first && !gate) {
    const message = `expected gate: on, because ${first[0]} gives grants and a plotter without a gate needs none`
    context.addIssue({ code: 'custom', path: [first[0]], message })
  }
  if (between && feed) {
    context.addIssue({
      code: 'custom',
      path: ['feed'],
      message: 'expected either between or feed, because one changes the sheet',
    })
  }
}

/** Checks that two plotters have different names and different devices. */
function checkDistinct(plotters: readonly z.output<typeof plotter>[], context: z.RefinementCtx): void {
  for (const [i, { name, url }] of plotters.entries()) {
    const earlier = plotters.slice(0, i)
    const sameDevice = earlier.find((other) => other.url === url)
    if (earlier.some((other) => other.name === name)) {
      context.addIssue({
        code: 'custom',
        path: [i, 'name'],
        message: `expected another name: there is a plotter ${name}`,
      })
    } else if (sameDevice !== undefined && !url.startsWith('sim:')) {
      const message = `expected another device: the plotter ${sameDevice.name} is on this one`
      context.addIssue({ code: 'custom', path: [i, 'url'], message })
    }
  }
}

/** The whole configuration. Its keys are those of the file, of `PLOTD_*` and of `plotd config`. */
export const configSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').meta({ description: 'address to listen on' }),
  port: whole(0, 65_535).default(DEFAULT_PORT).meta({ description: '0 takes any that is free' }),
  hosts: z
    .array(z.string().min(1))
    .readonly()
    .default([])
    .meta({ description: 'further names by which clients reach this daemon' }),
  tls: tls.exactOptional(),
  farm: farm.prefault({}),
  openMetrics: z.boolean().default(false).meta({ description: 'GET /metrics without a token, from this machine only' }),
  state: z.string().min(1).meta({ description: 'folder of the spool, token, uploads and plans' }),
  spool: z
    .string()
    .regex(/^postgres(ql)?:\/\/./, 'expected postgres://USER@SERVER/DATABASE')
    .exactOptional()
    .meta({
      description:
        'postgres://USER@SERVER/DATABASE: the queue of several hosts; without it, the queue is in the state folder. ' +
        'A password belongs in ~/.pgpass or PGPASSWORD',
    }),
  output: z.string().min(1).default('output').meta({ description: 'folder that SVGs are written to' }),
  tasks: z.string().min(1).exactOptional().meta({ description: 'folder of custom tasks; none are loaded without it' }),
  fonts: z
    .string()
    .min(1)
    .exactOptional()
    .meta({ description: 'folder of your own fonts (.otf, .ttf, .svg, .jhf), each named by its file' }),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  grant: duration.prefault('30m').meta({ description: 'how long `ready` lasts when no sheet is begun' }),
  render: render.prefault({}),
  retention: retention.prefault({}),
  limits: limits.prefault({}),
  svg: svg.prefault({}).meta({ description: 'how much of an SVG is read; beyond it the file is refused' }),
  notify: notify.prefault({}),
  printer: printer.prefault({}),
  pens: z
    .array(pen)
    .max(200)
    .readonly()
    .default([])
    .meta({ description: 'pens by name, with colour, width, metres of ink and service rules: docs/workshop.md' }),
  plotters: z.array(plotter.superRefine(checkSheetSources)).max(100).superRefine(checkDistinct).readonly().default([]),
})

/** The name of this host: the configured name, else the name of the machine. */
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
