import { type Operation } from '../operation';
import { assertUserPool } from '../user';

export const getUserPoolMfaConfig: Operation<'GetUserPoolMfaConfig'> = (pool, request) => {
  assertUserPool(pool, request);
  const { mfa } = pool.configuration;
  return { SoftwareTokenMfaConfiguration: { Enabled: mfa !== 'OFF' }, MfaConfiguration: mfa };
};
