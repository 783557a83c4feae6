/** The part of JSON Schema that tasks use: enough to make a form that fits any task, people's own included. */
export interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly maxLength?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
}

export type Values = Readonly<Record<string, unknown>>

/** The forms a task offers: one, or one for each value of the property that tells them apart. */
export function forms(schema: Schema): { by?: string; choices: readonly Schema[] } {
  const choices = schema.oneOf ?? schema.anyOf ?? [schema]
  const by = Object.entries(choices[0]?.properties ?? {}).find(([, each]) => each.const !== undefined)?.[0]
  return choices.length > 1 && by !== undefined ? { by, choices } : { choices }
}

/** A choice that is made by looking: the property that tells a task's forms apart, or its template. */
export interface Design {
  readonly name: string
  readonly choices: readonly string[]
  /** The one that is drawn unless another is chosen. */
  readonly first: string
}

export function designOf({ by, choices }: ReturnType<typeof forms>): Design | undefined {
  const names = (values: readonly unknown[]): string[] => values.map(String)
  if (by !== undefined) {
    const all = names(choices.map((each) => each.properties?.[by]?.const))
    return { name: by, choices: all, first: all[0] ?? '' }
  }
  const template = choices[0]?.properties?.['template']
  if (!template?.enum) return undefined
  return { name: 'template', choices: names(template.enum), first: String(template.default ?? template.enum[0]) }
}

/** The form that fits these values. */
export function chosenForm({ by, choices }: ReturnType<typeof forms>, values: Values): Schema {
  const fits = by === undefined ? undefined : choices.find((each) => each.properties?.[by]?.const === values[by])
  return fits ?? choices[0] ?? {}
}

/** What to send: only fields of this form, and of those only what a person gave. */
export function given(schema: Schema, values: Values): Values {
  const fields = Object.entries(schema.properties ?? {})
  const kept = fields.flatMap(([name, field]) => {
    const value = field.const ?? values[name]
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return Object.fromEntries(kept)
}

/** Whether everything required has been given. */
export const complete = (schema: Schema, values: Values): boolean =>
  (schema.required ?? []).every((name) => {
    const value = schema.properties?.[name]?.const ?? values[name] ?? schema.properties?.[name]?.default
    return value !== undefined && value !== ''
  })

/** 'swellSize' → 'Swell size' */
export const labelOf = (name: string): string => {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
