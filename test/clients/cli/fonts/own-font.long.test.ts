import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SVG_FONT } from '../../../support/font-file.ts'
import { ServedDaemon } from '../daemon.ts'
import { plotd } from '../run.ts'

let daemon: ServedDaemon
let file: string
beforeAll(async () => {
  daemon = await ServedDaemon.start()
  file = join(daemon.folder, 'boxes.svg')
  writeFileSync(file, SVG_FONT)
})
afterAll(async () => {
  await daemon.stop()
})

describe('a font file on the command line', () => {
  it('is sent to the daemon, for a text and for a postcard', async () => {
    const text = await daemon.run(['text', 'AaZ', '--font', file, '--wait', '--json'])
    expect(text).toMatchObject({
      code: 0,
      out: expect.stringContaining('“Z” (U+005A, character 3) is drawn in the font'),
    })
    const card = await daemon.run(['postcard', 'Aa', 'a a', '--font', file, '--greeting-font', file, '--wait'])
    expect(card.code).toBe(0)
  })

  it('is no longer needed after the daemon has stored it', async () => {
    const other = join(daemon.folder, 'gone.svg')
    writeFileSync(other, SVG_FONT.replace('Boxes', 'Gone'))
    const [job] = await daemon.json('text', 'A', '--font', other, '--hold')
    rmSync(other)
    await daemon.json('release', String(job?.['id']))
    await expect.poll(async () => (await daemon.json('show', String(job?.['id'])))[0]?.['status']).toBe('finished')
  })

  it('is refused with the line of the fault when it is no font', async () => {
    const bad = join(daemon.folder, 'bad.svg')
    writeFileSync(bad, '<svg xmlns="http://www.w3.org/2000/svg"></svg>')
    const { code, err } = await daemon.run(['text', 'A', '--font', bad])
    expect(code).not.toBe(0)
    expect(err).toMatch(/bad\.svg, line 1: the file has no <font>/)
    expect((await daemon.run(['text', 'A', '--font', join(daemon.folder, 'none.jhf')])).err).toContain('cannot be read')
  })

  it('is shown and checked without a daemon', async () => {
    expect((await plotd(['fonts', file, '--plain'])).out).toContain('Boxes')
    const { out } = await plotd(['fonts', 'check', 'AZ', '--font', file])
    expect(out).toMatch(/“Z” .* is drawn in the font/)
  })
})
