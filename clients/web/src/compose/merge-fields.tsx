import type { ComponentChildren } from 'preact'
import { labelOf } from '../shared/format.ts'
import type { Store } from '../state/store.ts'
import { DesignPicker } from './design-picker.tsx'
import { Fields } from './fields.tsx'
import { firstMap, isMapped, MERGE_TASK, type MergeChoices, mappableParams, UNUSED } from './merge-plan.ts'
import { designOf, formsOf, type Schema, sampleParams, textOf, type Values } from './schema.ts'
import type { Table } from './use-merge.ts'

interface Props {
  readonly store: Store
  readonly schema: Schema
  /** The schema of the task `envelope`. */
  readonly envelope: Schema
  readonly table: Table
  readonly values: Values
  readonly choices: MergeChoices
  readonly onChoices: (choices: MergeChoices) => void
  readonly onInput: (param: string, value: unknown) => void
}

/** The columns of the table, the envelopes, the order of the cards, and the parameters of all cards. */
export function MergeFields({ store, schema, envelope, table, values, choices, onChoices, onInput }: Props) {
  const forms = formsOf(schema)
  const form = forms.choices[0] ?? {}
  const design = designOf(forms)
  const columns = table.columns.filter((column) => column !== '')
  const hasSide = isMapped(choices, 'address') && choices.envelopes === ''
  const hidden = ['recipient', 'strict', 'side', design?.name ?? '', ...Object.values(choices.map)]
  return (
    <>
      <Columns
        columns={columns}
        params={mappableParams(form, envelope, choices.envelopes !== '')}
        map={choices.map}
        onMap={(map) => onChoices({ ...choices, map })}
      />
      <EnvelopeChoices
        sizes={(envelope.properties?.['size']?.enum ?? []).map(String)}
        choices={choices}
        onChoices={({ envelopes, pairs }) => {
          const hasChanged = envelopes !== choices.envelopes
          // With envelopes, columns may give further parameters.
          const map = hasChanged
            ? firstMap(table.columns, mappableParams(form, envelope, envelopes !== ''))
            : choices.map
          onChoices({ ...choices, envelopes, pairs, map })
        }}
      />
      <Select label="Order" value={choices.orderBy} onChoose={(orderBy) => onChoices({ ...choices, orderBy })}>
        <option value="">as in the table</option>
        {columns.map((column) => (
          <option key={column} value={column}>
            by {column}
          </option>
        ))}
      </Select>
      {design && !isMapped(choices, design.name) && (
        <DesignPicker
          store={store}
          task={MERGE_TASK}
          name={design.name}
          choices={design.choices}
          chosen={textOf(values[design.name]) ?? design.first}
          help={undefined}
          params={(choice) => sampleParams(form, design.name, choice)}
          onChoose={(choice) => onInput(design.name, choice)}
        />
      )}
      {hasSide && (
        <Select label="Side" value={textOf(values['side']) ?? 'front'} onChoose={(side) => onInput('side', side)}>
          <option value="front">front, without the address</option>
          <option value="back">back, with the address</option>
          <option value="both">both, with a pause to turn the card</option>
        </Select>
      )}
      <details>
        <summary>For all cards</summary>
        <Fields
          store={store}
          form={form}
          values={values}
          hidden={new Set(hidden)}
          problems={new Map()}
          onInput={onInput}
        />
      </details>
    </>
  )
}

interface ColumnsProps {
  readonly columns: readonly string[]
  readonly params: readonly string[]
  readonly map: MergeChoices['map']
  readonly onMap: (map: MergeChoices['map']) => void
}

/** The parameter that each column gives. */
function Columns({ columns, params, map, onMap }: ColumnsProps) {
  return (
    <fieldset>
      <legend>Columns</legend>
      {columns.map((column) => (
        <Select
          key={column}
          label={column}
          value={map[column] ?? UNUSED}
          onChoose={(param) => onMap({ ...map, [column]: param })}
        >
          <option value={UNUSED}>not used</option>
          {params.map((param) => (
            <option key={param} value={param}>
              {labelOf(param).toLowerCase()}
            </option>
          ))}
        </Select>
      ))}
    </fieldset>
  )
}

interface EnvelopeProps {
  readonly sizes: readonly string[]
  readonly choices: Pick<MergeChoices, 'envelopes' | 'pairs'>
  readonly onChoices: (choices: Pick<MergeChoices, 'envelopes' | 'pairs'>) => void
}

/** The size of the envelopes, and their order among the cards. */
function EnvelopeChoices({ sizes, choices: { envelopes, pairs }, onChoices }: EnvelopeProps) {
  return (
    <>
      <Select label="Envelopes" value={envelopes} onChoose={(size) => onChoices({ envelopes: size, pairs })}>
        <option value="">none</option>
        {sizes.map((size) => (
          <option key={size} value={size}>
            {`${size.toUpperCase()}, one for each card`}
          </option>
        ))}
      </Select>
      {envelopes !== '' && (
        <Select
          label="Pairs"
          value={pairs}
          onChoose={(order) => onChoices({ envelopes, pairs: order === 'runs' ? 'runs' : 'beside' })}
        >
          <option value="beside">each envelope after its card</option>
          <option value="runs">all cards, then all envelopes</option>
        </Select>
      )}
    </>
  )
}

interface SelectProps {
  readonly label: string
  readonly value: string
  readonly onChoose: (value: string) => void
  readonly children: ComponentChildren
}

const Select = ({ label, value, onChoose, children }: SelectProps) => (
  <label class="pair">
    <span>{label}</span>
    <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
      {children}
    </select>
  </label>
)
