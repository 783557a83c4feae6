import { UNSUCCESSFUL } from '../../../src/daemon/protocol/constants.ts'
import type { Result } from '../../../src/daemon/protocol/index.ts'
import { PlotdError } from '../../../src/errors.ts'
import type { PlotdClient } from '../../node/index.ts'
import { defineCommand } from '../args/command.ts'
import { svgLimits } from '../flags/reading-flags.ts'
import { writeFileOrExplain, writePicture } from '../io/files.ts'
import type { Io } from '../io/io.ts'
import { answerJob } from '../jobs/answer-job.ts'
import { type ContactCard, contactSheets, linesOf } from '../jobs/contact-sheet.ts'
import { findJobs } from '../jobs/find-jobs.ts'
import { reportCsv } from '../jobs/report.ts'
import { type Column, columns, oneLine } from '../ui/columns.ts'
import { ago, count, duration, metres, plural } from '../ui/format.ts'
import { warningLines } from '../ui/sentences.ts'
import { begunJobs, confirmInk, onEach, throwFirst } from './jobs.ts'

type Batch = Result<'batch.get'>
type Card = Result<'batch.cards'>['cards'][number]

const ACTS = ['hold', 'release', 'cancel', 'top', 'end'] as const
const NAME = { type: 'string', describe: 'name of the batch' } as const

export const batches = defineCommand({
  about: 'List the batches with their progress, ink and drawing time.',
  positionals: {},
  flags: {},
  examples: [['batches', '']],
  async run(_args, io) {
    const { batches: all } = await io.daemon.call('batch.list', {})
    if (io.json) for (const batch of all) io.line(batch)
    else if (all.length === 0) io.print('There is no batch. `plotd postcard --csv people.csv` makes one.')
    else io.print(...columns(all, batchColumns(Date.now()), io.width))
    return 0
  },
})

const batchColumns = (now: number): Column<Batch>[] => [
  { title: 'BATCH', text: ({ name }) => name, shrinkTo: 16 },
  { title: 'DONE', text: ({ done, cards }) => `${count(done)} of ${count(cards)}`, align: 'right' },
  {
    title: 'LEFT',
    text: ({ left, held }) => `${count(left)}${held > 0 ? ` (${count(held)} held)` : ''}`,
    align: 'right',
  },
  { title: 'SPOILED', text: ({ spoiled }) => (spoiled > 0 ? count(spoiled) : ''), align: 'right' },
  { title: 'INK', text: ({ inkMm }) => metres(inkMm), align: 'right' },
  { title: 'DRAWN', text: ({ drawnSeconds }) => duration(drawnSeconds), align: 'right' },
  { title: 'TO GO', text: ({ secondsLeft }) => (secondsLeft > 0 ? duration(secondsLeft) : ''), align: 'right' },
  { title: 'OWNER', text: ({ owners }) => owners.join(', '), expendable: 2 },
  { title: 'AGE', text: ({ createdAt }) => ago(createdAt, now), align: 'right', expendable: 1 },
]

