import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** Ends the run with one plain line: `N passed, N failed`, and `N skipped` if tests were skipped. */
export default class Tally implements Reporter {
  readonly #count = { passed: 0, failed: 0, skipped: 0 }

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result()
    if (state !== 'pending') this.#count[state]++
  }

  /** A file that fails without a failed test, for example because it does not load, counts as one failure. */
  onTestModuleEnd(module: TestModule): void {
    if (module.state() === 'failed' && [...module.children.allTests('failed')].length === 0) this.#count.failed++
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const { passed, failed, skipped } = this.#count
    const line = `${passed} passed, ${failed + unhandled.length} failed`
    process.on('exit', () => console.log(skipped > 0 ? `${line}, ${skipped} skipped` : line))
  }
}
