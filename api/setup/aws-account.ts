/** The account of the AWS credentials at hand. @throws Error telling what to do when there are none */
export const accountOfCredentials = async (region: string): Promise<string> => {
  if (region === '') throw new Error('name the AWS region: --region eu-central-1, or set AWS_REGION')
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
  const sts = new STSClient({ region })
  try {
    const { Account = '' } = await sts.send(new GetCallerIdentityCommand({}))
    return Account
  } catch (error) {
    throw new Error(
      `AWS does not know who you are (${(error as Error).message}): log in (aws sso login), set AWS_PROFILE, or try npm run setup -- --dry-run first`
    )
  } finally {
    sts.destroy()
  }
}
