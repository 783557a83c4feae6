import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailMerge } from '../../clients/node/index.ts'

import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'
import { until } from '../support/until.ts'

const ROWS = 12
const TEMPLATES = ['birthday', 'thank-you', 'holiday', 'sympathy']

/** Every third row has the name of the row before, and the cards of both rows must not share a file. */
const people = Array.from({ length: ROWS }, (_, i) => `Person ${i - (i % 3 === 2 ? 1 : 0)}`)
const table = [
  'recipient,message,template',
  ...people.map(
    (name, i) => `${name},"Dear number ${i}, “all the best”",${TEMPLATES[Math.floor(i / 3) % TEMPLATES.length]}`,
  ),
].join('\n')

let plotd: StartedDaemon
beforeAll(async () => {
  plotd = await startedDaemon()
})
afterAll(() => plotd.close())

describe('a table of recipients', () => {
  it('becomes one card in the output folder for each row', async () => {
    const { client } = plotd
    const { jobs } = await mailMerge(client, table)
    expect(jobs.length).toBe(ROWS)
    await until(async () => (await client.call('job.list', { status: ['finished'], limit: 1 })).total === ROWS)
    const finished = await Promise.all(jobs.map(({ id }) => client.call('job.get', { id })))
    const paths = finished.map(({ result }) => result?.path ?? '')
    const folder = join(plotd.config.output, 'postcards')
    expect(new Set(paths).size).toBe(ROWS)
    expect(readdirSync(folder).sort()).toEqual(paths.map((path) => path.replace('postcards/', '')).sort())
    const pictures = paths.map((path) => readFileSync(join(plotd.config.output, path), 'utf8'))
    expect(new Set(pictures).size).toBe(ROWS)
    expect(pictures.every((svg) => svg.endsWith('</svg>\n'))).toBe(true)
  })
})
