import type { PlotdClient } from '../../../node/client.ts'

/**
 * Until a job's plan arrives, the sheet shows the job's SVG as an image, if the SVG has at most this many strokes. A
 * browser takes seconds for an image of more strokes. A job with more strokes stays blank until its plan arrives.
 */
export const MAX_IMAGE_STROKES = 20_000

/** Maximum number of images in the cache. */
const MAX_KEPT = 200
const urls = new Map<string, Promise<string>>()

/**
 * A blob URL of a job's SVG. The page fetches the SVG itself, because an `<img>` cannot send the page's secret.
 *
 * @param sha256  the hash of the SVG's bytes. At a request for ink the daemon reads the file again. If a user has
 *   edited the file, the job gets another hash, and the page fetches the file again.
 */
export const outputImage = (client: PlotdClient, path: string, sha256 = ''): Promise<string> =>
  cached(`${sha256} ${path}`, () => client.output(path))

/** A blob URL of a preview, for a job that is not rendered yet. */
export const previewImage = (client: PlotdClient, id: string): Promise<string> =>
  cached(`preview ${id}`, async () => {
    const { task, params } = await client.call('job.get', { id })
    return (await client.call('preview.render', { task, params })).svg
  })

function cached(key: string, load: () => Promise<string | Uint8Array<ArrayBuffer>>): Promise<string> {
  const known = urls.get(key)
  if (known) return known
  const url = load().then((svg) => svgUrl(svg))
  urls.set(key, url)
  url.catch(() => urls.delete(key))
  const oldest = urls.keys().next().value
  if (urls.size > MAX_KEPT && oldest !== undefined) {
    urls.get(oldest)?.then(
      (url) => URL.revokeObjectURL(url),
      () => undefined,
    )
    urls.delete(oldest)
  }
  return url
}

/** A blob URL of an SVG, valid until it is revoked. */
export const svgUrl = (svg: string | Uint8Array<ArrayBuffer>): string =>
  URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
