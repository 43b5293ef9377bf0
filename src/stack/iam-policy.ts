/** Path of the roles, which the deploy policy names: it tells them from all others of the account. */
export const rolePath = '/rest-api/';

/** Writes an IAM policy that allows what the statements say. */
export function policy(statements: readonly object[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });
}

/** Writes the policy that lets a service of AWS use a role. */
export function assumeRolePolicy(service: string): string {
  return policy([{ Action: 'sts:AssumeRole', Principal: { Service: service } }]);
}
