import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startedDaemon } from '../support/daemon.ts'
import { SVG_FONT } from '../support/font-file.ts'
import { tempFolder } from '../support/temp-folder.ts'

let daemon: Awaited<ReturnType<typeof startedDaemon>>
beforeAll(async () => {
  const fonts = tempFolder()
  writeFileSync(join(fonts, 'boxes.svg'), SVG_FONT)
  daemon = await startedDaemon({ fonts })
})
afterAll(() => daemon.close())

const finished = async (id: string) => {
  await expect.poll(async () => (await daemon.client.call('job.get', { id })).status).toMatch(/finished|failed/)
  return daemon.client.call('job.get', { id })
}

describe('a daemon with a folder of fonts', () => {
  it('lists the fonts, sets text in them on its threads, and reports at submit which characters the fonts lack', async () => {
    const { fonts } = await daemon.client.call('fonts.list', {})
    expect(fonts.map(({ name }) => name)).toContain('boxes')
    const job = await daemon.client.call('job.submit', { task: 'text', params: { text: 'AaZ', font: 'boxes' } })
    expect(job.notes).toMatchObject([{ code: 'lent-glyph', message: expect.stringContaining('“Z”') }])
    expect(await finished(job.id)).toMatchObject({ status: 'finished', result: { strokes: 3 } })
  })
})

describe('a font that was uploaded', () => {
  it('is named by its hash for the message and the greeting of a card, and its missing characters are reported at submit', async () => {
    const { sha256 } = await daemon.client.upload(SVG_FONT)
    const params = { recipient: 'Aa', message: 'aaZ', font: sha256, greetingFont: sha256, greeting: 'A' }
    const job = await daemon.client.call('job.submit', { task: 'postcard', params })
    expect(job.notes).toMatchObject([{ code: 'lent-glyph', message: expect.stringMatching(/^message: “Z”/) }])
    const done = await finished(job.id)
    expect(done).toMatchObject({ status: 'finished' })
    expect(done.result?.warnings.map(({ code }) => code)).toEqual(['lent-glyph'])
    const [checked] = await daemon.client.call('job.check', { jobs: [{ task: 'postcard', params }] })
    expect(checked?.warnings).toMatchObject([{ code: 'lent-glyph' }])
  })

  it('is refused at submit when it is no font or is missing, and so is a strict text that would lose a character', async () => {
    const submit = (params: object) =>
      daemon.client.call('job.submit', { task: 'text', params: { text: 'AZ', ...params } })
    const picture = await daemon.client.upload('<svg xmlns="http://www.w3.org/2000/svg"/>')
    await expect(submit({ font: picture.sha256 })).rejects.toMatchObject({ code: 'ERR_FONT_INVALID' })
    await expect(submit({ font: '0'.repeat(64) })).rejects.toMatchObject({ code: 'ERR_FILE' })
    const { sha256 } = await daemon.client.upload(SVG_FONT)
    await expect(submit({ font: sha256, strict: true, text: 'A 🎈' })).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })
})

it.each(['/etc/passwd', '../boxes.svg', './boxes.svg', 'boxes.svg'])(
  'a submit refuses the font %s, because plotd reads no font from a path of a job',
  async (font) => {
    const request = daemon.client.call('job.submit', { task: 'text', params: { text: 'A', font } })
    await expect(request).rejects.toMatchObject({
      code: 'ERR_PARAMS',
      message: expect.stringContaining('name of a font'),
    })
  },
)
