import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'

interface Props {
  readonly plotters: readonly WirePlotter[]
  /** The chosen tags. */
  readonly needs: readonly string[]
  readonly onNeeds: (needs: readonly string[]) => void
}

/** The tags of the plotters, such as pens, paper and sizes. A job for any plotter goes to a plotter with all chosen tags. */
export function Needs({ plotters, needs, onNeeds }: Props) {
  const tags = [...new Set([...plotters.flatMap(({ tags = [] }) => tags), ...needs])].sort()
  if (tags.length === 0) return null
  const matches = plotters.filter(({ tags = [] }) => needs.every((need) => tags.includes(need)))
  const toggle = (tag: string): void =>
    onNeeds(needs.includes(tag) ? needs.filter((need) => need !== tag) : [...needs, tag])
  return (
    <fieldset class="needs" aria-describedby="needs-fit">
      <legend>Must have</legend>
      {tags.map((tag) => (
        <button type="button" key={tag} aria-pressed={needs.includes(tag)} onClick={() => toggle(tag)}>
          {tag}
        </button>
      ))}
      <p id="needs-fit" role="status" class={matches.length === 0 ? 'loss' : 'quiet'}>
        {needs.length > 0 && matchWords(matches.map(({ name }) => name))}
      </p>
    </fieldset>
  )
}

/** Most names that the page lists. It counts the others. */
const MOST_NAMES = 4

function matchWords(names: readonly string[]): string {
  if (names.length === 0) return 'No plotter has all of these: the daemon would refuse the job.'
  const more = names.length - MOST_NAMES
  const list = names.slice(0, MOST_NAMES).join(', ')
  return more > 0 ? `${list} and ${more} more can draw it.` : `${list} can draw it.`
}
