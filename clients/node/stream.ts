/** What a listener is told, as an async iterable: buffered until asked for, and closed when the loop is left. */
export async function* stream<T>(
  subscribe: (listener: (event: T) => void) => Promise<{ close(): void }>,
): AsyncGenerator<T, void, void> {
  const buffer: T[] = []
  let wake = () => {}
  const subscription = await subscribe((event) => {
    buffer.push(event)
    wake()
  })
  try {
    while (true) {
      const next = buffer.shift()
      if (next !== undefined) yield next
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  } finally {
    subscription.close()
  }
}
