import { useEffect, useRef } from 'preact/hooks'
import { labelOf, sentenceCase } from '../shared/format.ts'
import { useNumberText } from '../shared/use-number-text.ts'
import type { Store } from '../state/store.ts'
import { FontPicker } from './font-picker.tsx'
import { isFontField, type Schema } from './schema.ts'

interface Props {
  readonly store: Store
  readonly name: string
  readonly schema: Schema
  readonly value: unknown
  readonly required: boolean
  /** What is wrong with the value; undefined when no problem is known. */
  readonly problem: string | undefined
  readonly onInput: (value: unknown) => void
}

/** A text that may have more characters than this, or has no limit, gets an input of several lines. */
const LONG_TEXT = 200

/** One field of a task's form, from the field's schema, with its help and its problem. */
export function Field({ store, name, schema, value, required, problem, onInput }: Props) {
  const id = `field-${name}`
  const input = (
    <Input
      id={id}
      name={name}
      schema={schema}
      value={value}
      required={required}
      problem={problem}
      onInput={onInput}
      store={store}
    />
  )
  const words = (
    <>
      {problem !== undefined && <ProblemWords id={id} problem={problem} />}
      {schema.description !== undefined && <small id={`${id}-help`}>{schema.description}</small>}
    </>
  )
  if (schema.type === 'boolean') {
    return (
      <div class="field">
        <div class="check">
          {input} <label for={id}>{labelOf(name)}</label>
        </div>
        {words}
      </div>
    )
  }
  return (
    <div class="field">
      <label for={id}>
        {labelOf(name)}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      {input}
      {words}
    </div>
  )
}

/** The problem of a field. The words scroll into sight when the problem appears while the user types in that field. */
function ProblemWords({ id, problem }: { readonly id: string; readonly problem: string }) {
  const words = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (document.activeElement?.id === id) words.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <span ref={words} class="problem" id={`${id}-problem`}>
      {sentenceCase(problem)}
    </span>
  )
}

/** A value or default as a text input shows it. */
const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

function Input({ store, id, name, schema, value, required, problem, onInput }: Props & { readonly id: string }) {
  const common = {
    id,
    required,
    'aria-describedby': problem === undefined ? `${id}-help` : `${id}-problem ${id}-help`,
    ...(problem === undefined ? {} : { 'aria-invalid': true }),
  }
  const effective = value ?? schema.default
  if (isFontField(name, schema)) {
    return <FontPicker {...common} store={store} value={textOf(effective)} onFont={onInput} />
  }
  if (schema.enum) {
    return (
      <select {...common} value={textOf(effective)} onChange={(event) => onInput(event.currentTarget.value)}>
        {effective === undefined && <option value="" />}
        {schema.enum.map((choice) => (
          <option key={String(choice)} value={String(choice)}>
            {String(choice)}
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
        checked={effective === true}
        onChange={(event) => onInput(event.currentTarget.checked)}
      />
    )
  }
  if (schema.type === 'number' || schema.type === 'integer') {
    return <NumberInput {...common} name={name} schema={schema} shown={effective} onInput={onInput} />
  }
  if ((schema.maxLength ?? 0) > LONG_TEXT || schema.maxLength === undefined) {
    return (
      <textarea
        {...common}
        rows={3}
        value={textOf(effective)}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    )
  }
  return (
    <input
      {...common}
      type="text"
      maxLength={schema.maxLength}
      value={textOf(effective)}
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

/** A number input. The input of a seed also has a button that sets a random seed. */
function NumberInput({ name, schema, shown, onInput, ...common }: NumberProps) {
  const { text, take, leave } = useNumberText(shown === undefined ? undefined : Number(shown))
  const input = (
    <input
      {...common}
      type="number"
      step={schema.type === 'integer' ? 1 : 'any'}
      min={schema.minimum}
      max={schema.maximum}
      value={text}
      onInput={(event) => {
        const { value } = event.currentTarget
        take(value)
        onInput(value === '' ? undefined : Number(value))
      }}
      onBlur={leave}
    />
  )
  if (name !== 'seed') return input
  return (
    <span class="dice" data-repeats>
      {input}
      <button type="button" onClick={() => onInput(Math.floor(Math.random() * 1_000_000))}>
        New seed
      </button>
    </span>
  )
}
