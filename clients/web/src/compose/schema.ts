/** The part of JSON Schema from which the page makes forms, without lists (`items`). */
export interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
}

/** Values of a form, by the name of the field. */
export type Values = Readonly<Record<string, unknown>>

/** The value of a parameter if the value is a text, else undefined. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * The forms of a task: one for each variant of its schema. `by` names the field that chooses the form. Without `by`,
 * the page uses the first form.
 */
interface Forms {
  readonly by?: string
  readonly choices: readonly Schema[]
}

/** The forms of a task, from its schema. */
export function formsOf(schema: Schema): Forms {
  const choices = schema.oneOf ?? schema.anyOf ?? [schema]
  const by = Object.entries(choices[0]?.properties ?? {}).find(([, property]) => property.const !== undefined)?.[0]
  return choices.length > 1 && by !== undefined ? { by, choices } : { choices }
}

/** The form whose constant for `by` equals the chosen value; the first form when no constant does. */
export function chosenForm({ by, choices }: Forms, values: Values): Schema {
  const match = by === undefined ? undefined : choices.find((choice) => choice.properties?.[by]?.const === values[by])
  return match ?? choices[0] ?? {}
}

/** A property whose values the page shows as pictures. */
export interface Design {
  readonly name: string
  readonly choices: readonly string[]
  /** The choice before the user makes one. */
  readonly first: string
}

/** The design of a task: the property in which its forms differ, or its template; undefined when it has neither. */
export function designOf({ by, choices }: Forms): Design | undefined {
  const names = (values: readonly unknown[]): string[] => values.map(String)
  if (by !== undefined) {
    const all = names(choices.map((choice) => choice.properties?.[by]?.const))
    return { name: by, choices: all, first: all[0] ?? '' }
  }
  const template = choices[0]?.properties?.['template']
  if (!template?.enum) return undefined
  return { name: 'template', choices: names(template.enum), first: String(template.default ?? template.enum[0]) }
}

/**
 * The parameters of a sample picture: the choice, and the text 'Ada' for each other required text without a default.
 * Undefined when a required field without a default is no text, or is a text with a list of values.
 */
export function sampleParams(
  { properties = {}, required = [] }: Schema,
  by: string,
  choice: string,
): Values | undefined {
  const others = required.filter((name) => name !== by && properties[name]?.default === undefined)
  if (others.some((name) => properties[name]?.type !== 'string' || properties[name]?.enum)) return undefined
  return { ...Object.fromEntries(others.map((name) => [name, 'Ada'])), [by]: choice }
}

/**
 * The parameters to send: the constants of this form, and the user's values for its other fields. Empty texts are left
 * out.
 *
 * @param strict  true sets the field `strict` of the form to true; otherwise that field gets the user's value
 */
export function paramsOf(schema: Schema, values: Values, strict?: boolean): Values {
  const fields = Object.entries(schema.properties ?? {})
  const entries = fields.flatMap(([name, field]) => {
    const value = field.const ?? (name === 'strict' ? strict || values[name] : values[name])
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}

/**
 * The first required field that is empty or has no value; undefined if the form is complete. A constant replaces the
 * user's value, and a default replaces a missing value.
 */
export const missingField = (schema: Schema, values: Values): string | undefined =>
  (schema.required ?? []).find((name) => {
    const value = schema.properties?.[name]?.const ?? values[name] ?? schema.properties?.[name]?.default
    return value === undefined || value === ''
  })

/** Whether the page has an input for a field. It has none for a list or an object. */
const hasInput = ({ type }: Schema): boolean => type !== 'array' && type !== 'object'

/** Whether the page has an input for each required field of a task. */
export const isFillable = (schema: Schema): boolean =>
  formsOf(schema).choices.every(({ properties = {}, required = [] }) =>
    required.every((name) => hasInput(properties[name] ?? {})),
  )

/** The fields that a form shows: required ones first, then the order of the schema. */
export function shownFields({ properties = {}, required = [] }: Schema): [name: string, field: Schema][] {
  const fields = Object.entries(properties).filter(([, field]) => field.const === undefined && hasInput(field))
  return fields.sort(([a], [b]) => Number(required.includes(b)) - Number(required.includes(a)))
}

/** Whether a field is a text that names a font: plotd's tasks and custom tasks call such a field `font` or `…Font`. */
export const isFontField = (name: string, { type, enum: choices }: Schema): boolean =>
  type === 'string' && choices === undefined && /^font$|Font$/.test(name)
