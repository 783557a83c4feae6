/** The shaping library HarfBuzz. It is 0.4 MB of WebAssembly, so it is loaded when the first font needs it. */
export type HarfBuzz = typeof import('harfbuzzjs')

let library: HarfBuzz | undefined

/** Loads the library into this thread, once. */
export async function loadHarfBuzz(): Promise<HarfBuzz> {
  library ??= await import('harfbuzzjs')
  return library
}
