import { CognitoResourceServer } from '@cdktf/provider-aws/lib/cognito-resource-server';
import { Construct } from 'constructs';

import { assertRules, charactersRule, mapRule } from '../rule';
import { nameCharacter, type UserPool } from './user-pool';

export interface ResourceServerProps {
  readonly userPool: UserPool;
  /** Name of the resource server, 1 to 256 characters. */
  readonly name: string;
  /** First part of its scopes, such as the API's URL or a short name. */
  readonly identifier: string;
  /** Description of each scope by the scope's name. */
  readonly scopes: Readonly<Record<string, string>>;
}

/**
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateResourceServer.html
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResourceServerScopeType.html
 */
export const resourceServerRules = {
  name: charactersRule('letters, digits, spaces and _ + = , . @ -', { legal: nameCharacter, max: 256 }),
  identifier: charactersRule('printable ASCII without space, " and \\', {
    legal: /^[\x21\x23-\x5B\x5D-\x7E]$/,
    max: 256,
  }),
  scopes: mapRule(
    charactersRule('printable ASCII without space, " \\ and /', {
      legal: /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]$/,
      max: 256,
    }),
    { max: 100, entry: charactersRule('any text', { legal: /^[\s\S]$/u, max: 256 }) },
  ),
};

/** An API as the authorization server knows it: the scopes that a client may ask for. */
export class ResourceServer extends Construct {
  readonly resourceServer: CognitoResourceServer;
  private readonly scopesByText: ReadonlyMap<string, string>;

  constructor(scope: Construct, id: string, { userPool, name, identifier, scopes }: ResourceServerProps) {
    super(scope, id);
    assertRules(this, resourceServerRules, { name, identifier, scopes });
    this.resourceServer = new CognitoResourceServer(this, 'Default', {
      userPoolId: userPool.userPoolId,
      identifier,
      name,
      scope: Object.entries(scopes).map(([scopeName, scopeDescription]) => ({ scopeName, scopeDescription })),
    });
    this.scopesByText = new Map(
      Object.keys(scopes).map((scopeName) => [
        `${identifier}/${scopeName}`,
        // Cognito refuses a client whose scope does not exist yet; the reference makes Terraform wait for it.
        `${this.resourceServer.identifier}/${scopeName}`,
      ]),
    );
  }

  /** Returns a scope of this server, given as `identifier/name`, as a reference to the server; else nothing. */
  scopeReference(scope: string): string | undefined {
    return this.scopesByText.get(scope);
  }
}
