import { useEffect, useRef, useState } from 'preact/hooks'
import type { Values } from './schema.ts'

interface Kind {
  readonly words: string
  readonly accept: string
}

const KINDS: Readonly<Record<string, Kind>> = {
  svg: { words: 'an SVG', accept: '.svg,.svgz,image/svg+xml' },
  photo: { words: 'a photo (PNG or JPEG)', accept: 'image/png,image/jpeg' },
}
const ANY: Kind = { words: 'a file', accept: '' }

interface Props {
  readonly task: string
  readonly values: Values
  readonly onFile: (file: File | undefined) => void
}

/** Takes the user's own drawing or photo: chosen here, or dropped anywhere on the page. */
export function DropPlace({ task, values: { upload, name }, onFile }: Props) {
  const { words, accept } = KINDS[task] ?? ANY
  const hasFile = upload !== undefined
  return (
    <label class="drop">
      <span>
        {hasFile ? (
          <strong>{typeof name === 'string' ? name : 'Your file'}</strong>
        ) : (
          `Drop ${words} anywhere on this page`
        )}
      </span>
      <span class="quiet">{hasFile ? 'Drop or choose another file' : 'or choose a file'}</span>
      <input type="file" accept={accept} onChange={(event) => onFile(event.currentTarget.files?.[0])} />
    </label>
  )
}

/** True while the user holds a file over the page. A dropped file goes to `onFile`. */
export function useFileDrop(onFile: (file: File | undefined) => void): boolean {
  const [isOver, setOver] = useState(false)
  const newest = useRef(onFile)
  newest.current = onFile
  useEffect(() => {
    const end = new AbortController()
    const on = (type: 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void) =>
      addEventListener(type, (event) => carriesFile(event) && act(event), { signal: end.signal })
    on('dragover', (event) => {
      event.preventDefault()
      setOver(true)
    })
    on('dragleave', (event) => setOver(event.relatedTarget !== null))
    on('drop', (event) => {
      event.preventDefault()
      setOver(false)
      newest.current(event.dataTransfer?.files[0])
    })
    return () => end.abort()
  }, [])
  return isOver
}

/** Cards of the queue can be dragged too. */
const carriesFile = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false
