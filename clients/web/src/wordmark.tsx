import { WORDMARK } from './wordmark-path.ts'

/** The name plotd in a Hershey script. */
export function Wordmark() {
  const { width, height, path } = WORDMARK
  return (
    <h1>
      <svg class="wordmark" viewBox={`-0.6 -0.6 ${width + 1.2} ${height + 1.2}`} role="img" aria-label="plotd">
        <path d={path} fill="none" stroke-width="0.65" stroke-linecap="round" stroke-linejoin="round" />
      </svg>
    </h1>
  )
}
