import type { WirePlotter } from '../../../../src/daemon/protocol/index.ts'

interface Props {
  readonly plotters: readonly WirePlotter[]
  /** The tags that are chosen. */
  readonly needs: readonly string[]
  readonly onNeeds: (needs: readonly string[]) => void
}

/** The tags of the plotters, such as pens, paper and sizes. A job for any plotter goes to one that has all the chosen ones. */
export function Needs({ plotters, needs, onNeeds }: Props) {
  const tags = [...new Set([...plotters.flatMap(({ tags = [] }) => tags), ...needs])].sort()
  if (tags.length === 0) return null
  const fit = plotters.filter(({ tags = [] }) => needs.every((need) => tags.includes(need))).map(({ name }) => name)
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
      <p id="needs-fit" role="status" class={fit.length === 0 ? 'loss' : 'quiet'}>
        {needs.length > 0 && fitWords(fit)}
      </p>
    </fieldset>
  )
}

/** Names that are listed before the rest is a number. */
const MOST_NAMES = 4

function fitWords(names: readonly string[]): string {
  if (names.length === 0) return 'No plotter has all of these: the job would be refused.'
  const more = names.length - MOST_NAMES
  const listed = names.slice(0, MOST_NAMES).join(', ')
  return more > 0 ? `${listed} and ${more} more can draw it.` : `${listed} can draw it.`
}
