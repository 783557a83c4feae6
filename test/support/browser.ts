import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Daemon } from '../../src/daemon/daemon.ts'

const PROGRAMS = ['chromium-headless-shell', 'chromium', 'chromium-browser'].map((name) => `/usr/bin/${name}`)

/**
 * The Chromium that CHROMIUM names, else Debian's; undefined when there is none. In the headless shell, which CI
 * installs, a page takes half the processor time that it takes in a full Chromium.
 */
export const browserPath = [process.env['CHROMIUM'], ...PROGRAMS].find((path) => path !== undefined && existsSync(path))

export const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--accept-lang=en-US,en',
]

export interface Visit {
  readonly page: Page
  /** Errors of the page's console: exceptions, refused loads, policy violations. */
  readonly errors: string[]
  close(): Promise<void>
}

/** Size of the window (default 1280 × 800) and colour scheme (default light). */
export type Looks = [viewport?: { readonly width: number; readonly height: number }, colorScheme?: 'light' | 'dark']

let browser: Promise<Browser> | undefined

/** One Chromium for all tests of this process. It ends with the process. */
export function sharedBrowser(): Promise<Browser> {
  if (browserPath === undefined)
    throw new Error('no Chromium: apt-get install chromium-headless-shell, or set CHROMIUM')
  browser ??= chromium.launch({ executablePath: browserPath, args: QUIET, timeout: 0 })
  return browser
}

/** Opens a page with cookies, storage and cache of its own. */
export async function visit(
  url: string,
  ...[viewport = { width: 1280, height: 800 }, colorScheme = 'light']: Looks
): Promise<Visit> {
  const context = await (await sharedBrowser()).newContext({ viewport, colorScheme })
  context.setDefaultTimeout(0) // the test's own time limit is enough
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.goto(url)
  return { page, errors, close: () => context.close() }
}

/** Opens the page of a daemon and logs in. Resolves when the page shows the queue. */
export async function visitDaemon(daemon: Pick<Daemon, 'loginLink'>, ...looks: Looks): Promise<Visit> {
  const visited = await visit(daemon.loginLink(), ...looks)
  await visited.page.getByRole('heading', { name: 'Queue' }).waitFor()
  return visited
}

export const PLOTTER = 'axidraw'

/** The simulated plotter of the browser tests. @param speed  as a multiple of a real plotter */
export const fastPlotter = (speed: number) => [
  { name: PLOTTER, profile: 'axidraw-v3', url: `sim:ebb?speed=${speed}&firmware=3.0.3` },
]

/** Whether browser tests run. They always run in CI, where they fail without a Chromium. */
export const runsBrowserTests = browserPath !== undefined || process.env['CI'] !== undefined

/** Counts the dark opaque pixels among 500 × 500 of the sheet's canvas. `sum` is a checksum of all red values. */
export function inkOnSheet(page: Page): Promise<{ readonly dark: number; readonly sum: number }> {
  return page.evaluate(`(() => {
    const { data } = document.querySelector('main canvas').getContext('2d').getImageData(30, 30, 500, 500)
    let [dark, sum] = [0, 0]
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] === 255 && data[i] < 110 && data[i + 1] < 110 && data[i + 2] < 150) dark++
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

/**
 * Delays the daemon's answers to some requests of the page, from the next load of the page on.
 *
 * @returns a list that grows by a function for each held answer; the function sends the answer to the page
 */
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

export interface Line {
  /** The methods of all calls of the page, except those that `silence` dropped. */
  readonly methods: readonly string[]
  /** Closes the connection. Each further connection ends at once. */
  cut(): Promise<void>
  /** Drops all messages, as a pulled cable does: neither end notices. Each further connection ends at once. */
  silence(): void
  /** Lets the page connect again. A silent connection that is still open carries messages again, too. */
  mend(): void
  /**
   * After `cut`: lets the page connect again, as if the daemon no longer kept the missed events. The daemon then sends
   * a snapshot, so the page shows no state between the cut and now. After `mend`, replayed events may show such states.
   */
  mendAndForget(): void
}

/** The connection of the page to the daemon, from the page's next load on. */
export async function lineOf(page: Page): Promise<Line> {
  let isCut = false
  let isForgotten = false
  let isSilent = false
  const methods: string[] = []
  let hangUp = async (): Promise<void> => {}
  await page.routeWebSocket(/\/v1$/, async (socket) => {
    if (isCut || isSilent) return socket.close()
    const daemon = socket.connectToServer()
    socket.onMessage((text) => {
      if (isSilent) return
      const call = JSON.parse(String(text)) as Call
      methods.push(call.method)
      const { since: _, ...params } = call.params
      daemon.send(isForgotten ? JSON.stringify({ ...call, params }) : text)
    })
    daemon.onMessage((text) => {
      if (!isSilent) socket.send(text)
    })
    socket.onClose(() => daemon.close())
    hangUp = async () => {
      await daemon.close()
      await socket.close()
    }
  })
  return {
    methods,
    silence: () => {
      isSilent = true
    },
    cut: () => {
      isCut = true
      return hangUp()
    },
    mend: () => {
      isCut = false
      isSilent = false
    },
    mendAndForget: () => {
      isForgotten = true
      isCut = false
    },
  }
}
