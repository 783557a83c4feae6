/**
 * The room `hershey`, with stroke fonts and text layout, turns text into strokes in mm. Other rooms import only this
 * file.
 *
 * - `fonts/` reads fonts: the fonts that ship, and fonts of users (OpenType, SVG, `.jhf`).
 * - `glyphs/` finds the glyph of each character: from the font, composed, lent by another font, or substituted.
 * - `layout/` places glyphs in lines, in a box or along a path, and makes strokes of them.
 * - `paragraph/` sets long texts on pages.
 * - `capture/` makes a font from letters that a user wrote.
 * - `collections/` makes fonts from KanjiVG and from UFO folders.
 * - `centreline/` makes a font of single lines from an outline font.
 *
 * Imports go one way: paragraph → layout → glyphs → fonts.
 */
export {
  fontFromSamples,
  type LetterSample,
  type WrittenAlphabet,
  type WrittenFont,
} from './capture/font-from-samples.ts'
export { type ThinFont, thinFont } from './centreline/thin-font.ts'
export { type CollectedFont, KANJIVG_NOTICE, kanjiFont } from './collections/kanjivg.ts'
export { ufoFont } from './collections/ufo.ts'
export type { FontInfo, FontMetrics, FontStyle, Glyph, StrokeFont } from './fonts/font.ts'
export { addFont, DEFAULT_FONT, fontNames, hasFont, inLanguage, loadFont, withoutFeatures } from './fonts/library.ts'
export {
  addUploadedFont,
  type FontProblem,
  isUploadedFont,
  type OwnFonts,
  refreshFontFolder,
} from './fonts/own-fonts.ts'
export { FONT_ENDINGS, fontFileBytes, fontFromSvg, loadFontFile } from './fonts/read-font.ts'
export {
  graphemesOf,
  type LineChar,
  linesIn,
  type MissingCharacter,
  type SubstitutedCharacter,
} from './glyphs/cells.ts'
export { type Coverage, coverage, fontsFor } from './glyphs/coverage.ts'
export { type CharacterNote, characterName, forgetReported, isPlainIn, notesOn, reportPlain } from './glyphs/notes.ts'
export { verticalForm } from './glyphs/vertical-forms.ts'
export type { TextLine } from './layout/arrange.ts'
export { type FitOptions, type FittedText, fitText } from './layout/fit.ts'
export { layoutText, type TextLayout, textLayouts } from './layout/layout.ts'
export { dependsOnNeighbors, type LineGlyph, lineGlyphs } from './layout/line-glyphs.ts'
export { type PathText, type PathTextOptions, textOnPath } from './layout/on-path.ts'
export type { Align, Hand, LetterOptions, LineOptions, TextOptions } from './layout/options.ts'
export { fontSpecimen, type SpecimenOptions, sampleOf } from './layout/specimen.ts'
export { standingGlyph, type VerticalOptions, type VerticalText, verticalText } from './layout/vertical.ts'
export { type Manner, type PlacedGlyph, writtenStrokes } from './layout/written.ts'
export type { Block } from './paragraph/block.ts'
export type { Shape } from './paragraph/frames.ts'
export { HYPHENATED_LANGUAGES } from './paragraph/hyphens.ts'
export { blocksOf, type PagesOptions, setPages, type TextPage, type TextPages } from './paragraph/set-pages.ts'
