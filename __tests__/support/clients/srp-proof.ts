// Starts a sign-in with SRP, and responds with the proof that amazon-user-pool-srp-client makes of the password.
import { calculateSignature, getNowString, SRPClient } from 'amazon-user-pool-srp-client';
import BigInteger from 'amazon-user-pool-srp-client/BigInteger.js';

import { modularPowerOfIntegers, toInteger } from '../../../src/local/user-pool/passwords/modular-power';
import { UserPoolApi } from '../user-pool-api';
import { type Client } from './client';

/** The package's own powers take eight times as long. */
BigInteger.prototype.modPow = function (exponent, modulus) {
  const [base, ...others] = [this.mod(modulus), exponent, modulus].map((each) => toInteger(each.toString(16)));
  return new BigInteger(modularPowerOfIntegers(base!, ...(others as [bigint, bigint])).toString(16), 16);
};

export const run: Client = async (services) => {
  const api = new UserPoolApi(services);
  const { email, password } = services.demoUser;
  const srp = new SRPClient(api.userPoolId.split('_')[1]!);
  const { body } = await api.initiateAuth('USER_SRP_AUTH', { USERNAME: email, SRP_A: srp.calculateA() });
  const { USER_ID_FOR_SRP, SRP_B, SALT, SECRET_BLOCK } = body.ChallengeParameters as Record<string, string>;
  const key = srp.getPasswordAuthenticationKey(USER_ID_FOR_SRP!, password, SRP_B!, SALT!);
  const TIMESTAMP = getNowString();
  return {
    USERNAME: USER_ID_FOR_SRP,
    PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
    PASSWORD_CLAIM_SIGNATURE: calculateSignature(key, srp.poolName, USER_ID_FOR_SRP!, SECRET_BLOCK!, TIMESTAMP),
    TIMESTAMP,
  };
};
