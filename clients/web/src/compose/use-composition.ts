import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { WireJob } from '../../../../src/daemon/protocol/index.ts'
import { PlotdError, toPlotdError } from '../../../../src/errors.ts'
import { shortFileName } from '../../../node/file-name.ts'
import { withStop } from '../shared/format.ts'
import type { Store } from '../state/store.ts'
import { type Composition, type PlotSettings, restore, save, withFile, withJob } from './composition.ts'
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
export type JobSource =
  | { readonly is: 'files'; readonly files: readonly UploadedFile[] }
  | { readonly is: 'table'; readonly name: string; readonly csv: Uint8Array }

/** The user's input, and the functions that change it. */
export interface Composing {
  readonly composition: Composition
  readonly chooseTask: (task: string) => void
  readonly setValues: (values: Values) => void
  /** @param task  the shown task when absent */
  readonly setSettings: (settings: PlotSettings, task?: string) => void
  /**
   * Takes the user's files. One drawing or photo goes into the form of its task. Several files or pages
   * become the source, and so does a table.
   *
   * @param task  the task for all files, whatever their kind; when absent, the kind of each file gives the task
   */
  readonly take: (files: readonly File[], task?: string) => Promise<void>
  /** Shows the parameters and settings of a job in the form. */
  readonly edit: (job: WireJob) => void
  readonly source: JobSource | undefined
  readonly setSource: (source: JobSource | undefined) => void
}

/**
 * The user's input. The page saves the composition for this browser tab, but not the source. A layout effect saves the
 * composition before the next frame, so that a reload keeps the last character typed.
 */
export function useComposition(store: Store): Composing {
  const [composition, setComposition] = useState(() => restore(sessionStorage))
  const [source, setSource] = useState<JobSource | undefined>()
  useLayoutEffect(() => save(sessionStorage, composition), [composition])
  /**
   * The number of the user's latest choice of files, task or job. The page ignores files whose upload ends after the
   * user's next choice.
   */
  const newest = useRef(0)
  /** The number of the user's latest files. */
  const newestFiles = useRef(0)
  /** The page's message about the user's earlier files. */
  const message = useRef<string | undefined>(undefined)
  const take = useCallback(
    async (files: readonly File[], task?: string): Promise<void> => {
      const number = ++newest.current
      newestFiles.current = number
      if (store.notice === message.current) store.showNotice(undefined)
      const timer = setTimeout(() => number === newest.current && store.showNotice(READING), READING_MS)
      const { uploads, table, problems } = await readFiles(store, files, task)
      clearTimeout(timer)
      if (number === newestFiles.current && store.notice === READING) store.showNotice(undefined)
      if (number !== newest.current) return
      message.current = problems.length > 0 ? problems.join(' ') : undefined
      if (message.current !== undefined) store.showNotice(message.current)
      const [first] = uploads
      if (table) {
        setSource(table)
        setComposition((now) => ({ ...now, task: 'postcard' }))
      } else if (uploads.length > 1) setSource({ is: 'files', files: uploads })
      else if (first) {
        setSource(undefined)
        setComposition((now) => withFile(now, first))
      }
    },
    [store],
  )
  return {
    composition,
    chooseTask: (task) => {
      newest.current++
      setSource(undefined)
      setComposition((now) => ({ ...now, task }))
    },
    setValues: (values) => setComposition((now) => ({ ...now, values: { ...now.values, [now.task]: values } })),
    setSettings: (settings, task) =>
      setComposition((now) => ({ ...now, settings: { ...now.settings, [task ?? now.task]: settings } })),
    take,
    edit: (job) => {
      newest.current++
      setSource(undefined)
      setComposition((now) => withJob(now, job))
    },
    source,
    setSource,
  }
}

/** The page's message during a slow upload. */
const READING = 'plotd is reading the files…'
/** Delay of this message, ms. Most uploads are over by then. */
const READING_MS = 1000

