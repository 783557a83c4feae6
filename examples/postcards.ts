import { connect, enqueuePostcardGeneration } from '../src/index.ts'

/*
 * A batch of postcards at low priority, and one that somebody waits for: it overtakes them. Run a daemon first
 * (`plotd serve`); add `plot: {plotter: 'any'}` to each to have them drawn.
 */
const guests = ['Ada', 'Grace', 'Katherine']
for (const recipient of guests) {
  await enqueuePostcardGeneration({
    recipient,
    message: 'Thank you for coming to the opening!',
    templateName: 'thank-you',
    priority: 'low',
  })
}
const urgent = await enqueuePostcardGeneration({
  recipient: 'Mary',
  message: 'Happy birthday!',
  templateName: 'birthday',
  priority: 'high',
})

await using plotd = await connect()
for await (const { title, status, result } of plotd.watch(urgent.id)) {
  console.log(`${title}: ${status}${result ? ` ${result.path}` : ''}`)
}
