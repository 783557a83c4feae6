import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { chromium } from 'playwright-core'
import { type Agreement, AgreementTest } from './svg/agreement.ts'
import { strokeFontsOnly } from './svg/font-folder.ts'
import { Records } from './svg/records.ts'

/*
 * `npm run bench svg-agreement -- [FOLDER] [--sample N] [--records FILE] [--pictures DIR]`: counts how many SVGs of a
 * folder plotd draws as a browser shows them. Chromium shows the original, with every shape forced to a thin outline,
 * and shows plotd's drawing; bench/svg/agreement.ts compares the two pictures. A sample is spread evenly over the
 * folder: 100 files, or N; `--sample 0` is every file. With `--records`, a run takes the verdict of an unchanged
 * comparison from FILE.
 */
const CHROMIUM = '/usr/bin/chromium'
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
const DEFAULT_FOLDER = '/usr/share/openclipart/svg'

export async function run(args: readonly string[]): Promise<void> {
  const option = (name: string): string | undefined => args[args.indexOf(name) + 1 || args.length]
  const folder = args[0]?.startsWith('--') === false ? args[0] : DEFAULT_FOLDER
  if (!existsSync(folder) || !existsSync(CHROMIUM)) {
    console.log(`needs ${CHROMIUM} and a folder of SVGs (${folder}): apt-get install chromium openclipart-svg`)
    return
  }
  const files = sampled(svgsBelow(folder), Number(option('--sample') ?? 100))
  const fonts = strokeFontsOnly()
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, env: fonts.env })
  try {
    const records = new Records(option('--records'))
    report(
      await compared(
        await AgreementTest.open(browser, option('--pictures') !== undefined),
        files,
        records,
        option('--pictures'),
      ),
      files.length,
    )
  } finally {
    await browser.close()
    rmSync(fonts.folder, { recursive: true, force: true })
  }
}

async function compared(
  test: AgreementTest,
  files: readonly string[],
  records: Records,
  pictures: string | undefined,
): Promise<Agreement[]> {
  const agreements: Agreement[] = []
  for (const file of files) {
    const { pictures: both, ...agreement } = await test.compare(file, records.find)
    agreements.push({ ...agreement, file })
    records.add(agreement)
    if (agreement.verdict === 'agrees') continue
    const { lacks, extra, verdict, note } = agreement
    console.log(`${verdict.padEnd(13)} lacks ${percent(lacks)} extra ${percent(extra)} ${file} ${note}`)
    if (pictures === undefined || both === undefined) continue
    mkdirSync(pictures, { recursive: true })
    writeFileSync(join(pictures, `${basename(file)}.original.png`), both.original)
    writeFileSync(join(pictures, `${basename(file)}.ours.png`), both.ours)
  }
  return agreements
}

function report(agreements: readonly Agreement[], total: number): void {
  const blank = agreements.filter(({ note }) => note === 'blank').length
  const counts = new Map<string, number>()
  for (const { verdict } of agreements) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  const times = agreements.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  console.log(`\n${total} files: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}`)
  const agree = counts.get('agrees') ?? 0
  console.log(
    `agreement ${percent(agree / total)}; ${percent((agree - blank) / (total - blank))} without the ${blank} files that are blank in both`,
  )
  console.log(`reading: median ${times[Math.floor(total / 2)]?.toFixed(0)} ms, slowest ${times.at(-1)?.toFixed(0)} ms`)
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`.padStart(7)

function svgsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.svgz?$/i.test(path))
    .map((path) => join(folder, path))
    .filter((path) => lstatSync(path).isFile())
    .sort()
}

function sampled(files: readonly string[], most: number): string[] {
  if (most === 0 || files.length <= most) return [...files]
  return Array.from({ length: most }, (_, i) => files[Math.floor((i * files.length) / most)] ?? '')
}
