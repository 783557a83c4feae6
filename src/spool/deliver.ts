/**
 * Calls a listener. An error of the listener becomes a warning of the process, because a listener must not stop the
 * spool.
 */
export function deliver<T>(listener: (event: T) => void, event: T): void {
  try {
    listener(event)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}
