import { PlotdError } from '../../../src/errors.ts'
import { type Identity, pageNames, pageSize, profileNamed, suggestion } from '../../../src/index.ts'
import type { Io } from '../io/io.ts'
import { ask } from '../ui/prompt.ts'
import type { Host, Service } from './host.ts'
import type { MachineAnswers, PlotterEntry } from './machine.ts'

/** Answers from flags: `setup` does not ask for them. */
export interface FlagAnswers {
  readonly name: string | undefined
  readonly profile: string | undefined
  readonly size: string | undefined
  readonly 'pen-up': number | undefined
  readonly 'pen-down': number | undefined
  readonly y: string | undefined
  readonly paper: string | undefined
  readonly lan: boolean | undefined
  readonly service: string | undefined
}

/** Asks the user. Without a terminal, or with `acceptsAll`, takes each proposal. */
export class Questions {
  readonly #io: Io
  readonly canAsk: boolean

  /** @param acceptsAll  `--yes` */
  constructor(io: Io, acceptsAll: boolean) {
    this.#io = io
    this.canAsk = io.isInteractive && !acceptsAll
  }

  async text(question: string, proposed: string): Promise<string> {
    if (!this.canAsk) return proposed
    return (await ask(`${question} [${proposed}] `)) || proposed
  }

  async number(question: string, proposed: number, least: number, most: number): Promise<number> {
    for (;;) {
      const value = Number(await this.text(question, String(proposed)))
      if (value >= least && value <= most) return value
      this.#io.note(`Expected a number from ${least} to ${most}.`)
    }
  }

  async yes(question: string, proposed: boolean): Promise<boolean> {
    if (!this.canAsk) return proposed
    const answer = await ask(`${question} [${proposed ? 'Y/n' : 'y/N'}] `)
    return answer === '' ? proposed : /^y/i.test(answer)
  }

  /** Asks for one of several choices, by its number or its name. @returns the name; without choices an empty string */
  async choice(question: string, choices: readonly (readonly [name: string, description: string])[]): Promise<string> {
    const [first] = choices
    if (!this.canAsk || choices.length < 2) return first?.[0] ?? ''
    this.#io.note(
      question,
      ...choices.map(([name, description], i) => `  ${String(i + 1).padStart(2)}  ${description} (${name})`),
    )
    for (;;) {
      const answer = await this.text('Number or name', '1')
      const chosen = choices[Number(answer) - 1]?.[0] ?? choices.find(([name]) => name === answer)?.[0]
      if (chosen) return chosen
      this.#io.note(`Expected a number from 1 to ${choices.length}, or a name.`)
    }
  }
}

/** Asks for the facts that only the user knows. */
export async function askMachine(
  identity: Identity,
  flags: FlagAnswers,
  questions: Questions,
): Promise<MachineAnswers> {
  const proposed = suggestion(identity)
  const profile =
    flags.profile ??
    (await questions.choice(
      'Which machine is it?',
      proposed.choices.map((name) => [name, profileNamed(name).title] as const),
    ))
  const { pen, width, height, dialect } = profileNamed(profile)
  const name = flags.name ?? (await questions.text('Name of the plotter', proposed.name))
  const size = flags.size ?? (await sizeQuestion(questions, proposed.size, { width, height }, dialect))
  if (dialect === 'hpgl') return { name, profile, size: sizeOf(size) }
  const penUp = flags['pen-up'] ?? (await questions.number('Height of the raised pen, percent', pen.upPercent, 0, 100))
  const penDown =
    flags['pen-down'] ?? (await questions.number('Height of the pen while it draws, percent', pen.downPercent, 0, 100))
  const yUp = dialect === 'grbl' ? await askYUp(flags, questions) : true
  return { name, profile, size: sizeOf(size), penUp, penDown, yUp }
}

async function askYUp({ y }: FlagAnswers, questions: Questions): Promise<boolean> {
  if (y !== undefined) return y === 'away'
  return await questions.yes('Does the carriage move away from you when y grows?', true)
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Asks for the reach of a machine that reads G-code. For other machines, the profile or the board gives the reach. */
async function sizeQuestion(
  questions: Questions,
  reported: Size | undefined,
  own: Size,
  dialect: string,
): Promise<string | undefined> {
  if (dialect !== 'grbl' && dialect !== 'marlin') return undefined
  const { width, height } = reported ?? own
  return questions.text('How far does the pen reach, width x height in mm?', `${width}x${height}`)
}

function sizeOf(word: string | undefined): Size | undefined {
  if (word === undefined) return undefined
  const [, width, height] = /^(\d+(?:\.\d+)?)\s*x\s*(\d+(?:\.\d+)?)(?:mm)?$/.exec(word.trim()) ?? []
  if (width !== undefined && height !== undefined) return { width: Number(width), height: Number(height) }
  throw new PlotdError('ERR_PARAMS', `--size ${word}: expected WIDTHxHEIGHT in mm, say 297x210`)
}

const PAPERS = ['a6', 'a5', 'a4', 'letter', 'a3'] as const

/** An HP-GL plotter moves its sheet, which is longer than the pen's reach by up to this much, mm. */
const HPGL_MARGINS = 40

/**
 * Asks for the paper. Proposes the paper of the entry. If the entry has none, proposes the largest of A3, A4 and A5
 * whose long side fits into the profile's width, else A6. For HP-GL, `HPGL_MARGINS` is added to the width.
 */
export async function askPaper(
  { paper }: PlotterEntry,
  profile: string,
  flags: FlagAnswers,
  questions: Questions,
): Promise<string> {
  const { width, dialect } = profileNamed(profile)
  const widest = dialect === 'hpgl' ? width + HPGL_MARGINS : width
  const question = `Which paper do you use: ${PAPERS.join(', ')}, or a size such as 148x105mm?`
  const answer = flags.paper ?? (await questions.text(question, paper ?? usualPaper(widest)))
  if (pageSize(answer) !== undefined) return answer
  throw new PlotdError(
    'ERR_PARAMS',
    `--paper ${answer}: expected one of ${pageNames.join(', ')}, or a size such as 148x105mm`,
  )
}

function usualPaper(widestMm: number): string {
  if (widestMm >= 420) return 'a3'
  if (widestMm >= 297) return 'a4'
  return widestMm >= 210 ? 'a5' : 'a6'
}

export async function askService(host: Host, flags: FlagAnswers, questions: Questions): Promise<Service> {
  const service = flags.service ?? process.env['PLOTD_SERVICE']
  if (service) {
    const known = host.services.find((candidate) => candidate === service)
    if (known) return known
    const source = flags.service === undefined ? `PLOTD_SERVICE=${service}` : `--service ${service}`
    throw new PlotdError(
      'ERR_PARAMS',
      `${source}: expected one of ${host.services.join(', ')}, which this user can run here`,
    )
  }
  return (await questions.choice(
    'How should plotd run?',
    host.services.map((name) => [name, SERVICES[name]] as const),
  )) as Service
}

const SERVICES: Readonly<Record<Service, string>> = {
  user: 'your own service, which starts with this computer',
  system: 'a service of this computer',
  launchd: 'your own service, which starts with your login',
  background: 'in the background from now on, until this computer stops',
  none: 'not now: you start it with `plotd serve`',
}
