import { Io } from '../../clients/cli/io/io.ts'

/** Collects the answers of a verb instead of printing them. */
export class Collected extends Io {
  readonly answers: Record<string, unknown>[] = []
  override answer(value: unknown): void {
    this.answers.push(value as Record<string, unknown>)
  }
}
