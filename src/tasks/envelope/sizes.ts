const INCH = 25.4

/** Width and height of envelopes by name, in landscape, mm. The sizes of North America are converted from inches. */
export const SIZES = {
  dl: [220, 110],
  c6: [162, 114],
  'c6-5': [229, 114],
  c5: [229, 162],
  c4: [324, 229],
  b6: [176, 125],
  '10': [9.5 * INCH, 4.125 * INCH],
  a2: [5.75 * INCH, 4.375 * INCH],
  a6: [6.5 * INCH, 4.75 * INCH],
  a7: [7.25 * INCH, 5.25 * INCH],
} as const satisfies Readonly<Record<string, readonly [number, number]>>

export type SizeName = keyof typeof SIZES
