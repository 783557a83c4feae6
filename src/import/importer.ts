import type { LayerMode } from '../svg/index.ts'

/** Units of length in which a drawing may be given. */
export const UNITS = ['mm', 'cm', 'm', 'in', 'ft', 'pt', 'px'] as const
export type Unit = (typeof UNITS)[number]

/** The part of a hatch that is drawn: its edges, the lines of its pattern, or nothing. */
export const HATCHES = ['edges', 'lines', 'none'] as const
export type Hatches = (typeof HATCHES)[number]

/** The layout of a plain text on sheets. */
export interface TextSheets {
  /** A name such as 'a4', or a size such as '210x148mm'. */
  readonly paper?: string
  /** White border, mm. */
  readonly margin?: number
  /** Cap height, mm. */
  readonly size?: number
}

/**
 * A fact about an import that the user must know before the pen draws. The code shows whether the fact is a loss: see
 * docs/import.md.
 */
export interface ImportNote {
  readonly code: 'not-drawn' | 'import' | 'text-font' | 'layer-hidden'
  readonly message: string
  readonly count?: number
}

/** Limits of one import. */
export interface ImportLimits {
  /** Bytes of the file. */
  readonly bytes: number
  /** Characters of the resulting SVG. */
  readonly characters: number
}

/** Limits that real documents stay below. */
export const DEFAULT_IMPORT_LIMITS: ImportLimits = { bytes: 64_000_000, characters: 64_000_000 }

/** A pixel image that a document contains. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green, blue, alpha of each pixel, row by row. */
  readonly rgba: Uint8Array
}

/** The choices of a user about a document. */
export interface ImportOptions {
  /** Name of the file; empty when it has none. */
  readonly name: string
  /** The page, from 1 on. */
  readonly page: number
  /** Stroke font for text. */
  readonly font: string
  /** Whether text is drawn as outlines: of the font in the file, or of another font where the file lacks the font. */
  readonly outlines: boolean
  /** The unit of a drawing whose file names no unit. */
  readonly unit?: Unit
  /** Sheets and letters of a plain text. When absent: A4 with margins of 20 mm, and capitals of 3 mm. */
  readonly text?: TextSheets
  /** Highest Z of G-code at which the pen is down, mm. When absent, the importer detects how a file lowers the pen. */
  readonly penDownZ?: number
  /** The drawn part of a hatch; when absent, its edges. */
  readonly hatches?: Hatches
  readonly limits: ImportLimits
  /**
   * Draws a picture from the document as strokes: x and y in turn, mm from the top left corner of the picture. When
   * absent, the notes list pictures as not drawn.
   */
  readonly drawPicture?: (
    picture: Picture,
    widthMm: number,
    heightMm: number,
  ) => Promise<readonly (readonly number[])[]>
}

/** A document as an SVG. */
export interface ImportResult {
  /** The SVG, with its size in mm. From a format with pens or layers, the SVG has layers of Inkscape. */
  readonly svg: string
  readonly notes: readonly ImportNote[]
  /**
   * The source of layers when the user does not choose one. When absent, it is 'inkscape': groups that are layers of
   * Inkscape.
   */
  readonly layers?: LayerMode
}

/**
 * Reads one document format. The result of an importer depends only on the bytes, the options and the fonts. The
 * importer opens no connection, and no file except those of fonts.
 * The daemon runs an importer on a thread, and ends the thread when the importer takes too long or too much memory.
 */
export interface Importer {
  /** The name of the format, such as 'pdf'. A custom importer's task has the same name. */
  readonly name: string
  /** The name of the format in sentences, with an article: 'a PDF'. */
  readonly title: string
  /** Usual endings of file names, without the dot. The content of a file counts more than the ending of its name. */
  readonly extensions: readonly string[]
  /**
   * Set for a built-in text format without a signature. When a file also matches another format, the other format takes
   * precedence.
   */
  readonly isPlainText?: true
  /**
   * Whether the bytes are of this format. `sniff` must be quick and must not throw.
   *
   * @param bytes  the whole file
   * @param name  name of the file, for formats that have no signature; may be empty
   */
  sniff(bytes: Uint8Array, name: string): boolean
  /**
   * Counts the pages of the document; absent for formats with one page.
   *
   * @throws PlotdError as `read`
   */
  pages?(bytes: Uint8Array, options: ImportOptions): Promise<number>
  /**
   * Reads one page.
   *
   * @param bytes  a file that `sniff` recognized
   * @throws PlotdError ERR_DOCUMENT when the file cannot be read, ERR_SVG_LIMIT when it exceeds a limit, ERR_PARAMS
   *   when the page does not exist or an option is invalid, ERR_EMPTY when nothing is to be drawn, ERR_FONT_UNKNOWN
   */
  read(bytes: Uint8Array, options: ImportOptions): Promise<ImportResult> | ImportResult
}

/** Returns the importer; gives type inference in modules. */
export const defineImporter = (importer: Importer): Importer => importer
