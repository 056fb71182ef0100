import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A certificate for localhost and 127.0.0.1, with its key, in a folder; by openssl, which must be on the PATH. */
export const selfSigned = async (
  folder: string
): Promise<{ readonly certificateFile: string; readonly keyFile: string; readonly ca: string }> => {
  const certificateFile = join(folder, 'certificate.pem')
  const keyFile = join(folder, 'key.pem')
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const to = ['-days', '2', '-keyout', keyFile, '-out', certificateFile]
  await promisify(execFile)('openssl', [...request, ...names, ...to])
  return { certificateFile, keyFile, ca: await readFile(certificateFile, 'utf8') }
}
