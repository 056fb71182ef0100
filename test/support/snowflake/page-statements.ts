import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { absent, Refusal } from './account.ts'
import { optionsOf } from './sql-text.ts'
import { done, type Form, needs, type Work } from './work.ts'

const putForm =
  /^put 'file:\/\/([^']+)' 'snow:\/\/streamlit\/([\w.]+)\/versions\/live\/([^']*)' auto_compress = false overwrite = true$/i

const own = ({ account, session }: Work, name: string) => {
  const page = account.visible(session, 'STREAMLIT', name)
  needs(account.may(session.role, page), `streamlit '${name}'`)
  return page
}
const filesOf = (properties: Readonly<Record<string, string>>): Record<string, string> =>
  JSON.parse(properties.FILES ?? '{}') as Record<string, string>

/** Streamlit objects: made without files, which are then put into their live version. */
export const pageForms: readonly Form[] = [
  {
    pattern: /^create streamlit if not exists ([\w.]+)\s+(.*)$/is,
    run: ({ account, session }, name = '', rest = '') => {
      const schema = account.visible(session, 'SCHEMA', name.slice(0, name.lastIndexOf('.')))
      needs(account.may(session.role, schema, 'CREATE STREAMLIT'), `schema '${schema.name}'`)
      const options = optionsOf(rest)
      const warehouse = account.visible(session, 'WAREHOUSE', options.QUERY_WAREHOUSE ?? '')
      needs(account.may(session.role, warehouse, 'USAGE'), `warehouse '${warehouse.name}'`)
      if (!account.has('STREAMLIT', name)) account.store('STREAMLIT', name, session.role, options)
      return done('Streamlit successfully created.')
    }
  },
  {
    pattern:
      /^execute immediate\s+\$\$\s*begin\s+alter streamlit ([\w.]+) add live version from last;\s*exception\s.*\$\$$/is,
    run: (work, name = '') => {
      if (work.session.warehouse === undefined) throw absent('Warehouse', 'none')
      own(work, name).properties.LIVE_VERSION_LOCATION_URI = `snow://streamlit/${name}/versions/live/`
      return done('anonymous block')
    }
  },
  {
    pattern: /^describe streamlit ([\w.]+)$/i,
    run: ({ account, session }, name = '') => [
      {
        live_version_location_uri:
          account.visible(session, 'STREAMLIT', name).properties.LIVE_VERSION_LOCATION_URI ?? null
      }
    ]
  },
  {
    pattern: /^alter streamlit ([\w.]+) set comment = '([^']*)'$/i,
    run: (work, name = '', comment = '') => {
      own(work, name).properties.COMMENT = comment
      return done('Statement executed successfully.')
    }
  },
  {
    pattern: putForm,
    run: (work, from = '', name = '', to = '') => {
      const { properties } = own(work, name)
      if (properties.LIVE_VERSION_LOCATION_URI === undefined)
        throw new Refusal('099108', 'There is no live version.')
      const found = globSync(from)
      if (found.length === 0) throw new Refusal('253006', `File doesn't exist: ${from}`)
      properties.FILES = JSON.stringify({
        ...filesOf(properties),
        ...Object.fromEntries(found.map((path) => [`${to}${basename(path)}`, readFileSync(path, 'utf8')]))
      })
      return done('UPLOADED')
    }
  }
]

/** How Snowflake tells the driver what to send and where to; a test's Snowflake has a folder. Nothing for other statements. */
export const uploadOf = (sql: string, folder: string): object | undefined => {
  const [, from = ''] = putForm.exec(sql) ?? []
  if (from === '') return undefined
  return {
    command: 'UPLOAD',
    src_locations: [from],
    stageInfo: { locationType: 'LOCAL_FS', location: folder, path: '', region: null, creds: {} },
    autoCompress: false,
    sourceCompression: 'auto_detect',
    overwrite: true,
    parallel: 1,
    localLocation: dirname(from),
    encryptionMaterial: [null],
    presignedUrls: null,
    queryId: '00000000-0000-0000-0000-000000000000'
  }
}
