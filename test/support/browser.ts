import { existsSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'
import type { Address } from '../../clients/node/wire.ts'

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

export interface Visit {
  readonly page: Page
  /** What the page complained of: exceptions, refused loads, policy violations. */
  readonly complaints: string[]
  close(): Promise<void>
}

/** A window of its own, or the usual one on a desk. */
export type Looks = [viewport?: { readonly width: number; readonly height: number }, colorScheme?: 'light' | 'dark']

export async function visit(
  url: string,
  ...[viewport = { width: 1280, height: 800 }, colorScheme = 'light']: Looks
): Promise<Visit> {
  if (browserPath === undefined) throw new Error('no Chromium: apt-get install chromium, or set CHROMIUM')
  const browser = await chromium.launch({ executablePath: browserPath, args: QUIET, timeout: 0 })
  const page = await browser.newPage({ viewport, colorScheme })
  page.setDefaultTimeout(0) // a test has a time limit, which is enough
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(url)
  return { page, complaints, close: () => browser.close() }
}

/** The page of a daemon, by its token, when it has come. */
export async function visitDaemon({ url, token }: Address, ...looks: Looks): Promise<Visit> {
  const visited = await visit(`${url}/#token=${token}`, ...looks)
  await visited.page.getByRole('heading', { name: 'Queue' }).waitFor()
  return visited
}

/** What the browser tests draw on, in a board that is so many times as fast as a real one. */
export const fastPlotter = (speed: number) => [
  { name: 'axidraw', profile: 'axidraw-v3', url: `sim:ebb?speed=${speed}&firmware=3.0.3` },
]

/** Where there is no Chromium the browser tests are left out, but never in CI. */
export const hasBrowser = browserPath !== undefined || process.env['CI'] !== undefined

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

interface Call {
  readonly id: number
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Holds back the daemon's answers to some of a page's calls, from its next load on. @returns what lets each of them go */
export async function holdAnswers(page: Page, isHeld: (call: Call) => boolean): Promise<(() => void)[]> {
  const held: (() => void)[] = []
  await page.routeWebSocket(/\/v1$/, (socket) => {
    const daemon = socket.connectToServer()
    const ids = new Set<number>()
    socket.onMessage((text) => {
      const call = JSON.parse(String(text)) as Call
      if (isHeld(call)) ids.add(call.id)
      daemon.send(text)
    })
    daemon.onMessage((text) => {
      const { id } = JSON.parse(String(text)) as Call
      if (ids.has(id)) held.push(() => socket.send(text))
      else socket.send(text)
    })
  })
  return held
}
