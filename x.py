def sub(p, *pairs):
    s=open(p).read()
    for a,b in pairs:
        assert a in s, (p,a)
        s=s.replace(a,b,1)
    open(p,'w').write(s)
sub('test/clients/cli/json.test.ts',("  ready: { words: [] },","  ready: { words: ['--sheets', '1'] },\n  unready: { words: [] },"))
sub('docs/cli.md',
("`plotters` `ready` `frame`","`plotters` `ready` `unready` `frame`"),
("""Ink waits until somebody says that a fresh sheet is down and the carriage is at home: `plotd ready`, or Enter where
`--wait` asks.
""","""Ink waits for a **grant**: `plotd ready` says that a fresh sheet is down and the carriage is at home, as Enter does where
`--wait` asks. It grants one sheet to the job at the head of the queue and prints that job, who granted it and until when.
`--sheets N` grants the next N sheets, whichever jobs take them. A plotter with a grant is **armed**: `plotters`, `list`, `show`
and `watch` say so, and `plotd unready` takes the grant back.

What will not be drawn is listed before ink, in red and apart from harmless notes: after a submit, by `--dry-run`, `--wait`,
`show`, `preview` and `prepare`. `--strict` refuses a job or a file with such a loss.

## A plot that was interrupted

After a crash or a lost link the sheet of the interrupted job lies on its plotter, and no other job begins there. `plotd
plotters` and bare `plotd resume` name that job. The ways on:

| command                    | does                                                                                        |
| -------------------------- | ------------------------------------------------------------------------------------------- |
| `plotd resume ID`          | goes on where the plot was cut; `--redraw`, `--skip`, `--continue`, `--from`, `--back` say where |
| `plotd retry ID`           | begins the job again on a new sheet                                                         |
| `plotd ready --new-sheet`  | leaves the job interrupted and begins the next one; the sheet was taken off                 |
| `plotd resume ID --sheet-back` | goes on with it later: its sheet lies there again as it lay                             |
| `plotd cancel ID`          | ends it                                                                                     |

`cancel` asks before it cancels a job that has ink on paper. A script must say `--yes`; without it nothing is canceled and the
exit code is 6. `list` and `show` say how many strokes of a canceled job are on paper.
"""))
