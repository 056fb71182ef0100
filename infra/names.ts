/** The name of a deployment that was given none. */
export const usualName = 'push_to_dynamo'

/** What a deployment is called on AWS and in Snowflake. */
export interface DeploymentNames {
  readonly stateStack: string
  readonly serviceStack: string
  readonly invokeRole: string
  readonly unloadRole: string
  readonly apiIntegration: string
  readonly storageIntegration: string
  /** Of alerts by mail. */
  readonly mailIntegration: string
  /** The bucket, without `-<account>-<region>`. */
  readonly bucketPrefix: string
  readonly ownerRole: string
  readonly userRole: string
  /** Owners of the pages to look and to operate, and their warehouse. */
  readonly pageRole: string
  readonly pageOperatorRole: string
  readonly pageWarehouse: string
}

/**
 * All names of a deployment out of its one setting `name`, e.g. `push_to_dynamo`: with different names several live
 * side by side. Apart from the CDK, since set-up and doctor ask for them, too.
 */
export const namesOf = (name: string): DeploymentNames => {
  const pascal = name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())
  return {
    stateStack: `${pascal}State`,
    serviceStack: `${pascal}Service`,
    invokeRole: `${name}_invoke`,
    unloadRole: `${name}_unload`,
    apiIntegration: `${name}_api`,
    storageIntegration: `${name}_storage`,
    mailIntegration: `${name}_mail`,
    bucketPrefix: name.replaceAll('_', '-'),
    ownerRole: `${name}_owner`,
    userRole: `${name}_user`,
    pageRole: `${name}_page`,
    pageOperatorRole: `${name}_page_operator`,
    pageWarehouse: `${name}_page`
  }
}
