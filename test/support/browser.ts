import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'
import { packageRoot } from '../../src/threads.ts'

/** Debian's Chromium, or the one that CHROMIUM names; undefined where there is none. CI installs it. */
export const browserPath = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && existsSync(path),
)

export const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The page as `npm run build` makes it. */
export function buildPage(): void {
  execFileSync('npx', ['vite', 'build', '-c', 'clients/web/vite.config.ts'], { cwd: packageRoot, stdio: 'pipe' })
}

export interface Visit {
  readonly page: Page
  /** What the page complained of: exceptions, refused loads, policy violations. */
  readonly complaints: string[]
  close(): Promise<void>
}

export async function visit(
  url: string,
  viewport = { width: 1280, height: 800 },
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Visit> {
  if (browserPath === undefined) throw new Error('no Chromium: apt-get install chromium, or set CHROMIUM')
  const browser = await chromium.launch({ executablePath: browserPath, args: QUIET })
  const page = await browser.newPage({ viewport, colorScheme })
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(url)
  return { page, complaints, close: () => browser.close() }
}

/** A window on the sheet's canvas: how many of its pixels are dark as ink, and a sum that changes when any of them does. */
export function inkOnSheet(page: Page): Promise<{ readonly dark: number; readonly sum: number }> {
  return page.evaluate(`(() => {
    const { data } = document.querySelector('main canvas').getContext('2d').getImageData(30, 30, 500, 500)
    let [dark, sum] = [0, 0]
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] > 0 && data[i] < 110 && data[i + 1] < 110 && data[i + 2] < 150) dark++
      sum = (31 * sum + data[i]) % 1000003
    }
    return { dark, sum }
  })()`)
}
