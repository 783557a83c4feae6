export type { TextLine } from './arrange.ts'
export type { MissingCharacter, SubstitutedCharacter } from './cells.ts'
export { type Coverage, coverage, fontsFor } from './coverage.ts'
export { type FitOptions, type FittedText, fitText } from './fit.ts'
export type { FontInfo, FontMetrics, FontStyle, Glyph, StrokeFont } from './font.ts'
export { layoutText, type TextLayout, textLayouts } from './layout.ts'
export { addFont, DEFAULT_FONT, fontNames, hasFont, loadFont, loadFontFile, parseFont } from './library.ts'
export { type CharacterNote, characterName, notesOn } from './notes.ts'
export { type PathText, type PathTextOptions, textOnPath } from './on-path.ts'
export type { Align, Hand, LetterOptions, LineOptions, TextOptions } from './options.ts'
export {
  addFontFolder,
  addUploadedFont,
  type FontProblem,
  isUploadedFont,
  type OwnFonts,
} from './own-fonts.ts'
export { fontSpecimen, type SpecimenOptions, sampleOf } from './specimen.ts'
