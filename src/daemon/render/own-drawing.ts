import { PlotdError } from '../../errors.ts'
import type { Job } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'
import { outputHash } from '../files/index.ts'
import { type Contents, recordInTime } from './contents.ts'

/**
 * Checks that the SVG of record of a job is not the drawing of another job. A user may edit the file. But when the file
 * was removed, or the output folder was replaced, a later job may have got the name of the file.
 *
 * @throws PlotdError ERR_FILE, also when the file is on no host that answers
 */
export async function requireOwnDrawing(
  spool: Pick<Spool, 'list'>,
  contents: Contents,
  { id, result }: Job,
  signal: AbortSignal,
): Promise<void> {
  if (result?.sha256 === undefined) return
  const { folder, path } = await recordInTime(contents, result, signal)
  const sha256 = await outputHash(folder, path)
  if (sha256 === undefined || sha256 === result.sha256) return
  let cursor: string | undefined
  do {
    const page = await spool.list({ limit: 1000, ...(cursor !== undefined && { cursor }) })
    for (const other of page.jobs) {
      if (other.id === id || other.result?.sha256 !== sha256 || other.result.path !== result.path) continue
      const message = `the file ${result.path} now has the drawing of job ${other.id}: retry this job`
      throw new PlotdError('ERR_FILE', message, { path: result.path, job: other.id })
    }
    cursor = page.next
  } while (cursor !== undefined)
}
