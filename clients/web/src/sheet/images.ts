import type { PlotdClient } from '../../../node/client.ts'

const KEPT = 200
const urls = new Map<string, Promise<string>>()

/** A blob address of an output's SVG: fetched once with the token, which an <img> could not send. */
export function outputImage(client: PlotdClient, path: string): Promise<string> {
  const known = urls.get(path)
  if (known) return known
  const made = client.output(path).then((bytes) => svgUrl(bytes))
  urls.set(path, made)
  made.catch(() => urls.delete(path))
  const oldest = urls.keys().next().value
  if (urls.size > KEPT && oldest !== undefined) {
    urls.get(oldest)?.then(
      (url) => URL.revokeObjectURL(url),
      () => undefined,
    )
    urls.delete(oldest)
  }
  return made
}

export const svgUrl = (svg: string | Uint8Array<ArrayBuffer>): string =>
  URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
