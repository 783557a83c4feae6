import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { PlotdClient } from '../../clients/node/index.ts'
import type { ConfigInput } from '../../src/daemon/config/schema.ts'
import { fastPlotter, type Looks, PLOTTER, type Visit, visitDaemon } from './browser.ts'
import { buildPage } from './build-page.ts'
import { type StartedDaemon, startedDaemon } from './daemon.ts'
import { until } from './until.ts'

export interface PageSettings {
  /** Speed of the simulated plotter as a multiple of a real plotter's; 40 when absent. */
  readonly speed?: number
  /** Settings of the daemon, besides one simulated plotter. */
  readonly config?: Partial<ConfigInput>
  /** Runs before the first visit. */
  readonly prepare?: (started: StartedDaemon) => Promise<unknown>
  /** Parts of error messages that the tests provoke. */
  readonly expectedErrors?: readonly string[]
}

export interface PageTests {
  readonly started: StartedDaemon
  /** Another client of the same daemon. */
  readonly client: PlotdClient
  /** Opens the page in Chromium. Resolves when the page shows the queue. */
  open(...looks: Looks): Promise<Page>
}

/**
 * A daemon with a simulated plotter for the tests of one `describe`. Each test opens the page without earlier
 * cookies or storage. An error in the page's console fails the test.
 */
export function pageTests(settings: PageSettings = {}): PageTests {
  const { speed = 40, config = {}, prepare = async () => {}, expectedErrors = [] } = settings
  let started: StartedDaemon
  let visited: Visit | undefined
  beforeAll(async () => {
    await buildPage()
    started = await startedDaemon({ plotters: fastPlotter(speed), ...config })
    await until(async () => (await started.client.call('plotter.get', { name: PLOTTER })).state.is === 'idle')
    await prepare(started)
  })
  afterEach(async ({ task }) => {
    const errors = visited?.errors ?? []
    await visited?.close()
    visited = undefined
    if (task.result?.state === 'fail') await cancelJobs(started.client)
    expect(errors.filter((each) => !expectedErrors.some((words) => each.includes(words)))).toEqual([])
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

/**
 * Cancels the queued, rendered and interrupted jobs that a failed test left. With such a job, later tests would wait
 * until their time limit.
 */
async function cancelJobs(client: PlotdClient): Promise<void> {
  const { jobs } = await client.call('job.list', { status: ['queued', 'rendered', 'interrupted'] })
  for (const { id } of jobs) await client.call('job.cancel', { id })
  await client.call('plotter.unready', { name: PLOTTER })
}
