import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { PlotdClient } from '../../clients/node/index.ts'
import { fastPlotter, type Looks, type Visit, visitDaemon } from './browser.ts'
import { buildPage } from './build-page.ts'
import { type StartedDaemon, startedDaemon } from './daemon.ts'

export interface PageWishes {
  /** How many times as fast as a real one the plotter is; 40. */
  readonly speed?: number
  /** What is there before the first visit. */
  readonly prepare?: (started: StartedDaemon) => Promise<unknown>
  /** Words of complaints that belong to the tests. */
  readonly forgiven?: readonly string[]
}

export interface PageTests {
  readonly started: StartedDaemon
  /** A client beside the page. */
  readonly client: PlotdClient
  /** A person opens the page, which has come when this resolves. */
  open(...looks: Looks): Promise<Page>
}

/**
 * For the tests of one description: a daemon with a plotter and its page, which each of them opens anew. What the page
 * complains of fails the test.
 */
export function pageTests({ speed = 40, prepare = async () => {}, forgiven = [] }: PageWishes = {}): PageTests {
  let started: StartedDaemon
  let visited: Visit | undefined
  beforeAll(async () => {
    await buildPage()
    started = await startedDaemon({ plotters: fastPlotter(speed) })
    await prepare(started)
  })
  afterEach(async () => {
    const complaints = visited?.complaints ?? []
    await visited?.close()
    visited = undefined
    expect(complaints.filter((each) => !forgiven.some((words) => each.includes(words)))).toEqual([])
  })
  afterAll(() => started.close())
  return {
    get started() {
      return started
    },
    get client() {
      return started.client
    },
    async open(...looks) {
      visited = await visitDaemon(started.daemon, ...looks)
      return visited.page
    },
  }
}
