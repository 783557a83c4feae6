import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openPostgres } from '../../../src/spool/postgres/index.ts'
import { refused } from '../../contracts/spool.ts'
import { newDatabase, sql, startPostgres, WITHOUT_POSTGRES } from '../../support/postgres.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** Writes a certificate authority, and a certificate that it signed for localhost, into a folder. */
function certificates(folder: string): void {
  const openssl = (...words: readonly string[]): void =>
    void execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=studio', '-days', '2')
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost')
  openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-out', 'server.pem', '-days', '2')
}

it.skipIf(WITHOUT_POSTGRES !== undefined)(
  `a host checks the certificate of the database against the studio's own authority (${WITHOUT_POSTGRES ?? 'PostgreSQL'})`,
  async () => {
    const folder = tempFolder()
    certificates(folder)
    const server = await startPostgres()
    try {
      const data = join(server.folder, 'data')
      const { uid, gid } = statSync(data)
      for (const name of ['server.pem', 'server.key']) {
        copyFileSync(join(folder, name), join(data, name))
        chownSync(join(data, name), uid, gid)
        chmodSync(join(data, name), 0o600)
      }
      const url = await newDatabase(server)
      for (const line of ["ssl_cert_file = 'server.pem'", "ssl_key_file = 'server.key'", 'ssl = on']) {
        await sql(url, `ALTER SYSTEM SET ${line}`)
      }
      await sql(url, 'SELECT pg_reload_conf()')
      await expect.poll(async () => (await sql<{ ssl: string }>(url, 'SHOW ssl'))[0]?.ssl).toBe('on')
      const open = (host: string, settings: string) =>
        openPostgres({ url: `${url.replace('127.0.0.1', host)}?${settings}`, host: 'A', machineId: 'here' })
      const checked = `sslmode=verify-full&sslrootcert=${join(folder, 'ca.pem')}`
      const spool = await open('localhost', checked)
      await spool.submit([{ task: 'text', params: 1 }])
      const rows = await sql(
        url,
        "SELECT 1 FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND application_name = 'plotd A'",
      )
      expect(rows.length).toBeGreaterThan(0)
      await spool.close()
      // First the certificate names another host, then its authority is unknown.
      await expect(open('127.0.0.1', checked)).rejects.toThrow('does not match certificate')
      await expect(open('localhost', 'sslmode=verify-full')).rejects.toMatchObject(refused('ERR_SPOOL_WRITE'))
    } finally {
      await server.stop()
    }
  },
)
