import { expect, it } from 'vitest'
import { cut, idleStation } from '../../support/idle-station.ts'

it('a plotter in maintenance lets only the job continue whose cut sheet lies on it', async () => {
  const { station } = await idleStation()
  for (const id of ['two', 'one']) station.jobChanged(cut(id))
  await station.maintain('ada', 'a new belt')
  const resume = (id: string) => station.resume(cut(id), { sheetBack: true, atHome: true })
  await expect(resume('two')).rejects.toThrow('is in maintenance: a new belt')
  await expect(resume('one')).rejects.not.toThrow('maintenance') // the spool does not know this job
})
