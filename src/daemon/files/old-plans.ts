import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobStatus } from '../../spool/job.ts'
import type { Spool } from '../../spool/spool.ts'

const MAY_GO_ON: readonly JobStatus[] = ['plotting', 'paused', 'interrupted']

/** Removes the plans that no job can go on with any more. For the start, when nothing is being planned. */
export async function removeOldPlans(folder: string, spool: Spool): Promise<void> {
  const files = await readdir(folder).catch(() => [])
  if (files.length === 0) return
  const needed = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await spool.list({ status: MAY_GO_ON, limit: 1000, ...(cursor === undefined ? {} : { cursor }) })
    for (const { progress } of page.jobs) if (progress?.planHash !== undefined) needed.add(progress.planHash)
    cursor = page.next
  } while (cursor !== undefined)
  for (const file of files) if (!needed.has(file)) await rm(join(folder, file), { force: true })
}
