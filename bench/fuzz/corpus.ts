/** Small sound inputs, from which unsound ones are made. */
export const SVGS = [
  '<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="2cm" viewBox="0 0 20 20"><path d="M1 1L9 9C1 2 3 4 5 6Q1 2 3 4A5 3 30 1 0 9 9Z" stroke="red" fill="none"/></svg>',
  '<svg viewBox="0 0 9 9"><style>.a{stroke:blue;transform:rotate(30deg)} g > rect:first-child{fill:url(#h)}</style><g class="a"><rect width="3" height="4" rx="1"/><circle r="2" cx="50%"/></g><use href="#x" x="4"/><ellipse id="x" rx="3" ry="1e1"/></svg>',
  '<!DOCTYPE svg [<!ENTITY e "1">]><svg><defs><clipPath id="c"><rect width="4" height="4"/></clipPath><marker id="m" orient="auto"><path d="M0 0h&e;"/></marker></defs><polyline clip-path="url(#c)" marker-mid="url(#m)" stroke-dasharray="1 2" points="0,0 1,1 2,0"/><text x="3" y="4" font-size="3">Hé<tspan dy="1">llo</tspan></text></svg>',
]
export const JHFS = [
  '    8  9MWOMOV RUMUV ROQUQ\n  501  9I[RFJ[ RRFZ[ RMTWT\n',
  '12345  4KYRFRK RNHRKVH\n    1  1JZ\n  699 12JZLBX[ RL[XB RIFAP\n',
]
export const FONTS = [
  '<svg><defs><font id="f" horiz-adv-x="400"><font-face units-per-em="1000" ascent="800" descent="-200" cap-height="500"/><missing-glyph horiz-adv-x="1"/><glyph unicode="A" horiz-adv-x="500" d="M0 0L100 200 300 0"/><glyph unicode="&#x42;" d="M0 0 l9 9"/><hkern u1="A" u2="B" k="10"/></font></defs></svg>',
]
export const TABLES = [
  'name,street,town\nAda,"12, Long Lane",Bath\n"Böll, ""H""","two\nlines",Köln\n\n,,\n',
  'sep=;\r\nname;n\r\nA;1\r\nB;"2;3"\r\n',
  '\uFEFFa\tb\tc\n1\t\t3\n"x"\ty\n',
]
export const CONFIGS = [
  'port: 7475\nhost: 127.0.0.1\nhosts: [a.lan]\nrender: {workers: 2, timeout: 2m}\nplotters:\n  - {name: ax, url: "sim:ebb", profile: axidraw-v3, gate: off}\n',
  'limits:\n  depth: 9\nretention: &r {jobs: 3, days: 1.5}\nother: *r\ntls: {cert: a, key: b}\nlogLevel: warn\n',
  '{"plotters": [{"name": "x", "url": "tcp://h:1", "profile": {"base": "grbl-servo", "pen": {"upPercent": 3}}}]}',
]
export const CALLS = [
  '{"jsonrpc":"2.0","id":1,"method":"job.submit","params":{"task":"pattern","params":{"pattern":"spiral","width":60},"priority":"high","plot":{"plotter":"any","copies":2,"options":{"keepOrder":true}}}}',
  '[{"jsonrpc":"2.0","id":"a","method":"job.list","params":{"status":["queued"],"limit":5}},{"jsonrpc":"2.0","method":"job.cancel","params":{"id":"x"}}]',
  '{"jsonrpc":"2.0","id":null,"method":"events.subscribe","params":{"since":{"session":"s","seq":3},"topics":["jobs"]}}',
  '{"jsonrpc":"2.0","id":4,"method":"token.new","params":{"name":"n","role":"watch"}}',
]
/** What hosts say to boards, a dialect each. */
export const HOSTS = {
  ebb: [
    'V\rQG\rEM,1,1\rSC,4,20000\rSP,1,200\rSM,100,20,-30\rLM,85899346,400,0,85899346,400,0\rXM,50,1,2\rQS\rQM\rCS\rES\rTP\rCU,10,1\r',
    'HM,4000\rLT,100,9,-9,8,7,1\rQC\rQN\rQT\rST,name\rS2,10000,4\rPD,B,3,0\r',
  ],
  grbl: [
    '$$\n$I\n$H\n$X\nG21 G90\nG1 X10 Y-3.5 F2000\nM3 S500\nG4 P0.1\n?!~\u0018\n',
    'G92 X0 Y0\nG2 X1 Y1 I0.5 J0\n$J=G91 X1 F100\n(comment) ; more\n$32=1\n',
  ],
  hpgl: [
    'IN;SP1;PU100,200;PD300,400,500,600;OA;OS;LBtext\u0003;',
    '\u001b.(\u001b.B\u001b.E\u001b.M100;13;10:\u001b.H20;VS10;PA;PR1,-1;SC0,100,0,100;AA5,5,90;CI9;',
  ],
}
/** What boards say to hosts. */
export const BOARDS = {
  ebb: [
    'EBBv13_and_above EB Firmware Version 2.8.1\r\nOK\r\n',
    '!8 Err: Unknown command\r\nQM,0,0,0,0\n\r3E\r\n12,-7\r\nOK\r\nQC,0394,0300\r\nOK\r\n',
    'V,1\r\nQG,3E\r\nname\r\nOK\r\n',
  ],
  grbl: [
    "\r\nGrbl 1.1h ['$' for help]\r\nok\r\n",
    '<Idle|MPos:1.000,-2.000,0.000|FS:0,0|WCO:0,0,0>\r\n[VER:1.1h.20190825:]\r\n[OPT:V,15,128]\r\n$0=10\r\n$110=5000.0\r\nerror:9\r\nALARM:3\r\nok\r\n',
  ],
  hpgl: ['7475A\r', '0\r255\r100,200,1\r16\r', '1024\r0,0,0\r'],
}
