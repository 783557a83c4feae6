import { onThread } from '../../src/spool/index.ts'

/** Says that it has begun, and then never looks up again. */
export const run = onThread<unknown, string>((_, tell) => {
  tell({ type: 'progress', done: 0 })
  for (;;) Math.sqrt(2)
})
