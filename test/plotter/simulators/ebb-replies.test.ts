import { describe, expect, it } from 'vitest'
import { conversation } from '../../support/conversation.ts'

describe('a simulated EBB 2.8.1', () => {
  it.each([
    ['V\r', 'EBBv13_and_above EB Firmware Version 2.8.1\r\n'],
    ['v\n', 'EBBv13_and_above EB Firmware Version 2.8.1\r\n'],
    ['\r\n\r\nV\r\n', 'EBBv13_and_above EB Firmware Version 2.8.1\r\n'],
    ['EM,1,1\r', 'OK\r\n'],
    ['QB\r', '0\r\nOK\r\n'],
    ['QP\r', '1\n\rOK\r\n'],
    ['QS\r', '0,0\n\rOK\r\n'],
    ['QE\r', '0,0\n\rOK\r\n'],
    ['QR\r', '0\n\rOK\r\n'],
    ['QM\r', 'QM,0,0,0,0\n\r'],
    ['QG\r', 'D0\r\n'],
    ['QC\r', '0394,0394\r\nOK\r\n'],
    ['QL\r', '0\r\nOK\r\n'],
    ['SL,31\rQL\r', 'OK\r\n31\r\nOK\r\n'],
    ['ST,desk\rQT\r', 'OK\r\ndesk\r\nOK\r\n'],
    ['ES\r', '0,0,0,0,0\n\rOK\r\n'],
    ['PI,E,0\r', 'PI,0\r\n'],
    ['SC,99,1\r', 'OK\r\n'],
    ['CU,1,0\rEM,1,1\r', '\r\n\r\n'],
    ['BB\r', "!8 Err: Unknown command 'BB:4242'\r\n"],
    ['SM,100\r', '!4 Err: Missing parameter(s)\r\n'],
    ['SM;100\r', "!8 Err: Unknown command 'SM;100:534D3B313030'\r\n"],
    ['SM,x\r', '!6 Err: Invalid parameter value\r\n'],
    ['SM,0,1,1\r', '!6 Err: Invalid parameter value\r\n'],
    ['SM,100,50;3\r', "!5 Err: Need comma next, found: ';'\r\n"],
    ['SM,100,3000\r', '!0 Err: <axis1> step rate > 25K steps/second.\n\r\r\n'],
    ['SM,100,0,3000\r', '!0 Err: <axis2> step rate > 25K steps/second.\n\r\r\n'],
    ['SM,1000,1\r', '!0 Err: <axis1> step rate < 1.31Hz.\n\r\r\n'],
    ['EM,1,1,9\r', 'OK\r\n!7 Err: Extra parameter\r\n'],
    ['L3,1,1,1,1,1,1,1,1\r', "!8 Err: Unknown command 'L3:4C33'\r\n"],
  ])('answers %j with %j', (command, answer) => {
    expect(conversation().say(command)).toBe(answer)
  })

  it('gives up on a line of more than 256 bytes', () => {
    expect(conversation().say('S'.repeat(300))).toBe('!3 Err: RX Buffer overrun\r\n')
  })

  it('reports a button press once', () => {
    const { board, say } = conversation()
    board.pressButton()
    expect([say('QB\r'), say('QB\r')]).toEqual(['1\r\nOK\r\n', '0\r\nOK\r\n'])
  })
})

describe('a simulated EBB 3.0.3', () => {
  const future = { firmware: '3.0.3' } as const

  it.each([
    ['ES\r', '0\n\rOK\r\n'],
    ['QU,2\r', 'QU,32\r\nOK\r\n'],
    ['QG\r', '10\r\n'],
    ['SM,100,3000\r', '!0 Err: <axis1> step rate too high\n\r\r\n'],
    ['LM,0,0,0,0,0,0\r', '!6 Err: Invalid parameter value\r\n'],
    ['CU,10,1\r', '\n'],
    ['CU,10,1\rCU,10,0\r', '\nCUOK\r\n'],
    ['CU,10,1\rQS\rEM,1,1\r', '\nQS,0,0\nEM\n'],
    ['CU,10,1\rV\r', '\nV,EBBv13_and_above EB Firmware Version 3.0.3\n'],
    ['CU,10,1\rSM,100\r', '\nSM,!4 Err: Missing parameter(s)\n'],
  ])('answers %j with %j', (command, answer) => {
    expect(conversation(future).say(command)).toBe(answer)
  })

  it('disconnects from USB when it gets RB, without an answer', () => {
    const { say, hungUp } = conversation(future)
    expect(say('RB\r')).toBe('')
    expect(hungUp()).toBe(true)
  })
})
