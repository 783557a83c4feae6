import type { Params, Result } from '../../../../src/daemon/protocol/index.ts'

/** What is being composed, as the stage shows it, with the wish that it was drawn by. Sizes in mm. */
export interface Draft extends Result<'preview.render'> {
  readonly plot?: NonNullable<Params<'preview.render'>['plot']>
}
