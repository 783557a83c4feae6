import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { PlotdError } from '../../errors.ts'
import { FONT_ENDINGS, fontFileBytes } from '../../hershey/index.ts'
import type { Profile } from '../../plotter/profiles/profile.ts'
import type { HostView } from '../../spool/index.ts'
import { type Config, machineOf } from '../config/schema.ts'
import { moduleOf, type TaskCatalog } from '../custom-tasks/index.ts'
import type { WirePlotter } from '../protocol/index.ts'
import { plotter } from '../protocol/plotter.ts'

/** The tasks that a host still renders when it lacks a font of another host: these tasks draw no text. */
const WITHOUT_TEXT: ReadonlySet<string> = new Set(['pattern', 'photo'])

const aboutSchema = z.object({
  plotters: z.array(z.object({ view: plotter, profile: z.union([z.string(), z.looseObject({ base: z.string() })]) })),
  /** sha256 of each custom task's module, by the task's name. */
  modules: z.record(z.string(), z.string()),
  /** sha256 of each font file of the user's folder, by its name. */
  fonts: z.record(z.string(), z.string()),
})

/** The facts that a host publishes, besides its address, its version, and the names of its plotters and tasks. */
export type About = z.output<typeof aboutSchema>

/** The facts that another host publishes about itself; no facts when this version cannot read them. */
export function aboutOf({ offer }: HostView): About {
  const parsed = aboutSchema.safeParse(offer?.about)
  return parsed.success ? parsed.data : { plotters: [], modules: {}, fonts: {} }
}

/**
 * The machines of another host. A machine is left out when this version does not know its profile.
 *
 * @param presentView  returns the other host's last view of the plotter with this name; undefined when it has shown
 *   none
 */
export function machinesOf(about: About, presentView: (name: string) => WirePlotter | undefined) {
  return about.plotters.flatMap(({ view, profile }) => {
    const { name, tags = [], paper, pace } = presentView(view.name) ?? view
    const machine = profileOrNone(profile)
    return machine ? [{ name, profile: machine, tags, ...(paper && { paper }), pace: pace?.factor ?? 1 }] : []
  })
}

function profileOrNone(profile: About['plotters'][number]['profile']): Profile | undefined {
  try {
    return machineOf(profile)
  } catch {
    return undefined
  }
}

/** The facts that this host publishes about itself. */
export async function aboutHere(config: Config, catalog: TaskCatalog, views: readonly WirePlotter[]): Promise<About> {
  const modules: Record<string, string> = {}
  for (const name of Object.keys(catalog.tasks)) {
    const file = moduleOf(catalog, name)
    if (file !== undefined) modules[name] = digestOf(await readFile(file))
  }
  const fonts: Record<string, string> = {}
  const files = config.fonts === undefined ? [] : await readdir(config.fonts).catch(() => [])
  for (const file of files.filter((entry) => FONT_ENDINGS.test(entry))) {
    // A font that cannot be read is not used, and is reported when the folder is read.
    const bytes = await fontFileBytes(join(config.fonts ?? '', file)).catch(() => undefined)
    if (bytes) fonts[file] = digestOf(bytes)
  }
  const profileNamed = (name: string) => config.plotters.find((plotter) => plotter.name === name)?.profile ?? ''
  return { plotters: views.map((view) => ({ view, profile: profileNamed(view.name) })), modules, fonts }
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * Checks that the name of a task or font means the same on every host.
 *
 * @throws PlotdError ERR_CONFIG when a custom task or font differs from the one with the same name on another host
 * @throws PlotdError ERR_CONFIG when this host lacks a font of another host, and that host lacks a font of this one
 */
export function checkAgainst(here: About, others: readonly HostView[]): void {
  for (const other of others) {
    const about = aboutOf(other)
    for (const kind of ['modules', 'fonts'] as const) {
      const theirs = about[kind]
      const name = Object.keys(here[kind]).find((key) => key in theirs && theirs[key] !== here[kind][key])
      if (name === undefined) continue
      const kindName = kind === 'modules' ? 'the custom task' : 'the font'
      throw refusal(other, `${kindName} ${name} here differs from the one on host ${other.id}: copy it from there`)
    }
    const [missingThere] = fontsMissing(about.fonts, here.fonts)
    const [missingHere] = fontsMissing(here.fonts, about.fonts)
    if (missingThere !== undefined && missingHere !== undefined) {
      const lack = `host ${other.id} lacks the font ${missingThere}, and this host lacks ${missingHere}`
      throw refusal(other, `${lack}: copy the fonts to both`)
    }
  }
}

const refusal = ({ id }: HostView, message: string) => new PlotdError('ERR_CONFIG', message, { host: id })

/** The names in `otherFonts` that `fonts` lacks. */
const fontsMissing = (
  fonts: Readonly<Record<string, string>>,
  otherFonts: Readonly<Record<string, string>>,
): string[] => Object.keys(otherFonts).filter((name) => !(name in fonts))

/** The tasks that this host renders. A host that lacks a font of another host renders only patterns and photos. */
export function offeredTasks(names: readonly string[], here: About, others: readonly HostView[]): readonly string[] {
  const lacksFonts = others.some((other) => fontsMissing(here.fonts, aboutOf(other).fonts).length > 0)
  return lacksFonts ? names.filter((name) => WITHOUT_TEXT.has(name)) : names
}

/** A sentence for the operator about the fonts of this host that `other` lacks; empty when `other` lacks none. */
export function problemsOf(here: About, other: HostView): string[] {
  const about = aboutOf(other)
  const missing = fontsMissing(about.fonts, here.fonts)
  return missing.length === 0 ? [] : [`it lacks the fonts ${missing.join(', ')}: it renders only patterns and photos`]
}
