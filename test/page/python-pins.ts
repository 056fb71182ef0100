import { resolve } from 'node:path'
import { pythonWith } from '../sql/python-venv.ts'

/** The oldest Streamlit that the page runs on, the one that `sql/app/environment.yml` pins, and the newest. */
export const streamlits = {
  // pyarrow of today does not go with the numpy that this Streamlit wants.
  oldest: ['streamlit==1.35.0', 'pyarrow==17.0.0', 'numpy==1.26.4'],
  pinned: ['streamlit==1.50.0'],
  newest: ['streamlit==1.67.0']
} as const

/** The Python of a venv that has it; installed from PyPI on the first call. */
export const pythonOf = (version: keyof typeof streamlits): string =>
  resolve(pythonWith(`streamlit-${version}`, streamlits[version]), 'python')