interface FilesResult {
  readonly uploads: readonly UploadedFile[]
  readonly table?: JobSource
  /** Sentences about files that the page does not take, and about documents that it takes in part. */
  readonly problems: readonly string[]
}

/** The pages of a document, as the daemon counts them. @throws PlotdError ERR_DOCUMENT */
async function pagesOf(store: Store, name: string, upload: string, problems: string[]): Promise<UploadedFile[]> {
  const { task, pages } = await store.client.call('document.describe', { upload, name })
  if (pages <= 1) return [{ name, task, upload }]
  if (pages > MAX_FILES) {
    problems.push(`“${name}” has ${pages} pages; these are the first ${MAX_FILES}. The command line can draw the rest.`)
  }
  return Array.from({ length: Math.min(pages, MAX_FILES) }, (_, i) => ({ name, task, upload, pageNumber: i + 1 }))
}

/** Maximum number of files at once, and of pages of one document. */
const MAX_FILES = 100

async function readFiles(store: Store, files: readonly File[], task: string | undefined): Promise<FilesResult> {
  const uploads: UploadedFile[] = []
  const problems: string[] = []
  let table: JobSource | undefined
  for (const file of files.slice(0, MAX_FILES)) {
    try {
      await requireFits(store, file)
      const bytes = new Uint8Array(await file.arrayBuffer())
      const kind = task === undefined ? fileKind(bytes, file.name) : ({ is: 'own', task } as const)
      if (kind.is === 'other') problems.push(`“${file.name}” is ${kind.words}`)
      else if (kind.is === 'table' && table) problems.push(`“${file.name}”: the page takes one table at a time.`)
      else if (kind.is === 'table') table = { is: 'table', name: file.name, csv: bytes }
      else uploads.push(...(await uploadFile(store, shortFileName(file.name), bytes, kind, problems)))
    } catch (thrown) {
      const { message, detail } = toPlotdError(thrown)
      const remedy = typeof detail['remedy'] === 'string' ? ` ${detail['remedy']}` : ''
      problems.push(`“${file.name}”: ${withStop(message)}${remedy}`)
    }
  }
  if (table && uploads.length > 0)
    problems.push('The page took only the table. To draw the other files, drop them again without the table.')
  if (files.length > MAX_FILES) {
    problems.push(`The page takes ${MAX_FILES} files at once, and ignored the last ${files.length - MAX_FILES}.`)
  }
  return { uploads, ...(table ? { table } : {}), problems }
}

/** Size up to which the page reads a file without asking for the daemon's limit, bytes. */
const SMALL = 1 << 20

/** Refuses a file that is too large for the daemon. A browser ends a page that reads too much. @throws PlotdError */
async function requireFits(store: Store, { size }: File): Promise<void> {
  if (size <= SMALL) return
  const { uploadBytes } = (await store.client.call('server.info', {})).limits
  if (size <= uploadBytes) return
  const most = Math.floor(uploadBytes / 1e6)
  const message = `it has ${Math.ceil(size / 1e6)} MB, and plotd takes files of at most ${most} MB`
  throw new PlotdError('ERR_LIMIT', message, { limit: 'uploadBytes' })
}

type UploadKind = { readonly is: 'svg' | 'photo' | 'document' } | { readonly is: 'own'; readonly task: string }

/** Uploads a file. @returns one entry, or for a document one for each of the first MAX_FILES pages */
async function uploadFile(
  store: Store,
  fileName: string,
  bytes: Uint8Array<ArrayBuffer>,
  kind: UploadKind,
  problems: string[],
): Promise<UploadedFile[]> {
  const { sha256: upload } = await store.client.upload(bytes)
  if (kind.is === 'document') return pagesOf(store, fileName, upload, problems)
  const name = fileName.replace(/\.(svgz?|png|jpe?g)$/i, '')
  return [{ name, task: kind.is === 'own' ? kind.task : kind.is, upload }]
}
