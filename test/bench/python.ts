import { pythonWith } from '../support/python-tool.ts'

const installMs = 600_000

/** A Python of our own with the pinned peers, fetched from PyPI on the first call; undefined without Python or network. */
export const findPython = (): Promise<string | undefined> =>
  pythonWith('bench', AbortSignal.timeout(installMs)).catch(() => undefined)
