import { z } from 'zod'
import { fontNames, hasFont, isUploadedFont } from '../hershey/index.ts'
import { nearest } from './nearest.ts'

/**
 * The name of a font, or the SHA-256 of an uploaded font file; OpenType features may follow. The content of an upload
 * is checked later, on a thread.
 */
export const fontField = (initial: string, meaning: string) =>
  z
    .string()
    .min(1)
    .max(100)
    .default(initial)
    .superRefine((name, context) => {
      if (hasFont(name) || isUploadedFont(name)) return
      const suggestion = nearest(
        name,
        fontNames().map((font) => font.name),
      )
      const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`
      context.addIssue({
        code: 'custom',
        message: `expected the name of a font; \`plotd fonts\` lists all fonts${hint}`,
      })
    })
    .describe(`${meaning}; or the sha256 of an uploaded font file; OpenType features follow a colon: Relief:smcp,onum`)
