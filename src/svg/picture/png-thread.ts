import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { messageOf } from '../../errors.ts'

/** A request of `svgToPng` to its thread. */
export interface PngRequest {
  readonly svg: string
  readonly fit: { readonly width: number } | { readonly height: number } | { readonly scale: number }
  readonly background: string | undefined
  readonly mostPixels: number
}

export type PngAnswer = { readonly png: Uint8Array } | { readonly refused: 'pixels' | 'svg'; readonly message: string }

const wasm = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')
const ready = readFile(wasm).then((bytes) => initWasm(bytes))

/**
 * Draws a PNG in a thread of its own. Drawing is synchronous and can take a minute, but `svgToPng` can end the thread.
 */
export default async function draw({ svg, fit, background, mostPixels }: PngRequest): Promise<PngAnswer> {
  await ready
  try {
    const picture = new Resvg(svg, { fitTo: fitOf(fit), ...(background === undefined ? {} : { background }) })
    const scale = scaleOf(fit, picture)
    const width = Math.ceil(picture.width * scale)
    const height = Math.ceil(picture.height * scale)
    if (width * height > mostPixels) return { refused: 'pixels', message: `${width} × ${height} pixels` }
    return { png: picture.render().asPng() }
  } catch (thrown) {
    return { refused: 'svg', message: messageOf(thrown) }
  }
}

type Fit = { mode: 'width' | 'height' | 'zoom'; value: number }

function fitOf(fit: PngRequest['fit']): Fit {
  if ('width' in fit) return { mode: 'width', value: fit.width }
  if ('height' in fit) return { mode: 'height', value: fit.height }
  return { mode: 'zoom', value: fit.scale }
}

function scaleOf(fit: PngRequest['fit'], { width, height }: { width: number; height: number }): number {
  if ('width' in fit) return fit.width / width
  return 'height' in fit ? fit.height / height : fit.scale
}
