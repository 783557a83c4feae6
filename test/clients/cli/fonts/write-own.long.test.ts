import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeFromPhotos, writeOwn } from '../../../../clients/cli/fonts/write-own.ts'
import * as local from '../../../../src/index.ts'
import { Collected } from '../../../support/collected.ts'
import { STRAIGHT, sheetPhoto } from '../../../support/sheet-photo.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const shot = { font: 'EMSReadability', seed: 5, pen: 0.5, corners: STRAIGHT, size: [1500, 2100] } as const

describe('the photograph of a filled-in sheet', () => {
  it('becomes a font; several photographs add further forms', async () => {
    const folder = tempFolder()
    const photos = await Promise.all(
      [1, 2].map(async (seed) => {
        const path = join(folder, `sheet-${seed}.png`)
        writeFileSync(path, await sheetPhoto({ ...shot, seed: 100 * seed, without: seed === 1 ? 'ø' : '' }))
        return path
      }),
    )
    const file = join(folder, 'my-hand.svg')
    const io = new Collected({ json: true })
    expect(await writeFromPhotos(local, file, photos, io)).toBe(0)
    expect(io.answers).toMatchObject([{ path: file, characters: 100, empty: [] }])
    const font = local.fontFromSvg(readFileSync(file, 'utf8'), 'my-hand.svg')
    expect(font.faces).toHaveLength(6)
    expect(font.ligatures?.has('th')).toBe(true)
  })

  it('fills the boxes of the page, whose server refuses bytes that are no picture', async () => {
    const io = new Collected({ json: true })
    void writeOwn(local, join(tempFolder(), 'my-hand.svg'), '127.0.0.1', io)
    await expect.poll(() => io.answers.length).toBe(1)
    const url = String(io.answers[0]?.['url'])
    const post = (body: Uint8Array) => fetch(`${url}/photo`, { method: 'POST', body: new Uint8Array(body) })
    const answer = await post(await sheetPhoto(shot))
    const { samples, message } = (await answer.json()) as {
      message: string
      samples: { text: string; sample: number; strokes: [number, number][][] }[]
    }
    expect(message).toBe('188 boxes were read from the photograph.')
    const bottom = Math.max(...(samples.find(({ text }) => text === 'n')?.strokes.flat() ?? []).map(([, y]) => y))
    expect(Math.abs(bottom - 104)).toBeLessThan(6)
    expect((await post(new Uint8Array(9))).status).toBe(400)
  })
})
