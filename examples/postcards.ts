import { connect, enqueuePostcardGeneration } from '../src/index.ts'

/*
 * Queues three postcards at low priority, then an urgent one. plotd renders the urgent card before the cards that still
 * wait. Start a daemon first (`plotd serve`). To draw the cards, add `plot: {plotter: 'any'}` to each job.
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
