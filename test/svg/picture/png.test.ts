import { describe, expect, it } from 'vitest'
import { SvgBuilder, svgToPng } from '../../../src/svg/index.ts'

/** Width and height from the header chunk of a PNG. */
const size = (png: Uint8Array): [number, number] => {
  const view = new DataView(png.buffer, png.byteOffset)
  return [view.getUint32(16), view.getUint32(20)]
}
const card = new SvgBuilder(100, 50).circle(50, 25, 20).toString()

describe('svgToPng', () => {
  it('draws a picture of the requested width, height or scale', async () => {
    expect(size(await svgToPng(card, { width: 400 }))).toEqual([400, 200])
    expect(size(await svgToPng(card, { height: 100 }))).toEqual([200, 100])
    expect(size(await svgToPng(card, { scale: 1 }))).toEqual([378, 189])
    expect(size(await svgToPng(card, { width: 0.4 }))).toEqual([1, 1])
    expect(size(await svgToPng(card, { height: 100.4 }))).toEqual([200, 100])
  })

  it('draws different pictures for different drawings', async () => {
    const empty = await svgToPng(new SvgBuilder(100, 50).toString())
    expect(Buffer.from(await svgToPng(card)).equals(Buffer.from(empty))).toBe(false)
  })

  it('draws an SVG that lacks the namespace', async () => {
    const bare = '<svg width="20" height="10"><path d="M0 0h20" stroke="red"/></svg>'
    expect(size(await svgToPng(bare, { scale: 2 }))).toEqual([40, 20])
  })

  it.each([
    ['a text that is no SVG', 'hello', {}, 'ERR_SVG_INVALID'],
    ['broken XML', '<svg xmlns="http://www.w3.org/2000/svg"', {}, 'ERR_SVG_INVALID'],
    ['too many bytes', card, { mostBytes: 10 }, 'ERR_SVG_LIMIT'],
    ['too many pixels', card, { width: 20_000, mostPixels: 1e6 }, 'ERR_SVG_LIMIT'],
    ['a width that is no number', card, { width: Number.NaN }, 'ERR_PARAMS'],
    ['a background that is no colour', card, { background: '<' }, 'ERR_PARAMS'],
  ])('refuses %s with a code, and continues to work', async (_name, svg, options, code) => {
    await expect(svgToPng(svg, options)).rejects.toMatchObject({ code })
    await expect(svgToPng(card, { width: 10 })).resolves.toBeInstanceOf(Uint8Array)
  })

  it('counts the size of an SVG in bytes of UTF-8', async () => {
    const umlauts = new SvgBuilder(100, 50, { title: 'ä'.repeat(100) }).toString()
    const mostBytes = umlauts.length + 50
    await expect(svgToPng(umlauts, { mostBytes })).rejects.toThrow(
      `${umlauts.length + 100} bytes, at most ${mostBytes}`,
    )
    await expect(svgToPng(umlauts, { mostBytes: umlauts.length + 100 })).resolves.toBeInstanceOf(Uint8Array)
  })

  it('gives up when drawing takes too long, and draws the next picture', async () => {
    const blur = `<filter id="f"><feGaussianBlur stdDeviation="90"/><feMorphology radius="80"/></filter>`
    const slow = `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="4000">${blur}${'<rect width="4000" height="4000" filter="url(#f)"/>'.repeat(30)}</svg>`
    await expect(svgToPng(slow, { scale: 1, timeoutMs: 300 })).rejects.toMatchObject({ code: 'ERR_SVG_LIMIT' })
    await expect(svgToPng(card, { width: 10 })).resolves.toBeInstanceOf(Uint8Array)
  })
})
