import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Installs pinned packages from PyPI into a venv of their own, once.
 *
 * @returns the folder of its commands
 */
export const pythonWith = (name: string, pins: readonly string[]): string => {
  const venv = `.venv/${name}`
  // The marker is written last: a cut-off install is done again.
  const marker = `${venv}/${pins.join(',')}`
  if (!existsSync(marker)) {
    rmSync(venv, { recursive: true, force: true })
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' })
    execFileSync(`${venv}/bin/pip`, ['install', '--quiet', '--disable-pip-version-check', ...pins], {
      stdio: 'inherit'
    })
    writeFileSync(marker, '')
  }
  return `${venv}/bin`
}
