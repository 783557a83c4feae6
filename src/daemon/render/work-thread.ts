import { addFontFolder } from '../../hershey/index.ts'
import { onThread } from '../../spool/index.ts'
import { type AcceptInput, type AdmitInput, acceptOnThread, admitOnThread } from './accept-jobs.ts'
import { type CheckInput, checkJobs, type LookInput, lookAtJobs } from './check-jobs.ts'
import {
  checkDrawable,
  type DrawInput,
  freezePlan,
  type PlanInput,
  preview,
  type RenderInput,
  renderJob,
} from './thread-jobs.ts'

export type ThreadWork =
  | { readonly kind: 'render'; readonly input: RenderInput }
  | { readonly kind: 'preview'; readonly input: DrawInput }
  | { readonly kind: 'check'; readonly input: CheckInput }
  | { readonly kind: 'accept'; readonly input: AcceptInput }
  | { readonly kind: 'admit'; readonly input: AdmitInput }
  | { readonly kind: 'look'; readonly input: LookInput }
  | { readonly kind: 'drawable'; readonly input: Omit<PlanInput, 'plans'> }
  | { readonly kind: 'plan'; readonly input: PlanInput }

/** The folder of people's own fonts, which each thread takes in with its first work. */
export interface ThreadFonts {
  readonly fonts?: string
}
let folder: string | undefined

/** All that is too heavy for the thread that listens. */
export const run = onThread(({ fonts, ...work }: ThreadWork & ThreadFonts, tell): Promise<unknown> => {
  if (fonts !== undefined && fonts !== folder) addFontFolder(fonts)
  folder = fonts
  const reports = {
    progress: (done: number) => tell({ type: 'progress', done }),
    log: (message: string) => tell({ type: 'log', message }),
  }
  switch (work.kind) {
    case 'render':
      return renderJob(work.input, reports)
    case 'preview':
      return preview(work.input, reports)
    case 'check':
      return checkJobs(work.input)
    case 'accept':
      return acceptOnThread(work.input)
    case 'admit':
      return admitOnThread(work.input)
    case 'look':
      return lookAtJobs(work.input)
    case 'drawable':
      return checkDrawable(work.input)
    case 'plan':
      return freezePlan(work.input)
  }
})
