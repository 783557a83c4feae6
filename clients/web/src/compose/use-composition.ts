import { useCallback, useLayoutEffect, useState } from 'preact/hooks'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { toPlotdError } from '../../../../src/errors.ts'
import { plural } from '../shared/format.ts'
import type { Store } from '../state/store.ts'
import { type Composition, editing, type PlotSettings, restore, save, withFile } from './composition.ts'
import { fileKind } from './file-kind.ts'
import type { Values } from './schema.ts'

/** A file of the user that the daemon has, and the task that draws it. */
export interface UploadedFile {
  readonly name: string
  readonly task: string
  readonly upload: string
  /** Number of the page, for a document with several pages. */
  readonly pageNumber?: number
}

/** The source of several jobs: dropped files, or a table with a row for each card. */
export type Batch =
  | { readonly is: 'files'; readonly files: readonly UploadedFile[] }
  | { readonly is: 'table'; readonly name: string; readonly csv: Uint8Array }

export interface Composing {
  readonly composition: Composition
  readonly chooseTask: (task: string) => void
  readonly setValues: (values: Values) => void
  /** @param task  the shown task when absent */
  readonly setSettings: (settings: PlotSettings, task?: string) => void
  /**
   * Takes the user's files: one drawing or photo goes into the form of its task, several become a batch, a table too.
   *
   * @param task  the user's own task, which takes files of any kind
   */
  readonly take: (files: readonly File[], task?: string) => Promise<void>
  /** Shows the parameters and settings of a job in the form. */
  readonly edit: (job: WireJob) => void
  readonly batch: Batch | undefined
  readonly setBatch: (batch: Batch | undefined) => void
}

/** The user's input, saved for this browser tab. A layout effect saves it before the next frame, so that a reload keeps the last letter. */
export function useComposition(store: Store): Composing {
  const [composition, setComposition] = useState(() => restore(sessionStorage))
  const [batch, setBatch] = useState<Batch | undefined>()
  useLayoutEffect(() => save(sessionStorage, composition), [composition])
  const take = useCallback(
    async (files: readonly File[], task?: string): Promise<void> => {
      const { uploaded, table, problems } = await readFiles(store, files, task)
      if (problems.length > 0) store.showNotice(problems.join(' '))
      const [first] = uploaded
      if (table) {
        setBatch(table)
        setComposition((now) => ({ ...now, task: 'postcard' }))
      } else if (uploaded.length > 1) setBatch({ is: 'files', files: uploaded })
      else if (first) {
        setBatch(undefined)
        setComposition((now) => withFile(now, first))
      }
    },
    [store],
  )
  return {
    composition,
    chooseTask: (task) => {
      setBatch(undefined)
      setComposition((now) => ({ ...now, task }))
    },
    setValues: (values) => setComposition((now) => ({ ...now, values: { ...now.values, [now.task]: values } })),
    setSettings: (settings, task) =>
      setComposition((now) => ({ ...now, settings: { ...now.settings, [task ?? now.task]: settings } })),
    take,
    edit: (job) => {
      setBatch(undefined)
      setComposition((now) => editing(now, job))
    },
    batch,
    setBatch,
  }
}

interface FilesRead {
  readonly uploaded: readonly UploadedFile[]
  readonly table?: Batch
  /** A sentence for each file that the page does not take. */
  readonly problems: readonly string[]
}

/** The pages of a document, which the daemon recognizes. @throws PlotdError ERR_DOCUMENT */
async function pagesOf(store: Store, name: string, upload: string, problems: string[]): Promise<UploadedFile[]> {
  const { task, pages } = await store.client.call('document.describe', { upload, name })
  if (pages <= 1) return [{ name, task, upload }]
  if (pages > MOST_FILES)
    problems.push(`“${name}” has ${pages} pages; these are the first ${MOST_FILES}. The command line takes others.`)
  return Array.from({ length: Math.min(pages, MOST_FILES) }, (_, i) => ({ name, task, upload, pageNumber: i + 1 }))
}

/** Files, and pages of one document, that one drop may bring. */
const MOST_FILES = 100

async function readFiles(store: Store, files: readonly File[], task: string | undefined): Promise<FilesRead> {
  const uploaded: UploadedFile[] = []
  const problems: string[] = []
  let table: Batch | undefined
  for (const file of files.slice(0, MOST_FILES)) {
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      const kind = fileKind(bytes, file.name)
      if (task === undefined && kind.is === 'other') problems.push(`“${file.name}” is ${kind.words}`)
      else if (task === undefined && kind.is === 'table') table = { is: 'table', name: file.name, csv: bytes }
      else {
        const { sha256: upload } = await store.client.upload(bytes)
        const name = file.name.replace(/\.(svgz?|png|jpe?g)$/i, '')
        if (task !== undefined || kind.is !== 'document') uploaded.push({ name, task: task ?? kind.is, upload })
        else uploaded.push(...(await pagesOf(store, file.name, upload, problems)))
      }
    } catch (thrown) {
      const { message, detail } = toPlotdError(thrown)
      const remedy = typeof detail['remedy'] === 'string' ? ` ${detail['remedy']}` : ''
      problems.push(`“${file.name}”: ${message}.${remedy}`)
    }
  }
  if (table && uploaded.length > 0) problems.push('The page takes the table only. Drop the drawings without it.')
  if (files.length > MOST_FILES) {
    problems.push(`${plural(files.length, 'file')} were dropped; the page takes ${MOST_FILES} at once.`)
  }
  return { uploaded, ...(table ? { table } : {}), problems }
}
