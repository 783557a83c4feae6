import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeOwn } from '../../../../clients/cli/fonts/write-own.ts'
import * as local from '../../../../src/index.ts'
import { Collected } from '../../../support/collected.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { recorded } from '../../../support/written-alphabet.ts'

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })

describe('the page on which a user writes an alphabet', () => {
  it('is served under a secret path, makes a font of strokes, refuses malformed strokes, and ends when the user is done', async () => {
    const file = join(tempFolder(), 'my-hand.svg')
    const io = new Collected({ json: true })
    const ended = writeOwn(local, file, '127.0.0.1', io)
    await expect.poll(() => io.answers.length).toBe(1)
    const url = String(io.answers[0]?.['url'])
    const page = await fetch(url)
    expect(await page.text()).toContain('Write your alphabet')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect((await fetch(new URL('/', url))).status).toBe(404)

    const { name: _, ...alphabet } = recorded('linnet', 5, 2)
    const tried = await post(url, { ...alphabet, finish: false })
    expect(await tried.json()).toMatchObject({
      message: expect.stringMatching(/^66 characters in 132 forms/),
      again: [],
    })
    for (const wrong of ['{', {}, { baseline: 1, xLine: 0, samples: [{ text: 'a', strokes: [[['x', 1]]] }] }])
      expect((await post(url, wrong)).status).toBe(400)
    const withNull = await post(url, { baseline: 1, xLine: 0, samples: [null] })
    expect(await withNull.json()).toEqual({ message: 'expected samples with a text and strokes of points' })
    expect(await (await post(url, '{')).json()).toEqual({ message: 'expected JSON' })

    await post(url, { ...alphabet, finish: true })
    expect(await ended).toBe(0)
    const font = local.fontFromSvg(readFileSync(file, 'utf8'), 'my-hand.svg')
    expect(font.faces).toHaveLength(2)
  })

  it('needs a file whose name ends with .svg', async () => {
    const io = new Collected({ json: true })
    await expect(writeOwn(local, 'hand.ttf', '127.0.0.1', io)).rejects.toMatchObject({ code: 'ERR_PARAMS' })
  })
})
