import { type ResourceServer } from '../model';
import { type UserPool } from '../user-pool';

/** Describes a resource server. */
export function resourceServerType({ configuration: { id } }: UserPool, { identifier, name, scopes }: ResourceServer) {
  return {
    UserPoolId: id,
    Identifier: identifier,
    Name: name,
    Scopes: scopes.map((scope) => ({ ScopeName: scope.name, ScopeDescription: scope.description })),
  };
}
