/** Settles as `promise` does, or rejects with the signal's reason if the signal is aborted first. */
export async function orAbort<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise
  promise.catch(() => {}) // after an abort nobody waits for the promise, and its rejection would end this process
  signal.throwIfAborted()
  let stop: () => void = () => {}
  const abort = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, abort])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
