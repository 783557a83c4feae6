/** The shaping library HarfBuzz: 0.4 MB of WebAssembly, which plotd loads when the first font needs it. */
export type HarfBuzz = typeof import('harfbuzzjs')

let library: HarfBuzz | undefined

/** Loads the library into this thread, once. */
export async function loadHarfBuzz(): Promise<HarfBuzz> {
  library ??= await import('harfbuzzjs')
  return library
}
