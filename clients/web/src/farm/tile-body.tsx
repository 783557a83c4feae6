import { duration } from '../shared/format.ts'
import { type Tile, wordsOf } from './view.ts'

/** The content of a tile below the plotter's name. */
export function TileBody({ tile: { plotter, need, job } }: { readonly tile: Tile }) {
  const { done = 0, of = 0, secondsLeft } = job?.progress ?? {}
  return (
    <>
      <p>{wordsOf(plotter, need)}</p>
      {job && (
        <>
          <p class="quiet job">{job.title}</p>
          <progress max={Math.max(1, of)} value={done} aria-label={`strokes of ${job.title}`} />
          {secondsLeft !== undefined && <p class="quiet">{duration(secondsLeft)} left</p>}
        </>
      )}
      {plotter.tags && <p class="quiet">{plotter.tags.join(', ')}</p>}
    </>
  )
}
