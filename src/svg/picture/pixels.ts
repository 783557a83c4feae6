import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'

const wasm = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')
let ready: Promise<unknown> | undefined

/**
 * Draws an SVG as interleaved pixels: premultiplied red, green and blue, then alpha, a byte each. Drawing blocks the
 * caller's thread.
 *
 * @param width  of the picture, pixels; the height follows from the SVG
 * @throws the renderer's error for an SVG that it refuses
 */
export async function svgToPixels(
  svg: string,
  width: number,
): Promise<{ width: number; height: number; rgba: Uint8Array }> {
  ready ??= readFile(wasm).then((bytes) => initWasm(bytes))
  try {
    await ready
  } catch (thrown) {
    ready = undefined // the next picture loads the renderer again
    throw thrown
  }
  const picture = new Resvg(svg, { fitTo: { mode: 'width', value: width } }).render()
  return { width: picture.width, height: picture.height, rgba: picture.pixels }
}
