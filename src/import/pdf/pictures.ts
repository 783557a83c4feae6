import type { Affine } from '../../geometry/affine.ts'
import type { ImageRef, Instruction } from './instructions.ts'
import { number, numbers } from './values.ts'

/** The matrices of one picture at several places. @param corners  x and y in turn */
export function placesAt([a, b, c, d]: readonly [number, number, number, number], corners: unknown): Affine[] {
  const places: Affine[] = []
  const values = numbers(corners)
  for (let i = 0; i + 1 < values.length; i += 2) places.push([a, b, c, d, values[i] ?? 0, values[i + 1] ?? 0])
  return places
}

/** A picture of one colour: an image mask, whose bits mark the pixels that stay unpainted. */
export function stencil(
  mask: unknown,
  objectOf: (id: string) => unknown,
  places?: readonly Affine[],
): ImageInstruction {
  const { data, width, height } = (mask ?? {}) as { data?: unknown; width?: unknown; height?: unknown }
  const bits = typeof data === 'string' ? objectOf(data) : { kind: 1, width, height, data }
  const ref: ImageRef = {
    width: number(width),
    height: number(height),
    pixels: () => pixelsOf({ ...(bits as RawImage | undefined), kind: 1 }),
  }
  return { op: 'image', image: ref, ...(places && { places }), isStencil: true }
}

type ImageInstruction = Extract<Instruction, { op: 'image' }>

/** An instruction to draw a picture. `width` and `height`, in pixels, default to the size of `data`. */
export function image(data: unknown, width?: unknown, height?: unknown): ImageInstruction {
  const picture = (data ?? {}) as { readonly width?: number; readonly height?: number }
  const ref: ImageRef = {
    width: number(width ?? picture.width),
    height: number(height ?? picture.height),
    pixels: () => pixelsOf(data as RawImage | undefined),
  }
  return { op: 'image', image: ref }
}

/** A decoded picture in the form of pdf.js. */
interface RawImage {
  readonly kind?: number
  readonly width?: number
  readonly height?: number
  readonly data?: Uint8Array | Uint8ClampedArray
}

/**
 * The pixels as RGBA; undefined when the picture is missing, empty or too large. Kinds of pdf.js: 1 is one bit a pixel
 * in rows of whole bytes, 2 is RGB, 3 is RGBA.
 */
function pixelsOf(image: RawImage | undefined): Uint8Array | undefined {
  const { kind, width = 0, height = 0, data } = image ?? {}
  if (data === undefined || kind === undefined || width * height === 0 || width * height > MAX_PIXELS) return undefined
  const rgba = new Uint8Array(4 * width * height).fill(255)
  const rowBytes = (width + 7) >> 3
  for (let i = 0; i < width * height; i++) {
    for (let k = 0; k < 3; k++) {
      const bit = (data[Math.floor(i / width) * rowBytes + ((i % width) >> 3)] ?? 0) & (0x80 >> ((i % width) & 7))
      if (kind === 1) rgba[4 * i + k] = bit === 0 ? 0 : 255
      else rgba[4 * i + k] = data[(kind === 2 ? 3 : 4) * i + k] ?? 255
    }
    if (kind === 3) rgba[4 * i + 3] = data[4 * i + 3] ?? 255
  }
  return rgba
}

const MAX_PIXELS = 60e6
