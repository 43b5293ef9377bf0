import { CognitoResourceServer } from '@cdktf/provider-aws/lib/cognito-resource-server';
import { Construct } from 'constructs';
import { type z } from 'zod';

import { check, readProps } from '../rules/check';
import { charactersRule, isToken, mapRule, objectRule, type Problem, textRule } from '../rules/rule';
import { systemScopes } from './app-client-settings';
import { type UserPool } from './user-pool';
import { nameCharacter } from './user-pool-settings';

const identifierRule = charactersRule('printable ASCII without space, " and \\', {
  legal: /^[\x21\x23-\x5B\x5D-\x7E]$/,
  max: 256,
});

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateResourceServer.html */
export const resourceServerNameRule = charactersRule('letters, digits, spaces and _ + = , . @ -', {
  legal: nameCharacter,
  max: 256,
});

const scopeNameRule = charactersRule('printable ASCII without space, " \\ and /', {
  legal: /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]$/,
  max: 256,
});

/**
 * The settings of a resource server.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResourceServerScopeType.html
 */
export const resourceServerSettings = objectRule({
  identifier: identifierRule
    .optional()
    .describe('First part of its scopes, such as the URL of the API. The default is the name of the resource server.')
    .meta({ change: 'replaces the resource server: its scopes get other names' }),
  scopes: mapRule(scopeNameRule, {
    max: 100,
    entry: textRule(256, { hasLines: true }),
  })
    .describe('Description of each scope, by scope name.')
    .meta({ change: 'that removes a scope removes it from new access tokens' }),
});

const resourceServerProps = resourceServerSettings.safeExtend({
  name: resourceServerNameRule,
  identifier: identifierRule,
});

export interface ResourceServerProps extends z.input<typeof resourceServerSettings> {
  readonly userPool: UserPool;
  /**
   * Name of the resource server, 1 to 256 characters.
   *
   * @default - the ID of the construct
   */
  readonly name?: string | undefined;
}

/** An API as Cognito knows it: an identifier and the scopes that a client can request. */
export class ResourceServer extends Construct {
  readonly resourceServer: CognitoResourceServer;
  /** Each scope as a client requests it, with a reference to this resource server instead of its identifier. */
  readonly scopes: ReadonlyMap<string, string>;

  constructor(scope: Construct, id: string, { userPool, ...props }: ResourceServerProps) {
    super(scope, id);
    const { name = id } = props;
    const { identifier, scopes } = readProps(this, resourceServerProps, {
      ...props,
      name,
      identifier: props.identifier ?? name,
    });
    this.resourceServer = new CognitoResourceServer(this, 'Default', {
      userPoolId: userPool.userPoolId,
      identifier,
      name,
      scope: Object.entries(scopes).map(([scopeName, scopeDescription]) => ({ scopeName, scopeDescription })),
    });
    this.scopes = new Map(
      Object.keys(scopes).map((scopeName) => [
        `${identifier}/${scopeName}`,
        // Cognito rejects a client whose scope does not exist yet; the reference makes Terraform wait for it.
        `${this.resourceServer.identifier}/${scopeName}`,
      ]),
    );
  }
}

/**
 * Finds scopes that no resource server has.
 *
 * @param known the scopes of the resource servers
 */
export function findUnknownScopes(
  scopes: readonly (string | undefined)[] | undefined,
  known: readonly string[],
): Problem[] {
  const allowed = [...known, ...systemScopes];
  return (scopes ?? []).flatMap((scope, index) =>
    scope === undefined || isToken(scope) || allowed.includes(scope)
      ? []
      : [{ path: ['scopes', index], problem: 'must be a scope of a resource server', allowed: allowed.join(', ') }],
  );
}

/** Returns whether a string has the form of a scope, for a user pool whose resource servers are not known. */
export function isScope(text: string): boolean {
  // An identifier can be a URL, and a name has no slash.
  const [, identifier = '', name = ''] = /^(.*)\/([^/]*)$/s.exec(text) ?? [];
  return (
    systemScopes.includes(text) ||
    [...check(identifierRule, identifier).problems, ...check(scopeNameRule, name).problems].length === 0
  );
}
