/** A promise with the functions that settle it. */
export interface Deferred<T, E = unknown> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: E) => void
}

export function deferred<T, E = unknown>(): Deferred<T, E> {
  let resolve: (value: T) => void = () => {}
  let reject: (error: E) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
