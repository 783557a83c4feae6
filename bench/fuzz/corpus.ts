/** Small valid SVGs. The fuzzer mutates these SVGs for one reader, and the lists below for the other readers. */
export const SVGS = [
  '<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="2cm" viewBox="0 0 20 20"><path d="M1 1L9 9C1 2 3 4 5 6Q1 2 3 4A5 3 30 1 0 9 9Z" stroke="red" fill="none"/></svg>',
  '<svg viewBox="0 0 9 9"><style>.a{stroke:blue;transform:rotate(30deg)} g > rect:first-child{fill:url(#h)}</style><g class="a"><rect width="3" height="4" rx="1"/><circle r="2" cx="50%"/></g><use href="#x" x="4"/><ellipse id="x" rx="3" ry="1e1"/></svg>',
  '<!DOCTYPE svg [<!ENTITY e "1">]><svg><defs><clipPath id="c"><rect width="4" height="4"/></clipPath><marker id="m" orient="auto"><path d="M0 0h&e;"/></marker></defs><polyline clip-path="url(#c)" marker-mid="url(#m)" stroke-dasharray="1 2" points="0,0 1,1 2,0"/><text x="3" y="4" font-size="3">Hé<tspan dy="1">llo</tspan></text></svg>',
]
/** Documents by importer, in Latin-1. */
export const DOCUMENTS: Readonly<Record<string, readonly string[]>> = {
  pdf: [
    '%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/Pattern<</P 6 0 R>>/XObject<</X 7 0 R>>>>>>endobj\n4 0 obj<</Length 170>>stream\nq 1 0 0 RG 2 w [3 1] 0 d 1 0 0 1 5 5 cm 9 9 30 30 re W n 0 0 m 9 9 8 8 50 50 c S Q BT /F 12 Tf 50 Tz 2 Tc 10 40 Td [(Hi)-90(yo)] TJ ET /Pattern cs /P scn 20 20 40 40 re f* /X Do\nendstream endobj 5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj 6 0 obj<</PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<<>>/Length 11>>stream\n0 4 m 9 4 l S\nendstream endobj 7 0 obj<</Subtype/Form/BBox[0 0 9 9]/Matrix[2 0 0 2 1 1]/Length 12>>stream\n1 1 m 8 8 l s\nendstream endobj trailer<</Root 1 0 R>>\n',
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 50 50]/Rotate 90/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj 4 0 obj<</Length 40>>stream\nBT /F 9 Tf 5 5 Td <00010002> Tj ET\nendstream endobj 5 0 obj<</Type/Font/Subtype/Type0/BaseFont/AB/Encoding/Identity-H/DescendantFonts[6 0 R]>>endobj 6 0 obj<</Subtype/CIDFontType2/BaseFont/AB/FontDescriptor 7 0 R>>endobj 7 0 obj<</FontName/AB/Flags 4/FontFile2 8 0 R>>endobj 8 0 obj<</Length 30>>stream\n\u0000\u0001\u0000\u0000\u0000\u0001cmap\nendstream endobj trailer<</Root 1 0 R>>\n',
  ],
  dxf: [
    '0\nSECTION\n2\nHEADER\n9\n$INSUNITS\n70\n4\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n0\nLINE\n8\n0\n10\n1\n20\n2\n11\n9\n21\n8\n0\nLWPOLYLINE\n8\nA\n90\n2\n70\n1\n10\n0\n20\n0\n42\n1\n10\n5\n20\n5\n0\nTEXT\n8\n0\n10\n1\n20\n1\n40\n3\n1\nHi %%c\n0\nENDSEC\n0\nEOF\n',
  ],
  hpgl: [
    'IN;SP1;PU0,0;PD1000,1000,2000,0;PA;CI500;AA0,0,45;EA99,99;LBHi\u0003;PE<=h5(5;SC0,10,0,10;IP0,0,99,99;RO90;LT2,4;',
  ],
  gcode: ['G21\nG90\nM3 S30\nG0 X1 Y2\nG1 X9 Y9 F300\nG2 X0 Y0 I3 J-3\nG91 G3 X4 Y4 R9 ; arc\nM5\n'],
  markdown: ['# Title\n\nA *word* and `code`.\n\n- one\n- two\n\n1. three\n\n> quote\n\n---\n'],
  text: ['Dear Ada,\n\nhello there.\f\nA second page with a tab\there.\n'],
}
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
/** Text that programs send to boards, by dialect. */
export const TO_BOARDS = {
  ebb: [
    'V\rQG\rEM,1,1\rSC,4,20000\rSP,1,200\rSM,100,20,-30\rLM,85899346,400,0,85899346,400,0\rXM,50,1,2\rQS\rQM\rCS\rES\rTP\rCU,10,1\r',
    'HM,4000\rLT,100,9,-9,8,7,1\rQC\rQN\rQT\rST,name\rS2,10000,4\rPD,B,3,0\r',
  ],
  grbl: [
    '$$\n$I\n$H\n$X\nG21 G90\nG1 X10 Y-3.5 F2000\nM3 S500\nG4 P0.1\n?!~\u0018\n',
    'G92 X0 Y0\nG2 X1 Y1 I0.5 J0\n$J=G91 X1 F100\n(comment) ; more\n$32=1\n',
  ],
  marlin: [
    'N1 M115*39\nM503\nM114\nG28\nG21 G90\nG1 X10 Y-3.5 F2000\nM280 P0 S54\nG4 P100\nM400\nM112\n',
    'N-1 M110 N0*10\nG92 X0 Y0\nG2 X1 Y1 I0.5 J0\nM204 P500 T500\nG91\nG0 Z3\n(comment) ; more\nM84\n',
  ],
  hpgl: [
    'IN;SP1;PU100,200;PD300,400,500,600;OA;OS;LBtext\u0003;',
    '\u001b.(\u001b.B\u001b.E\u001b.M100;13;10:\u001b.H20;VS10;PA;PR1,-1;SC0,100,0,100;AA5,5,90;CI9;',
  ],
}
/** Text that boards send, by dialect. */
export const FROM_BOARDS = {
  ebb: [
    'EBBv13_and_above EB Firmware Version 2.8.1\r\nOK\r\n',
    '!8 Err: Unknown command\r\nQM,0,0,0,0\n\r3E\r\n12,-7\r\nOK\r\nQC,0394,0300\r\nOK\r\n',
    'V,1\r\nQG,3E\r\nname\r\nOK\r\n',
  ],
  grbl: [
    "\r\nGrbl 1.1h ['$' for help]\r\nok\r\n",
    '<Idle|MPos:1.000,-2.000,0.000|FS:0,0|WCO:0,0,0>\r\n[VER:1.1h.20190825:]\r\n[OPT:V,15,128]\r\n$0=10\r\n$110=5000.0\r\nerror:9\r\nALARM:3\r\nok\r\n',
  ],
  marlin: [
    'FIRMWARE_NAME:Marlin 2.1.2 PROTOCOL_VERSION:1.0\nCap:EEPROM:1\nok\n  M92 X80 Y80 Z400\n  M203 X500 Y500 Z5\n  M204 P3000 T3000\nok\n',
    'FIRMWARE_NAME:Klipper\nok\n// max_velocity: 300\n// max_accel: 3000\n// square_corner_velocity: 5\nok\nok\n',
    'start\nX:1.00 Y:2.00 Z:0.00 E:0.00 Count X:80 Y:160 Z:0\nok\nbusy: processing\nResend: 5\nok N3\nError:x\n!! x\nok\n',
  ],
  hpgl: ['7475A\r', '0\r255\r100,200,1\r16\r', '1024\r0,0,0\r'],
}
