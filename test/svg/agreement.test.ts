import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AgreementTest } from '../../bench/svg/agreement.ts'
import { strokeFontsOnly } from '../../bench/svg/font-folder.ts'
import { packageRoot } from '../../src/threads.ts'
import { browserPath, QUIET, runsBrowserTests } from '../support/browser.ts'
import { sample } from '../support/fuzz.ts'
import { removeFolder } from '../support/remove-folder.ts'

/**
 * The golden SVGs, each about one rule or one mistake. `files` are a sample of them. plotd draws each file, and a
 * browser shows it with every visible shape forced to a thin outline. The ink must be in the same places.
 */
const folder = join(packageRoot, 'test/golden/svg')
const files = sample(
  readdirSync(folder).filter((name) => name.endsWith('.svg')),
  25,
  1000,
)
const BASELINES = 'plotd uses the baselines of the usual fonts; this browser has only stroke fonts'
const STROKES = 'the frame of this test makes strokes thin, so that the boxes around them are too small'
/**
 * Files that are known to differ, each with the reason. A file that agrees again fails the test, so that the list stays
 * true.
 */
const KNOWN: Readonly<Record<string, string>> = {
  'bl-dom-al.svg': BASELINES,
  'xt-db-auto-2.svg': BASELINES,
  'xt-db-auto-6.svg': BASELINES,
  'xt-db-auto-7.svg': BASELINES,
  'xt-db-auto-10.svg': BASELINES,
  'clip-more-shape-box.svg': STROKES,
  'clip-more-shapes.svg': STROKES,
  'ym-clip-css-box.svg': STROKES,
  'tr-stroke-box.svg': STROKES,
  'xs-wh-zero.svg': 'a root with width 0 is not drawn; the frame of this test gives it another width',
  'yf-filter-6.svg': 'the frame of this test removes the empty filter, which hides a circle in a marker',
  'xv-image-foreign.svg': 'the text of HTML has no outline here',
  'yt-bidi.svg': 'plotd and the browser place a span differently when it overrides the direction inside a text',
}
const fonts = strokeFontsOnly()
const scratch = mkdtempSync(join(tmpdir(), 'plotd-agreement-'))

describe.runIf(runsBrowserTests)('SVGs in a real browser', () => {
  let browser: Browser
  let agreement: AgreementTest

  beforeAll(async () => {
    if (browserPath === undefined)
      throw new Error('no Chromium: apt-get install chromium-headless-shell, or set CHROMIUM')
    browser = await chromium.launch({ executablePath: browserPath, args: QUIET, env: fonts.env, timeout: 0 })
    agreement = await AgreementTest.open(browser)
  })

  afterAll(async () => {
    await browser.close()
    removeFolder(fonts.folder)
    removeFolder(scratch)
  })

  it(`show the lines that plotd draws: ${files.length} files`, { timeout: 900_000 }, async () => {
    const differing: string[] = []
    for (const name of files) {
      const { verdict, lacks, extra } = await agreement.compare(join(folder, name))
      const isKnown = Object.hasOwn(KNOWN, name)
      if (verdict === 'agrees' ? isKnown : !isKnown)
        differing.push(`${name} ${verdict}, lacks ${lacks}, extra ${extra}`)
    }
    expect(differing).toEqual([])
  })

  it('differ from a drawing with an extra or a misplaced line', async () => {
    const [here, there] = ['<rect x="20" y="20" width="50" height="50">', '<circle cx="150" cy="150" r="20"/>']
    const now = '<set id="now" attributeName="class" to="now"/>'
    const animated = (attribute: string, to: string): string =>
      `${here}${now}<set begin="now.begin" attributeName="${attribute}" to="${to}"/></rect>${there}`
    const verdicts: string[] = []
    // A browser runs an animation whose `begin` names another animation, but plotd does not. So these SVGs must differ.
    const word = `<text x="20" y="120" font-size="20">Word${now}<set begin="now.begin" attributeName="x" to="23"/></text>`
    for (const inside of [animated('display', 'none'), animated('x', '23'), animated('width', '58'), word]) {
      const file = join(scratch, `${verdicts.length}.svg`)
      writeFileSync(file, `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200">${inside}</svg>`)
      verdicts.push((await agreement.compare(file)).verdict)
    }
    expect(verdicts).toEqual(['differs', 'differs', 'differs', 'differs'])
  })
})
