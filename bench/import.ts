import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { comparePage, type PageAgreement, UNREADABLE } from './import/pdf-agreement.ts'
import { compareWords } from './import/pdf-words.ts'

/**
 * `npm run bench import -- FOLDER [--pages 1] [--sample N] [--keep DIR]`: checks the import of a folder's PDFs.
 *
 * The bench draws text as outlines, and compares the ink of plotd's SVG with poppler's picture of the page
 * (bench/import/pdf-agreement.ts). For each horizontal word that a stroke font can draw, the bench also compares origin
 * and width with those in poppler's output (bench/import/pdf-words.ts). `bench/import/make-corpus.sh` makes a folder of
 * PDFs.
 *
 * - `--pages`   maximum number of pages to read of each file; default: 1
 * - `--sample`  maximum number of files to read; without it, all files
 * - `--keep`    folder in which to save each SVG that differs from poppler's picture
 */
export async function run(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { pages: text, sample: text, keep: text },
    allowPositionals: true,
  })
  const [folder = ''] = positionals
  if (!existsSync(folder)) {
    console.log('needs a folder of PDFs: bench/import/make-corpus.sh makes one (poppler-utils must be installed)')
    return
  }
  const files = sampled(pdfsBelow(folder), Number(values.sample ?? 0))
  const tally = new Map<string, Tally>()
  for (const file of files) {
    const [group = '', ...below] = relative(folder, file).split('/')
    const row = rowOf(tally, below.length === 0 ? basename(folder) : group)
    await compareFile(file, Number(values.pages ?? 1), row, values.keep)
  }
  report(tally)
}

interface Tally {
  readonly verdicts: Record<PageAgreement['verdict'], number>
  readonly excluded: Map<string, number>
  readonly milliseconds: number[]
  words: number
  matched: number
  wrongWidths: number
  readonly originDistances: number[]
}

async function compareFile(file: string, pages: number, row: Tally, keep: string | undefined): Promise<void> {
  const bytes = new Uint8Array(readFileSync(file))
  for (let page = 1; page <= pages; page++) {
    const result = await comparePage(file, bytes, page)
    if (page > 1 && result.note.includes('no more pages')) return
    row.verdicts[result.verdict]++
    row.milliseconds.push(result.milliseconds)
    if (result.verdict === 'excluded') row.excluded.set(result.note, (row.excluded.get(result.note) ?? 0) + 1)
    if (!['agrees', 'excluded'].includes(result.verdict)) {
      const { lacks, extra, note } = result
      console.log(
        `${result.verdict.padEnd(9)} lacks ${percent(lacks)} extra ${percent(extra)} ${file} p${page} ${note}`,
      )
      if (keep !== undefined && result.ours !== undefined) {
        mkdirSync(keep, { recursive: true })
        writeFileSync(join(keep, `${basename(file, '.pdf')}_p${page}.svg`), result.ours)
      }
    }
    if (['refused', 'crashed'].includes(result.verdict) || result.note === UNREADABLE) return
    const { words, matched, wrongWidths, originDistances } = await compareWords(file, bytes, page)
    row.words += words
    row.matched += matched
    row.wrongWidths += wrongWidths
    row.originDistances.push(...originDistances)
  }
}

function rowOf(tally: Map<string, Tally>, name: string): Tally {
  const known = tally.get(name)
  if (known) return known
  const row: Tally = {
    verdicts: { agrees: 0, differs: 0, excluded: 0, refused: 0, crashed: 0 },
    excluded: new Map(),
    milliseconds: [],
    words: 0,
    matched: 0,
    wrongWidths: 0,
    originDistances: [],
  }
  tally.set(name, row)
  return row
}

function report(tally: ReadonlyMap<string, Tally>): void {
  const total = { compared: 0, agrees: 0 }
  for (const [name, { verdicts, excluded, milliseconds, words, matched, wrongWidths, originDistances }] of tally) {
    const compared = verdicts.agrees + verdicts.differs + verdicts.crashed
    total.compared += compared
    total.agrees += verdicts.agrees
    const off = originDistances.filter((distance) => distance > 0.01).length
    console.log(
      `${name.padEnd(14)} ${verdicts.agrees} of ${compared} agree; ${verdicts.refused} refused, ${verdicts.excluded} excluded` +
        ` (${Array.from(excluded, ([why, count]) => `${count} × ${why}`).join('; ')}); median ${median(milliseconds).toFixed(0)} ms;` +
        ` ${words} words, ${matched} matched, ${wrongWidths} widths more than 2 % wrong; ${off} of ${originDistances.length} origins more than 0.01 mm wrong`,
    )
  }
  console.log(
    `\n${total.agrees} of ${total.compared} pages agree (${percent(total.agrees / Math.max(1, total.compared))})`,
  )
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

function pdfsBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      if (statSync(path).isDirectory()) return pdfsBelow(path)
      return name.endsWith('.pdf') ? [path] : []
    })
}

const sampled = <T>(all: readonly T[], most: number): readonly T[] =>
  most === 0 || all.length <= most
    ? all
    : all.filter((_, i) => Math.floor((i * most) / all.length) !== Math.floor(((i - 1) * most) / all.length))
