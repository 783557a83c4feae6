import { labelOf, type Schema } from './schema.ts'

interface Props {
  readonly name: string
  readonly schema: Schema
  readonly value: unknown
  readonly required: boolean
  readonly onInput: (value: unknown) => void
}

/** Longer texts get an input of several lines. */
const LONG_TEXT = 200

/** One field of a task's form, made from its schema. */
export function Field({ name, schema, value, required, onInput }: Props) {
  const id = `field-${name}`
  return (
    <div class="field">
      <label for={id}>
        {labelOf(name)}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      <Input id={id} name={name} schema={schema} value={value} required={required} onInput={onInput} />
      {schema.description !== undefined && <small id={`${id}-help`}>{schema.description}</small>}
    </div>
  )
}

/** A value or default as a text input shows it. */
const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

function Input({ id, name, schema, value, required, onInput }: Props & { readonly id: string }) {
  const common = { id, required, 'aria-describedby': `${id}-help` }
  const shown = value ?? schema.default
  if (schema.enum) {
    return (
      <select {...common} value={textOf(shown)} onChange={(event) => onInput(event.currentTarget.value)}>
        {shown === undefined && <option value="" />}
        {schema.enum.map((each) => (
          <option key={String(each)} value={String(each)}>
            {String(each)}
          </option>
        ))}
      </select>
    )
  }
  if (schema.type === 'boolean') {
    return (
      <input
        {...common}
        type="checkbox"
        checked={shown === true}
        onChange={(event) => onInput(event.currentTarget.checked)}
      />
    )
  }
  if (schema.type === 'number' || schema.type === 'integer') {
    return <NumberInput {...common} name={name} schema={schema} shown={shown} onInput={onInput} />
  }
  if ((schema.maxLength ?? 0) > LONG_TEXT || schema.maxLength === undefined) {
    return (
      <textarea {...common} rows={3} value={textOf(shown)} onInput={(event) => onInput(event.currentTarget.value)} />
    )
  }
  return (
    <input
      {...common}
      type="text"
      maxLength={schema.maxLength}
      value={textOf(shown)}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  )
}

interface NumberProps {
  readonly id: string
  readonly name: string
  readonly required: boolean
  readonly schema: Schema
  readonly shown: unknown
  readonly onInput: (value: unknown) => void
}

/** A seed has a button that draws a random one, because each seed gives another drawing. */
function NumberInput({ name, schema, shown, onInput, ...common }: NumberProps) {
  const input = (
    <input
      {...common}
      type="number"
      step={schema.type === 'integer' ? 1 : 'any'}
      min={schema.minimum}
      max={schema.maximum}
      value={shown === undefined ? '' : Number(shown)}
      onInput={(event) => {
        const { value } = event.currentTarget
        onInput(value === '' ? undefined : Number(value))
      }}
    />
  )
  if (name !== 'seed') return input
  return (
    <span class="dice">
      {input}
      <button type="button" onClick={() => onInput(Math.floor(Math.random() * 1_000_000))}>
        New seed
      </button>
    </span>
  )
}
