import { PlotdError } from '../errors.ts'

export const unknownJob = (id: string): PlotdError => new PlotdError('ERR_JOB_UNKNOWN', `there is no job ${id}`, { id })

export const wrongState = (id: string, status: string, verb: string): PlotdError =>
  new PlotdError('ERR_JOB_STATE', `job ${id} is ${status}: cannot ${verb}`, { id, status })

export const claimLost = (id: string): PlotdError =>
  new PlotdError('ERR_CLAIM_LOST', `the claim on job ${id} has ended`, { id })
