import { PlotdError } from '../../src/errors.ts'

/**
 * What a listener is told, as an async iterable: buffered until asked for, and closed when the loop is left.
 *
 * @param over  aborted when nothing more will be told: the loop ends then, and throws the reason if that is a PlotdError
 */
export async function* stream<T>(
  subscribe: (listener: (event: T) => void) => Promise<{ close(): void }>,
  over: AbortSignal,
): AsyncGenerator<T, void, void> {
  const buffer: T[] = []
  let wake = () => {}
  const onOver = () => wake()
  const subscription = await subscribe((event) => {
    buffer.push(event)
    wake()
  })
  over.addEventListener('abort', onOver)
  try {
    while (true) {
      const next = buffer.shift()
      if (next !== undefined) yield next
      else if (over.aborted) break
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
    if (over.reason instanceof PlotdError) throw over.reason
  } finally {
    over.removeEventListener('abort', onOver)
    subscription.close()
  }
}
