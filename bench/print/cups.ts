import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A private CUPS server in its own folder, apart from the machine's CUPS. The private server must run as root. */
export class Cups {
  readonly #process: ChildProcess
  readonly #env: NodeJS.ProcessEnv

  private constructor(process_: ChildProcess, port: number) {
    this.#process = process_
    this.#env = { ...process.env, CUPS_SERVER: `127.0.0.1:${port}` }
  }

  static async start(folder: string, port: number): Promise<Cups> {
    for (const name of ['etc', 'spool/tmp', 'cache', 'state', 'log', 'ssl'])
      mkdirSync(join(folder, name), { recursive: true })
    // The filters of CUPS run as another user, who must reach these folders.
    chmodSync(join(folder, '..'), 0o755)
    chmodSync(folder, 0o755)
    chmodSync(join(folder, 'spool/tmp'), 0o1777)
    writeFileSync(join(folder, 'etc/cupsd.conf'), daemonConfig(port))
    writeFileSync(join(folder, 'etc/cups-files.conf'), filesConfig(folder))
    const files = ['-c', join(folder, 'etc/cupsd.conf'), '-s', join(folder, 'etc/cups-files.conf')]
    const cups = new Cups(spawn('cupsd', ['-f', ...files], { stdio: 'ignore' }), port)
    while (!(await cups.run('lpstat', '-r')).includes('is running')) {
      if (cups.#process.exitCode !== null) throw new Error('cupsd does not start')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return cups
  }

  /** Runs a program of CUPS. @returns its standard output @throws Error when a program other than lpstat fails */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const child = spawn(program, args, { env: this.#env })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    const [code] = (await once(child, 'close')) as [number]
    if (code !== 0 && program !== 'lpstat') throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
    return stdout
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM')
    await once(this.#process, 'exit')
  }
}

const daemonConfig = (port: number): string => `Listen 127.0.0.1:${port}
Browsing Off
WebInterface No
DefaultAuthType None
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    AuthType None
    Order allow,deny
    Allow all
  </Limit>
</Policy>
`

const filesConfig = (folder: string): string => `ServerRoot ${folder}/etc
RequestRoot ${folder}/spool
TempDir ${folder}/spool/tmp
CacheDir ${folder}/cache
StateDir ${folder}/state
ErrorLog ${folder}/log/error
AccessLog ${folder}/log/access
PageLog ${folder}/log/page
ServerKeychain ${folder}/ssl
SystemGroup root
`
