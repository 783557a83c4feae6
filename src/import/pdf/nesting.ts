import type { State } from './state.ts'

/** The numbers of saved states and of open contents at the start of a level. */
interface Level {
  readonly saved: number
  readonly content: number
}

/**
 * The states that are saved, and the marked contents that are open. Each form, group, annotation, glyph or cell of a
 * pattern is a level of its own. The instructions of a level cannot restore states or end contents of the levels around
 * that level. Contents that are still open end with the level.
 */
export class Nesting {
  readonly #saved: State[] = []
  /** For each open content, whether it is shown. */
  readonly #content: boolean[] = []
  /** Number of open contents that are hidden. */
  #hidden = 0
  readonly #levels: Level[] = []

  get isHidden(): boolean {
    return this.#hidden > 0
  }

  get depth(): number {
    return this.#levels.length
  }

  save(state: State): void {
    this.#saved.push({ ...state })
  }

  /** The state that was saved last on the innermost level; `state` when that level has no saved state. */
  restore(state: State): State {
    const floor = this.#levels.at(-1)?.saved ?? 0
    return (this.#saved.length > floor && this.#saved.pop()) || state
  }

  /** Begins a level. */
  open(state: State): void {
    this.save(state)
    this.#levels.push({ saved: this.#saved.length, content: this.#content.length })
  }

  /** Ends all levels from `depth` on. Returns the state before the outermost of them; `state` if none ends. */
  close(state: State, depth = this.depth - 1): State {
    const level = this.#levels[depth]
    if (level === undefined) return state
    while (this.#content.length > level.content) this.#pop()
    this.#levels.length = depth
    this.#saved.length = level.saved
    return this.restore(state)
  }

  begin(isShown: boolean): void {
    this.#content.push(isShown)
    if (!isShown) this.#hidden++
  }

  end(): void {
    if (this.#content.length > (this.#levels.at(-1)?.content ?? 0)) this.#pop()
  }

  #pop(): void {
    if (this.#content.pop() === false) this.#hidden--
  }
}
