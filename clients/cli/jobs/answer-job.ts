import type { WireJob } from '../../../src/daemon/protocol/index.ts'
import type { Io } from '../io/io.ts'
import { jobLine } from '../ui/sentences.ts'

/** Prints the line of `jobLine` with `tail` after it; with --json, prints the job as one JSON line. */
export async function answerJob(word: string, job: WireJob, io: Io, tail = ''): Promise<void> {
  const output = io.json ? undefined : await io.daemon.output
  io.answer(job, () => jobLine(word, job, io.paint, output) + tail)
}
