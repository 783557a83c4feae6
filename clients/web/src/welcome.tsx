import { Wordmark } from './wordmark.tsx'

/** What is shown to somebody whom the daemon does not know. */
export function Welcome({ why }: { why: string }) {
  return (
    <main class="welcome">
      <Wordmark />
      <p>{why}</p>
      <p>
        On the machine where plotd runs, <code>plotd open</code> opens this page with the token that it needs.
      </p>
      <button type="button" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  )
}
