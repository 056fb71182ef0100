import { readFile } from 'node:fs/promises'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no file',
  ENOTDIR: 'there is no file',
  EISDIR: 'a script is a file, not a folder:',
  EACCES: 'you may not read'
}

/** The text of a script. @throws Error that says in plain words why there is none */
export const readScriptFile = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
    throw reason === undefined ? error : new Error(`${reason} ${path}`, { cause: error })
  }
}
