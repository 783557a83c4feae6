import type { PlotdClient } from '../../../node/client.ts'

/** The browser takes seconds to show an SVG with more strokes. A sheet has its plan instead, painted on a thread. */
export const MAX_IMAGE_STROKES = 20_000

const MAX_KEPT = 200
const urls = new Map<string, Promise<string>>()

/** A blob URL of a job's SVG. The page fetches it with the token, which an `<img>` cannot send, and keeps it. */
export function outputImage(client: PlotdClient, path: string): Promise<string> {
  const known = urls.get(path)
  if (known) return known
  const url = client.output(path).then((bytes) => svgUrl(bytes))
  urls.set(path, url)
  url.catch(() => urls.delete(path))
  const oldest = urls.keys().next().value
  if (urls.size > MAX_KEPT && oldest !== undefined) {
    urls.get(oldest)?.then(
      (each) => URL.revokeObjectURL(each),
      () => undefined,
    )
    urls.delete(oldest)
  }
  return url
}

export const svgUrl = (svg: string | Uint8Array<ArrayBuffer>): string =>
  URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
