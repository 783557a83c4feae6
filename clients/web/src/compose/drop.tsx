import { useEffect, useRef, useState } from 'preact/hooks'
import type { Values } from './schema.ts'

/** People's own SVG: chosen here, or dropped anywhere on the page. */
export function DropPlace({ values, onFile }: { values: Values; onFile: (file: File | undefined) => void }) {
  const { name } = values
  return (
    <label class="drop">
      <span>{typeof name === 'string' ? <strong>{name}.svg</strong> : 'Drop an SVG anywhere on this page'}</span>
      <span class="quiet">{typeof name === 'string' ? 'Drop another, or choose one' : 'or choose one'}</span>
      <input
        type="file"
        accept=".svg,.svgz,image/svg+xml"
        onChange={(event) => onFile(event.currentTarget.files?.[0])}
      />
    </label>
  )
}

/** True while a file is held over the page; dropped, it goes to `onFile`. */
export function useFileDrop(onFile: (file: File | undefined) => void): boolean {
  const [over, setOver] = useState(false)
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
  return over
}

/** Cards of the queue are dragged too. */
const carriesFile = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false
