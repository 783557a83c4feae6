import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodePlan } from '../../clients/web/src/sheet/read-plan.ts'
import { ended, type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { planOf } from '../support/plan-bytes.ts'

describe('GET /plan/<job>', () => {
  let started: StartedDaemon
  beforeAll(async () => {
    started = await startedDaemon()
  })
  afterAll(() => started.close())

  it('gives the strokes of a rendered job, in a file that the page and the daemon read alike', async () => {
    const { id } = await started.client.submit({ task: 'text', params: { text: 'plan' } })
    await ended(started.client, id)
    const file = await started.client.plan(id)
    const [plan, decoded] = [await planOf(file), decodePlan(file)]
    expect(plan.starts.length).toBeGreaterThan(4)
    expect(decoded.points).toEqual(plan.points)
    expect(decoded.starts).toEqual(plan.starts)
    expect([decoded.width, decoded.height]).toEqual([plan.width, plan.height])
  })

  it('reads the present file in the output folder, because users edit it there', async () => {
    const { id } = await started.client.submit({ task: 'text', params: { text: 'before' } })
    const { path = '' } = (await ended(started.client, id)).result ?? {}
    const file = join(started.config.output, path)
    const before = await started.client.plan(id)
    expect(await started.client.plan(id)).toEqual(before)
    writeFileSync(file, readFileSync(file, 'utf8').replace('</svg>', '<path d="M1,1L2,2"/></svg>'))
    const [was, is] = [await planOf(before), await planOf(await started.client.plan(id))]
    expect(is.starts.length).toBe(was.starts.length + 1)
  })

  it('reports that the job’s file is gone', async () => {
    const { id } = await started.client.submit({ task: 'text', params: { text: 'gone' } })
    const { path = '' } = (await ended(started.client, id)).result ?? {}
    await started.client.plan(id)
    rmSync(join(started.config.output, path))
    await expect(started.client.plan(id)).rejects.toMatchObject({ code: 'ERR_FILE' })
  })

  it('refuses a job that is unknown, or not rendered yet', async () => {
    const { id } = await started.client.submit({ task: 'text', params: { text: 'held' }, hold: true })
    await expect(started.client.plan(id)).rejects.toMatchObject({ code: 'ERR_JOB_STATE' })
    await expect(started.client.plan('nobody')).rejects.toMatchObject({ code: 'ERR_JOB_UNKNOWN' })
  })

  it('refuses a request without a token', async () => {
    expect((await fetch(`${started.daemon.url}/plan/any`)).status).toBe(401)
  })
})
