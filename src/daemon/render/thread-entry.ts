import { refreshFontFolder } from '../../hershey/index.ts'
import { onThread } from '../../spool/index.ts'
import { type AcceptInput, type AdmitInput, acceptOnThread, admitOnThread } from './accept-jobs.ts'
import { type CheckInput, checkJobs, renderWarnings, type WarningsInput } from './check-jobs.ts'
import { type DescribeInput, describeUpload } from './describe-upload.ts'
import { type RegisterInput, registerPlan } from './register-plan.ts'
import {
  checkDrawable,
  type DrawInput,
  freezePlan,
  type InkInput,
  inkResult,
  type PlanInput,
  planTimes,
  preview,
  type RenderInput,
  renderJob,
  type TimesInput,
} from './thread-jobs.ts'

/* The script of each thread of the pools. A thread gets one job at a time, and answers with its result. */

export type ThreadJob =
  | { readonly kind: 'render'; readonly input: RenderInput }
  | { readonly kind: 'preview'; readonly input: DrawInput }
  | { readonly kind: 'describe'; readonly input: DescribeInput }
  | { readonly kind: 'check'; readonly input: CheckInput }
  | { readonly kind: 'accept'; readonly input: AcceptInput }
  | { readonly kind: 'admit'; readonly input: AdmitInput }
  | { readonly kind: 'warnings'; readonly input: WarningsInput }
  | { readonly kind: 'ink'; readonly input: InkInput }
  | { readonly kind: 'drawable'; readonly input: Omit<PlanInput, 'plans'> }
  | { readonly kind: 'plan'; readonly input: PlanInput }
  | { readonly kind: 'times'; readonly input: TimesInput }
  | { readonly kind: 'register'; readonly input: RegisterInput }

/** The folder of the user's own fonts. Each thread reads the new files of the folder before each job. */
export interface ThreadFonts {
  readonly fonts?: string
}

/** Does one job, which is too heavy for the main thread. */
export const run = onThread(async ({ fonts, ...job }: ThreadJob & ThreadFonts, send): Promise<unknown> => {
  if (fonts !== undefined) await refreshFontFolder(fonts)
  const reports = {
    progress: (done: number) => send({ type: 'progress', done }),
    log: (message: string) => send({ type: 'log', message }),
  }
  switch (job.kind) {
    case 'render':
      return renderJob(job.input, reports)
    case 'preview':
      return preview(job.input, reports)
    case 'describe':
      return describeUpload(job.input)
    case 'check':
      return checkJobs(job.input)
    case 'accept':
      return acceptOnThread(job.input)
    case 'admit':
      return admitOnThread(job.input)
    case 'warnings':
      return renderWarnings(job.input)
    case 'ink':
      return inkResult(job.input)
    case 'drawable':
      return checkDrawable(job.input)
    case 'plan':
      return freezePlan(job.input)
    case 'times':
      return planTimes(job.input)
    case 'register':
      return registerPlan(job.input)
  }
})
