import type { Hostile } from './make.ts'
import { PAINT } from './paint.ts'
import { REFERENCES } from './references.ts'
import { SHAPES } from './shapes.ts'
import { STYLES } from './styles.ts'
import { TEXT } from './text.ts'

export type { Hostile } from './make.ts'

/**
 * Files that need far more work than their size suggests. When the reader gets a loop whose length a file decides, add
 * a file here.
 */
export const HOSTILE: readonly Hostile[] = [...REFERENCES, ...STYLES, ...PAINT, ...SHAPES, ...TEXT]
