import { useEffect, useRef, useState } from 'preact/hooks'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { outputImage } from '../sheet/images.ts'
import type { Store } from '../state/store.ts'

/** The job's own SVG, small; a blank sheet until it is rendered. Loaded when it comes into view. */
export function Thumb({ store, job }: { store: Store; job: WireJob }) {
  const box = useRef<HTMLSpanElement>(null)
  const [url, setUrl] = useState<string | undefined>()
  const path = job.result?.path
  useEffect(() => {
    if (path === undefined || !box.current) return
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return
      seen.disconnect()
      outputImage(store.client, path).then(setUrl, () => setUrl(undefined))
    })
    seen.observe(box.current)
    return () => seen.disconnect()
  }, [store, path])
  const { widthMm = 148, heightMm = 105 } = job.result ?? {}
  return (
    <span ref={box} class="thumb" style={{ aspectRatio: `${widthMm} / ${heightMm}` }}>
      {url !== undefined && <img src={url} alt="" />}
    </span>
  )
}
