/**
 * What CREATE EXTERNAL FUNCTION accepts in HEADERS and CONTEXT_HEADERS.
 * https://docs.snowflake.com/en/sql-reference/sql/create-external-function
 */
const contextFunctions = new Set(
  `CURRENT_ACCOUNT CURRENT_CLIENT CURRENT_DATABASE CURRENT_DATE CURRENT_IP_ADDRESS CURRENT_REGION CURRENT_ROLE
  CURRENT_SCHEMA CURRENT_SCHEMAS CURRENT_SESSION CURRENT_STATEMENT CURRENT_TIME CURRENT_TIMESTAMP CURRENT_TRANSACTION
  CURRENT_USER CURRENT_VERSION CURRENT_WAREHOUSE LAST_QUERY_ID LAST_TRANSACTION LOCALTIME LOCALTIMESTAMP`.split(
    /\s+/
  )
)
const headerName = /^[!#$%&'*+\-.0-9A-Z^`a-z|~]+$/
const headerValue = /^[\x20-\x7e]*$/
const maxHeaderBytes = 8 * 1024

/**
 * @param context values by context function, e.g. `{CURRENT_USER: 'ADA'}`.
 * @param constants values by name, without the `sf-custom-` that Snowflake puts before it.
 * @throws RangeError naming the header that Snowflake would refuse.
 */
export const checkHeaders = (
  context: Readonly<Record<string, string>>,
  constants: Readonly<Record<string, string>>
): void => {
  for (const name of Object.keys(context))
    if (!contextFunctions.has(name.toUpperCase()))
      throw new RangeError(`CONTEXT_HEADERS: ${name} is not a context function that Snowflake sends`)

  let bytes = 0
  for (const [name, value] of Object.entries(constants)) {
    if (!headerName.test(name))
      throw new RangeError(
        `HEADERS: '${name}' holds a character that a name may not have; use letters, digits, '-'`
      )
    if (!headerValue.test(value) || /\s{2}/.test(value))
      throw new RangeError(`HEADERS: the value of '${name}' must be plain ASCII without two spaces in a row`)
    bytes += name.length + value.length
  }
  if (bytes > maxHeaderBytes)
    throw new RangeError(
      `HEADERS: names and values are ${bytes} bytes together; Snowflake takes ${maxHeaderBytes}`
    )
}
