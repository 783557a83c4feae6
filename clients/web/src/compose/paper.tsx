import { Amount, Pair } from '../shared/pair.tsx'
import type { Wish } from './composition.ts'

interface Props {
  readonly wish: Wish
  readonly onWish: (wish: Wish) => void
}

const PAGES = ['a3', 'a4', 'a5', 'a6', 'letter', 'tabloid'] as const
const OWN = 'own'

/** How the drawing lies on the paper and how the pen goes over it. */
export function Paper({ wish, onWish }: Props) {
  const set = (change: { readonly [K in keyof Wish]?: Wish[K] | undefined }): void => {
    const entries = Object.entries({ ...wish, ...change }).filter(([, value]) => value !== undefined)
    onWish(Object.fromEntries(entries) as Wish)
  }
  return (
    <details class="paper">
      <summary>{summary(wish)}</summary>
      <PageChoice page={wish.page} onPage={(page) => set({ page })} />
      <Check label="On its long side" value={wish.landscape} onCheck={(landscape) => set({ landscape })} />
      <Amount
        id="paper-margin"
        label="Margin, mm"
        value={wish.margin}
        least={0}
        most={200}
        onInput={(margin) => set({ margin })}
      />
      <Pair id="paper-size" label="Size">
        <select
          id="paper-size"
          value={wish.fit ?? 'none'}
          onChange={(event) => set({ fit: event.currentTarget.value as NonNullable<Wish['fit']> })}
        >
          <option value="none">as drawn</option>
          <option value="shrink">smaller if it must</option>
          <option value="page">fill the page</option>
        </select>
      </Pair>
      <Pair id="paper-place" label="Place">
        <select
          id="paper-place"
          value={wish.align ?? ''}
          onChange={({ currentTarget: { value } }) =>
            set({ align: value === '' ? undefined : (value as NonNullable<Wish['align']>) })
          }
        >
          <option value="">as it comes</option>
          <option value="center">in the middle</option>
          <option value="top-left">in the corner</option>
        </select>
      </Pair>
      <Amount
        id="paper-turn"
        label="Turn, degrees"
        value={wish.rotate}
        least={-360}
        most={360}
        onInput={(rotate) => set({ rotate })}
      />
      <Check label="Keep the file’s order" value={wish.keepOrder} onCheck={(keepOrder) => set({ keepOrder })} />
      <Check label="Draw doubled lines once" value={wish.once} onCheck={(once) => set({ once })} />
      <Amount
        id="paper-passes"
        label="Times over each line"
        value={wish.passes}
        least={1}
        most={100}
        onInput={(passes) => set({ passes })}
      />
      <Amount
        id="paper-speed"
        label="Speed, %"
        value={wish.speedPercent}
        least={1}
        most={400}
        onInput={(speedPercent) => set({ speedPercent })}
      />
    </details>
  )
}

function summary({ page, landscape, fit, margin }: Wish): string {
  const sheet = page === undefined ? 'the drawing’s own page' : page.toUpperCase().replace('LETTER', 'Letter')
  const words = [sheet]
  if (landscape) words.push('long side')
  if (fit === 'page') words.push('filled')
  if (margin !== undefined) words.push(`${margin} mm margin`)
  return `Paper: ${words.join(', ')}`
}

function PageChoice({ page, onPage }: { page: string | undefined; onPage: (page: string | undefined) => void }) {
  return (
    <Pair id="paper-page" label="Page">
      <select
        id="paper-page"
        value={page ?? OWN}
        onChange={({ currentTarget: { value } }) => onPage(value === OWN ? undefined : value)}
      >
        <option value={OWN}>the drawing’s own</option>
        {PAGES.map((each) => (
          <option key={each} value={each}>
            {each.toUpperCase()}
          </option>
        ))}
      </select>
    </Pair>
  )
}

interface CheckProps {
  readonly label: string
  readonly value: boolean | undefined
  readonly onCheck: (value: boolean | undefined) => void
}

const Check = ({ label, value, onCheck }: CheckProps) => (
  <label class="check">
    <input
      type="checkbox"
      checked={value === true}
      onChange={(event) => onCheck(event.currentTarget.checked || undefined)}
    />
    {label}
  </label>
)
