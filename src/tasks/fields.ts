import { z } from 'zod'

export const pageFields = () => ({
  width: z.number().min(10).max(3000).default(210).describe('width of the sheet, mm'),
  height: z.number().min(10).max(3000).default(148).describe('height of the sheet, mm'),
})

export const seedField = () =>
  z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1)
    .describe('start of the random numbers: the same seed always gives the same drawing')

export const number = (from: number, to: number, initial: number, meaning: string) =>
  z.number().min(from).max(to).default(initial).describe(meaning)

export const whole = (from: number, to: number, initial: number, meaning: string) =>
  z.int().min(from).max(to).default(initial).describe(meaning)

export const choice = <const T extends readonly [string, ...string[]]>(
  choices: T,
  initial: T[number],
  meaning: string,
) =>
  z
    .enum(choices)
    .default(initial as never)
    .describe(meaning)

export const flag = (initial: boolean, meaning: string) => z.boolean().default(initial).describe(meaning)

export const strictField = () => flag(false, 'refuse characters that would be left out or drawn by other signs')

/** The unevenness of handwriting. @param more  a further fact for the description */
export const handField = (more: string) =>
  number(0, 2, 0, `unevenness of handwriting: 0 is even, 1 written, 2 hurried; ${more}`)

/** The language of a text: two or three letters, then parts of up to eight letters or digits; at most 35 characters. */
export const languageField = (meaning: string) =>
  z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/, 'expected a language tag such as de, sr or pt-BR')
    .optional()
    .describe(`language of the text, such as de or sr: ${meaning}`)
