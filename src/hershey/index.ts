export type { MissingCharacter, SubstitutedCharacter } from './cells.ts'
export type { FontInfo, FontMetrics, FontStyle, Glyph, StrokeFont } from './font.ts'
export { type Align, layoutText, type TextLayout, type TextLine, type TextOptions } from './layout.ts'
export { DEFAULT_FONT, fontNames, loadFont, loadFontFile, parseFont } from './library.ts'
