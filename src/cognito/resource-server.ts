import { CognitoResourceServer } from '@cdktf/provider-aws/lib/cognito-resource-server';
import { Construct } from 'constructs';

import { assertRules, charactersRule, mapRule, membersRule } from '../rules/rule';
import { systemScopes } from './app-client-settings';
import { type UserPool } from './user-pool';
import { nameCharacter } from './user-pool-settings';

export interface ResourceServerProps {
  readonly userPool: UserPool;
  /** Name of the resource server, 1 to 256 characters. */
  readonly name: string;
  /** First part of its scopes, such as the API's URL or a short name. */
  readonly identifier: string;
  /** Description of each scope, by scope name. */
  readonly scopes: Readonly<Record<string, string>>;
}

const identifierRule = charactersRule('printable ASCII without space, " and \\', {
  legal: /^[\x21\x23-\x5B\x5D-\x7E]$/,
  max: 256,
});

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateResourceServer.html */
export const resourceServerNameRule = charactersRule('letters, digits, spaces and _ + = , . @ -', {
  legal: nameCharacter,
  max: 256,
});

/**
 * The settings of a resource server.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResourceServerScopeType.html
 */
export const resourceServerSettings = membersRule({
  identifier: identifierRule
    .optional()
    .describe('First part of its scopes, such as the URL of the API. The default is the name of the resource server.')
    .meta({ change: 'replaces the resource server: its scopes get other names' }),
  scopes: mapRule(
    charactersRule('printable ASCII without space, " \\ and /', {
      legal: /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]$/,
      max: 256,
    }),
    { max: 100, entry: charactersRule('any text', { legal: /^[\s\S]$/u, max: 256 }) },
  )
    .describe('Description of each scope, by scope name.')
    .meta({ change: 'that removes a scope takes it out of new access tokens' }),
});

/** An API as Cognito knows it: an identifier and the scopes that a client can request. */
export class ResourceServer extends Construct {
  readonly resourceServer: CognitoResourceServer;
  private readonly scopesByText: ReadonlyMap<string, string>;

  constructor(scope: Construct, id: string, { userPool, name, identifier, scopes }: ResourceServerProps) {
    super(scope, id);
    assertRules(this, { name: resourceServerNameRule, ...resourceServerSettings.shape }, { name, identifier, scopes });
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

  /** Returns the scope `identifier/name` as a reference to this server, or nothing if it is not one of its scopes. */
  scopeReference(scope: string): string | undefined {
    return this.scopesByText.get(scope);
  }
}

/**
 * Returns the scopes of an app client, each of a resource server as a reference to it.
 *
 * @throws an error when no resource server has one of the scopes
 */
export function scopeReferences(
  client: Construct,
  {
    scopes,
    resourceServers,
  }: { readonly scopes: readonly string[]; readonly resourceServers: readonly ResourceServer[] },
): string[] {
  return scopes.map((text) => {
    const reference = systemScopes.includes(text)
      ? text
      : resourceServers.map((server) => server.scopeReference(text)).find((found) => found !== undefined);
    if (reference === undefined) {
      throw new Error(`[${client.node.path}] no resource server of this client has the scope ${JSON.stringify(text)}`);
    }
    return reference;
  });
}
