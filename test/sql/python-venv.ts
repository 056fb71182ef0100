import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Installs pinned packages from PyPI into a venv of their own, once.
 *
 * @param alone packages whose own requirements are left out
 * @returns the folder of its commands
 */
export const pythonWith = (name: string, pins: readonly string[], alone: readonly string[] = []): string => {
  const venv = `.venv/${name}`
  // The marker is written last: a cut-off install is done again.
  const marker = `${venv}/${[...pins, ...alone].at(-1)}`
  const install = (...args: readonly string[]): void => {
    execFileSync(`${venv}/bin/pip`, ['install', '--quiet', '--disable-pip-version-check', ...args], {
      stdio: 'inherit'
    })
  }
  if (!existsSync(marker)) {
    rmSync(venv, { recursive: true, force: true })
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' })
    install(...pins)
    if (alone.length > 0) install('--no-deps', ...alone)
    writeFileSync(marker, '')
  }
  return `${venv}/bin`
}
