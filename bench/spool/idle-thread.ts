import { onThread } from '../../src/spool/index.ts'

/** Says that it has begun, and is done. */
export const run = onThread<unknown, string>((_, tell) => {
  tell({ type: 'progress', done: 0 })
  return 'done'
})