export const batch = defineCommand({
  about:
    'Show a batch, or write its report or its contact sheet; or hold, release, cancel or move all of it. If a card to cancel has ink on paper, plotd asks first on a terminal.',
  positionals: {
    name: NAME,
    act: {
      type: 'string',
      choices: ACTS,
      describe: 'what to do with the jobs of the batch; without an act, show the batch',
    },
  },
  flags: {
    report: {
      type: 'string',
      describe: 'write each attempt at a row as CSV to this file; - is stdout',
      requiresArg: true,
    },
    sheet: { type: 'string', describe: 'write a contact sheet to this .pdf or .png file', requiresArg: true },
    columns: { type: 'number', default: 4, describe: 'cards beside each other on the contact sheet' },
    order: { type: 'string', choices: ['row', 'title', 'pen'], describe: 'draw the waiting cards in this order' },
    yes: {
      alias: 'y',
      type: 'boolean',
      default: false,
      describe: 'with cancel: do not ask about cards with ink on paper',
    },
  },
  examples: [
    ['batch xmas', 'its progress and its cards that need you'],
    ['batch xmas hold', 'hold every waiting card'],
    ['batch xmas --sheet xmas.pdf', 'look at every card before ink'],
    ['batch xmas --report rows.csv', 'for the accounts'],
  ],
  async run({ name, act: action, report, sheet, columns: across, order, yes }, io) {
    const which = String(name)
    const acts = [action, report && '--report', sheet && '--sheet', order && '--order'].filter(Boolean)
    if (acts.length > 1) throw new PlotdError('ERR_PARAMS', `${acts.join(', ')}: expected one of them at a time`)
    if (report !== undefined) return await writeReport(which, report, io)
    if (sheet !== undefined) return await writeSheet(which, sheet, across, io)
    if (order !== undefined) {
      const by = order as 'row' | 'title' | 'pen'
      return answer(await io.daemon.call('batch.order', { name: which, by }), 'are', `drawn in order of ${by}`, io)
    }
    if (action === 'top' || action === 'end') {
      const words = action === 'top' ? 'drawn next' : 'drawn after the other jobs of the same priority'
      return answer(await io.daemon.call('batch.move', { name: which, to: action }), 'are', words, io)
    }
    if (action === 'hold') return answer(await io.daemon.call('batch.hold', { name: which }), 'are', 'held', io)
    if (action === 'release')
      return answer(await io.daemon.call('batch.release', { name: which }), 'were', 'released', io)
    if (action === 'cancel') {
      if (!yes) await confirmCancel(which, io)
      return answer(await io.daemon.call('batch.cancel', { name: which }), 'were', 'canceled', io)
    }
    const [summary, cards] = await Promise.all([io.daemon.call('batch.get', { name: which }), allCards(which, io)])
    io.answer({ ...summary, cards }, () => sentences(summary, cards))
    return 0
  },
})

/** Asks before a card with ink is canceled. @throws PlotdError ERR_JOB_STATE without a yes or a terminal */
async function confirmCancel(name: string, io: Io): Promise<void> {
  const touched = await begunJobs(io, ({ touched, batch }) => touched && batch?.name === name)
  await confirmInk(touched, 'Cancel the cards?', `batch ${name} cancel`, io)
}

const SINGULAR = { are: 'is', were: 'was' } as const

function answer({ changed, ...rest }: Result<'batch.hold'>, verb: keyof typeof SINGULAR, what: string, io: Io): number {
  const agrees = changed === 1 ? SINGULAR[verb] : verb
  io.answer({ changed, ...rest }, () => [`${plural(changed, 'card')} of ${rest.batch.name} ${agrees} ${what}.`])
  return 0
}

function sentences(batch: Batch, cards: readonly Card[]): string[] {
  const { name, done, left, held, spoiled, failed, canceled, interrupted } = batch
  const otherCounts = [
    ...(held > 0 ? [`${count(held)} held`] : []),
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
    ...(interrupted > 0 ? [`${count(interrupted)} interrupted`] : []),
    ...(canceled > 0 ? [`${count(canceled)} canceled`] : []),
    ...(spoiled > 0 ? [`${count(spoiled)} spoiled and drawn again`] : []),
  ]
  const stoppedCards = cards.filter(({ status }) => status === 'failed' || status === 'interrupted')
  return [
    `${name}: ${count(done)} of ${plural(batch.cards, 'card')} drawn, ${count(left)} left${otherCounts.length > 0 ? `; ${otherCounts.join(', ')}` : ''}.`,
    `  ${metres(batch.inkMm)} of ink in ${duration(batch.drawnSeconds)}; ${toGo(batch)}.`,
    ...stoppedCards.map(({ row, title, status, error }) => `  row ${row}, ${oneLine(title)}: ${error ?? status}`),
  ]
}

