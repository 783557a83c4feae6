/** Cap height of a usual text face, in ems: a stroke font takes its size by its capitals. */
export const CAP_HEIGHT = 0.7

/** What stands for the metrics of a font, in ems: those of usual text faces, whatever the stroke font. */
export const FONT_METRICS = { ascent: 0.9, descent: 0.2, xHeight: 0.5 } as const
