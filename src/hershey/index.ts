export type { FontInfo, FontMetrics, FontStyle, Glyph, StrokeFont } from './fonts/font.ts'
export { addFont, DEFAULT_FONT, fontNames, hasFont, loadFont, loadFontFile, parseFont } from './fonts/library.ts'
export {
  addFontFolder,
  addUploadedFont,
  type FontProblem,
  isUploadedFont,
  type OwnFonts,
} from './fonts/own-fonts.ts'
export type { MissingCharacter, SubstitutedCharacter } from './glyphs/cells.ts'
export { type Coverage, coverage, fontsFor } from './glyphs/coverage.ts'
export { type CharacterNote, characterName, notesOn } from './glyphs/notes.ts'
export type { TextLine } from './layout/arrange.ts'
export { type FitOptions, type FittedText, fitText } from './layout/fit.ts'
export { layoutText, type TextLayout, textLayouts } from './layout/layout.ts'
export { type PathText, type PathTextOptions, textOnPath } from './layout/on-path.ts'
export type { Align, Hand, LetterOptions, LineOptions, TextOptions } from './layout/options.ts'
export { fontSpecimen, type SpecimenOptions, sampleOf } from './layout/specimen.ts'
