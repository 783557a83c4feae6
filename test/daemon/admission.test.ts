import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StartedDaemon, startedDaemon } from '../support/daemon.ts'

const GOOD = '<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="20mm"><path d="M1 1L9 9"/></svg>'
const NOWHERE = '0'.repeat(64)

let plotd: StartedDaemon
beforeAll(async () => {
  plotd = await startedDaemon({ svg: { elements: 100 } })
})
afterAll(() => plotd.close())

const total = async () => (await plotd.client.call('job.list', {})).total

describe('a job that a thread checks at the submit', () => {
  it('is accepted when its SVG is valid', async () => {
    await expect(plotd.client.submit({ task: 'svg', params: { svg: GOOD }, hold: true })).resolves.toMatchObject({
      status: 'held',
    })
  })

  it.each([
    ['a text that is no SVG', 'svg', { svg: 'not an svg' }, 'ERR_SVG_INVALID', /line 1/],
    ['an SVG that ends too early', 'svg', { svg: GOOD.slice(0, -8) }, 'ERR_SVG_INVALID', /line 1/],
    [
      'more elements than the limit',
      'svg',
      { svg: GOOD.replace('<path', `${'<g/>'.repeat(100)}<path`) },
      'ERR_SVG_LIMIT',
      /100/,
    ],
    ['text too long for its line', 'text', { text: 'much too long', path: 'M 10 60 H 30' }, 'ERR_PARAMS', /try fit/],
    ['an invalid line', 'text', { text: 'x', path: 'M 10 60 L' }, 'ERR_PARAMS', /SVG path data/],
    ['an SVG that was never uploaded', 'svg', { upload: NOWHERE }, 'ERR_FILE', /no upload/],
    ['a photo that was never uploaded', 'photo', { upload: NOWHERE }, 'ERR_FILE', /no upload/],
  ])('is refused before anything is queued: %s', async (_, task, params, code, message) => {
    const before = await total()
    const refused = plotd.client.submit({ task, params })
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    expect(await total()).toBe(before)
  })

  it('has a title that is cut to 200 characters, as in a check, when its parameters give a longer one', async () => {
    const { sha256 } = await plotd.client.upload(new TextEncoder().encode(GOOD))
    const name = 'x'.repeat(195)
    const job = { task: 'tile', params: { upload: sha256, name } }
    const title = `${name}, she`
    expect(await plotd.client.submit({ ...job, hold: true })).toMatchObject({ title })
    expect(await plotd.client.call('job.check', { jobs: [job] })).toMatchObject([{ title }])
  })

  it('has no half of a character at the end of its title', async () => {
    const { sha256 } = await plotd.client.upload(new TextEncoder().encode(GOOD))
    const job = { task: 'svg', params: { upload: sha256, name: `${'x'.repeat(199)}😀` } }
    expect(await plotd.client.call('job.check', { jobs: [job] })).toMatchObject([{ title: 'x'.repeat(199) }])
  })

  it('is refused when the file uploaded as a photo is no picture', async () => {
    const { sha256 } = await plotd.client.upload(new TextEncoder().encode('neither PNG nor JPEG'))
    await expect(plotd.client.submit({ task: 'photo', params: { upload: sha256 } })).rejects.toMatchObject({
      code: 'ERR_FILE',
      message: expect.stringContaining('no PNG'),
    })
  })

  it('is refused together with the other jobs of its submit when it is invalid', async () => {
    const before = await total()
    const jobs = [GOOD, '<svg'].map((svg) => ({ task: 'svg', params: { svg } }))
    await expect(plotd.client.call('job.submitAll', { jobs })).rejects.toMatchObject({
      code: 'ERR_SVG_INVALID',
      message: expect.stringMatching(/^job 2 of 2: /),
      detail: { index: 1 },
    })
    expect(await total()).toBe(before)
  })
})
