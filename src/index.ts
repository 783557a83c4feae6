export { ERRORS, type ErrorCode, PlotdError } from './errors.ts'
export { defineTask, type Task, type TaskContext, type TaskRegistry } from './tasks/task.ts'
