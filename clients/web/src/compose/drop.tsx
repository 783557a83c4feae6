import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Values } from './schema.ts'

const KINDS: Readonly<Record<string, string>> = {
  svg: 'an SVG, PDF or other document',
  photo: 'a photo (PNG or JPEG)',
}

interface Props {
  readonly task: string
  readonly values: Values
  readonly onFiles: (files: readonly File[]) => void
}

/** The place for the user's drawings or photo. The user chooses a file here, or drops one anywhere on the page. */
export function DropPlace({ task, values: { upload, svg, name }, onFiles }: Props) {
  const hasFile = upload !== undefined || svg !== undefined
  return (
    <label class="drop">
      <span>
        {hasFile ? (
          <strong>{typeof name === 'string' ? name : 'Your file'}</strong>
        ) : (
          `Drop ${KINDS[task] ?? 'a file'} anywhere on this page`
        )}
      </span>
      <span class="quiet">{hasFile ? 'Drop or choose another file' : 'or choose a file'}</span>
      <input
        type="file"
        multiple
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])])
          currentTarget.value = '' // else the browser reports no change when the user chooses the same file again
        }}
      />
    </label>
  )
}

/**
 * Passes dropped files to `onFiles`. The listeners are added in a layout effect, before the next frame, because the
 * browser itself opens a file that is dropped while there is no listener.
 *
 * @returns whether the user holds a file over the page
 */
export function useFileDrop(onFiles: (files: readonly File[]) => void): boolean {
  const [isOver, setOver] = useState(false)
  const newest = useRef(onFiles)
  newest.current = onFiles
  useLayoutEffect(() => {
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
      newest.current([...(event.dataTransfer?.files ?? [])])
    })
    return () => end.abort()
  }, [])
  return isOver
}

/** Whether the user drags a file. The user may also drag a job of the queue. */
const carriesFile = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false