/** The ink and the time that are left. The time of a card is unknown before the card is rendered. */
const toGo = ({ left, inkLeftMm, secondsLeft }: Batch): string =>
  left > 0 && secondsLeft === 0
    ? 'the ink and the time left are not known before the cards are rendered'
    : `${metres(inkLeftMm)} and about ${duration(secondsLeft)} to go`

async function allCards(name: string, io: Io): Promise<readonly Card[]> {
  const cards: Card[] = []
  let from: number | undefined = 0
  while (from !== undefined) {
    const page: Result<'batch.cards'> = await io.daemon.call('batch.cards', { name, from, limit: 1000 })
    cards.push(...page.cards)
    from = page.next
  }
  return cards
}

async function writeReport(name: string, file: string, io: Io): Promise<number> {
  const cards = await allCards(name, io)
  await writeFileOrExplain(file, reportCsv(cards))
  if (file !== '-') io.answer({ file, cards: cards.length }, () => `Wrote ${plural(cards.length, 'row')} to ${file}.`)
  return 0
}

const NOT_RENDERED: ReadonlySet<string> = new Set(['held', 'scheduled', 'queued', 'started'])

/** The SVG of a card in the output folder; undefined when it was removed from there. */
async function svgAt(output: string, client: Pick<PlotdClient, 'output'>): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await client.output(output))
  } catch (error) {
    if (error instanceof PlotdError && error.code === 'ERR_FILE') return undefined
    throw error
  }
}

/**
 * The SVG of a card that has no file. @returns undefined when the card cannot be rendered
 *
 * @throws PlotdError ERR_DAEMON_AWAY; the errors of `job.get`
 */
async function previewOf(id: string, io: Io): Promise<string | undefined> {
  const { task, params } = await io.daemon.call('job.get', { id })
  try {
    return (await io.daemon.call('preview.render', { task, params })).svg
  } catch (error) {
    if (error instanceof PlotdError && error.code === 'ERR_DAEMON_AWAY') throw error
    return undefined
  }
}

/** Writes the contact sheet of a batch. @throws PlotdError ERR_PARAMS when `file` is no .pdf or .png */
async function writeSheet(name: string, file: string, across: number, io: Io): Promise<number> {
  const [, kind] = /\.(pdf|png)$/i.exec(file) ?? []
  if (kind === undefined)
    throw new PlotdError('ERR_PARAMS', `--sheet ${file}: expected a name that ends in .pdf or .png`)
  const { drawingsToPdf, drawingToSvg, layoutText, readSvg } = await import('../../../src/index.ts')
  const limits = await svgLimits()
  const current = (await allCards(name, io)).filter(({ status }) => status !== 'spoiled' && status !== 'canceled')
  const client = await io.daemon.connect()
  const cards: ContactCard[] = []
  try {
    for (const { job, row, title, output, status } of current) {
      const isRendered = output !== undefined && !NOT_RENDERED.has(status)
      const svg = (isRendered ? await svgAt(output, client) : undefined) ?? (await previewOf(job, io))
      const drawing = svg === undefined ? undefined : readSvg(svg, { limits }).drawing
      cards.push({ label: `${row}  ${title}`, drawing })
    }
  } finally {
    client.close()
  }
  const letters = (text: string, size: number, width: number) => {
    const { strokes, width: wide, ascent } = layoutText(text, { size })
    const scale = Math.min(1, width / wide)
    return linesOf(strokes).map((line) => line.map((value, i) => (i % 2 === 0 ? value : value + ascent) * scale))
  }
  const columns = Math.min(12, Math.max(1, Math.round(across)))
  const pages = contactSheets(cards, { columns, title: name }, letters)
  const missing = cards.filter(({ drawing }) => drawing === undefined).length
  if (missing > 0)
    io.note(`${plural(missing, 'card')} of ${cards.length} cannot be rendered. The sheet has an empty frame for each.`)
  const files: string[] = []
  if (kind.toLowerCase() === 'pdf') {
    await writeFileOrExplain(file, drawingsToPdf(pages, { strokeWidth: 0.15, title: name }))
    files.push(file)
  } else {
    for (const [i, page] of pages.entries()) {
      const path = i === 0 ? file : file.replace(/\.png$/i, `-${i + 1}.png`)
      await writePicture(path, drawingToSvg(page, { strokeWidth: 0.15 }))
      files.push(path)
    }
  }
  io.answer(
    { files, cards: cards.length, pages: pages.length },
    () =>
      `Wrote ${plural(cards.length, 'card')} on ${plural(pages.length, 'page')} to ${files.join(', ') || 'no file'}.`,
  )
  return 0
}

