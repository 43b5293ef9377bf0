import { newKeys } from '../../src/local/user-pool/tokens/signing-keys';
import { UserPool, type UserPoolProps } from '../../src/local/user-pool/user-pool';
import { configurationOf } from './user-pool-parts';

const group = { description: undefined, precedence: undefined, roleArn: undefined };

/** Makes a user pool without a server. The test mocks `tokens.ts`, whose library jest cannot import. */
export function newUserPool(props: Partial<UserPoolProps> = {}): UserPool {
  return new UserPool({
    configuration: configurationOf({
      groups: new Map(['admins', 'editors'].map((name) => [name, { ...group, name }])),
      resourceServers: [{ identifier: 'api', name: 'API', scopes: [{ name: 'read', description: 'Reads' }] }],
    }),
    domainUrl: 'http://localhost:3001',
    issuer: 'https://issuer.example.com',
    keys: newKeys(),
    clock: Date.now,
    onMail: () => undefined,
    invokeFunction: () => Promise.reject(new Error('There are no functions')),
    ...props,
  });
}
