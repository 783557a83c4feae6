import { z } from 'zod'
import { ERRORS, type ErrorCode } from '../../errors.ts'
import { inSlices } from '../../slices.ts'
import { METHODS, PROTOCOL } from './index.ts'

interface JsonSchema {
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema

interface OpenRpc {
  readonly openrpc: string
  readonly info: object
  readonly methods: readonly object[]
}

let descriptions: Promise<readonly object[]> | undefined

/** The OpenRPC 1.3 document of the methods. The first call builds it in slices, because building takes 100 ms. */
export async function openRpc(version: string): Promise<OpenRpc> {
  descriptions ??= describeMethods()
  const methods = await descriptions
  return { openrpc: '1.3.2', info: { title: 'plotd', version, 'x-protocol': PROTOCOL }, methods }
}

async function describeMethods(): Promise<object[]> {
  const methods: object[] = []
  await inSlices(Object.entries(METHODS), ([name, { role, summary, params, result, errors }]) => {
    const { properties = {}, required = [] } = schemaOf(params, 'input')
    methods.push({
      name,
      summary,
      'x-role': role,
      paramStructure: 'by-name',
      params: Object.entries(properties).map(([field, schema]) => ({
        name: field,
        required: required.includes(field),
        schema,
      })),
      result: { name: 'result', schema: schemaOf(result, 'output') },
      errors: errors.map((code: ErrorCode) => ({ code: -32000, message: ERRORS[code], data: { code } })),
    })
  })
  return methods
}
