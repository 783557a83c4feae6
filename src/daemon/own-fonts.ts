import { watch } from 'node:fs'
import type { Logger } from 'pino'
import { fontNames, type OwnFonts, refreshFontFolder } from '../hershey/index.ts'

/** A file changes often while it is written, so plotd reads the folder after this time without a change, ms. */
const QUIET_MS = 200

/**
 * Loads the user's fonts in the main thread, which checks the names of fonts. Loads the fonts again when a file of the
 * folder changes. Threads read the folder before each job.
 *
 * @param onChange  called after a change with the number of all fonts, including plotd's own
 * @returns         a function that ends the watch
 */
export async function followFonts(folder: string, log: Logger, onChange: (fonts: number) => void): Promise<() => void> {
  const report = (own: OwnFonts | undefined): void => {
    if (!own) return
    if (own.fonts.length > 0) log.info({ fonts: own.fonts.map(({ name }) => name) }, 'own fonts')
    for (const { file, error } of own.problems) log.warn({ code: error.code, file }, `own font: ${error.message}`)
  }
  report(await refreshFontFolder(folder))
  let timer: NodeJS.Timeout | undefined
  let reading: Promise<void> = Promise.resolve()
  const readAgain = (): void => {
    reading = reading
      .then(() => refreshFontFolder(folder))
      .then((own) => {
        report(own)
        if (own) onChange(fontNames().length)
      })
      .catch((error: unknown) => log.warn({ error }, 'the fonts folder cannot be read'))
  }
  try {
    const watcher = watch(folder, { persistent: false }, () => {
      clearTimeout(timer)
      timer = setTimeout(readAgain, QUIET_MS)
    })
    watcher.on('error', (error) => log.warn({ error }, 'the fonts folder is not watched any more'))
    return () => {
      clearTimeout(timer)
      watcher.close()
    }
  } catch (error) {
    log.warn({ error }, 'the fonts folder is not watched: restart the daemon after a change')
    return () => {}
  }
}
