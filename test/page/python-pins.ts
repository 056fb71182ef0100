import { pythonWith } from '../support/python-tool.ts'

/** The oldest Streamlit that the page runs on, the one that `sql/app/environment.yml` pins, and the newest. */
export const streamlits = { oldest: '1.35.0', pinned: '1.50.0', newest: '1.67.0' } as const

/** Streamlit and all that it needs are a hundred files. */
const installMs = 600_000

/** The Python of a venv that has it; installed from PyPI on the first call. */
export const pythonOf = (version: keyof typeof streamlits): Promise<string> =>
  pythonWith(`streamlit-${version}`, AbortSignal.timeout(installMs))