export const spoiled = defineCommand({
  about: 'Say that drawn cards are no good: plotd queues each card again, and keeps the spoiled card in the history.',
  positionals: { id: { type: 'string', describe: 'ids, the ends of ids, or `last`' } },
  flags: {
    next: {
      type: 'boolean',
      default: false,
      describe: 'draw the card next; otherwise after all jobs of its priority',
    },
    why: { type: 'string', describe: 'what is wrong with the card, for the report', requiresArg: true },
    batch: { type: 'string', describe: 'with --row: name of the batch', requiresArg: true },
    row: { type: 'number', describe: 'row of that batch', requiresArg: true },
  },
  examples: [
    ['spoiled 4XK9QZ --why "the pen was dry"', 'draw the card again, after all jobs of its priority'],
    ['spoiled --batch xmas --row 17 --next', 'draw the card again, next'],
  ],
  async run({ id, next, why, batch: name, row }, io) {
    const words = [id ?? []].flat().map(String)
    if (name !== undefined && words.length > 0)
      throw new PlotdError('ERR_PARAMS', 'Expected ids, or --batch and --row, not both')
    if (name === undefined && row !== undefined)
      throw new PlotdError('ERR_PARAMS', '--row needs --batch: expected the name of a batch')
    const ids = name === undefined ? await findJobs(io.daemon, words) : [await cardOf(name, row, io)]
    if (ids.length === 0)
      throw new PlotdError('ERR_PARAMS', 'Which job? Expected ids, the ends of ids, `last`, or --batch and --row')
    const how = { place: next ? ('next' as const) : ('end' as const), ...(why === undefined ? {} : { why }) }
    // With `next`, each card goes before the cards of the earlier calls. So the first call is for the last card.
    const refusals = await onEach(next ? ids.toReversed() : ids, async (jobId) => {
      const job = await io.daemon.call('job.spoiled', { id: jobId, ...how })
      await answerJob(job.repeated ? 'Already queued' : 'Queued again', job, io)
      io.note(...warningLines(job.notes, io.notePaint))
    })
    throwFirst(refusals, io)
    return 0
  },
})

/**
 * The attempt at a row that a user means: the last one that is not spoiled, failed or canceled. If there is none, the
 * last one with ink on paper, else the last one.
 *
 * @throws PlotdError ERR_PARAMS
 */
async function cardOf(name: string, row: number | undefined, io: Io): Promise<string> {
  if (row === undefined) throw new PlotdError('ERR_PARAMS', '--batch needs --row: expected the number of a row')
  const attempts = (await allCards(name, io)).filter((attempt) => attempt.row === row)
  const card =
    attempts.findLast(({ status }) => status !== 'spoiled' && !UNSUCCESSFUL.has(status)) ??
    attempts.findLast(({ inkMm }) => inkMm > 0) ??
    attempts.at(-1)
  if (card) return card.job
  throw new PlotdError('ERR_PARAMS', `--row ${row}: the batch ${name} has no such row`, {
    remedy: `Row 1 of a table is its header. \`plotd batch ${name} --report FILE.csv\` lists the rows.`,
  })
}
