/** What is being composed, as the stage shows it. Sizes in mm. */
export interface Draft {
  readonly svg: string
  readonly title: string
  readonly widthMm: number
  readonly heightMm: number
  readonly strokes: number
  readonly lifts: number
  readonly penDownMm: number
  readonly travelMm: number
  readonly estimateSeconds: number
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
}
