import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Expects that the garbage collector removes an object, which shows that nothing refers to the object. */
export async function expectRemoval(object: WeakRef<object>): Promise<void> {
  await expect
    .poll(() => {
      collectGarbage()
      return object.deref() === undefined // the poll would keep a returned object in memory
    })
    .toBe(true)
}
