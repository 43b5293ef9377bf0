import { type JWTPayload } from 'jose';
import { z } from 'zod';

/** The groups of a user, and their IAM roles. */
export interface GroupClaims {
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly preferredRole?: string | undefined;
}

/** What a pre token generation trigger changes in the tokens. */
export interface TokenOverrides {
  readonly idToken: ClaimOverrides;
  readonly accessToken: ClaimOverrides;
  readonly scopes: { readonly add: readonly string[]; readonly suppress: readonly string[] };
  /** What replaces the groups of the user. Nothing if they stay. */
  readonly groups: GroupClaims | undefined;
}

interface ClaimOverrides {
  readonly add: Readonly<Record<string, unknown>>;
  /** A claim that is added and suppressed is suppressed. */
  readonly suppress: readonly string[];
}

const listOf = (item: z.ZodString) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
const strings = listOf(z.string());

const groupOverrideDetails = z
  .object({ groupsToOverride: strings, iamRolesToOverride: strings, preferredRole: z.string().nullish() })
  .nullish()
  .transform((details): GroupClaims | undefined =>
    details === undefined
      ? undefined
      : {
          groups: details?.groupsToOverride ?? [],
          roles: details?.iamRolesToOverride ?? [],
          preferredRole: details?.preferredRole ?? undefined,
        },
  );

const claimNames = { claimsToSuppress: strings };
const noClaims: ClaimOverrides = { add: {}, suppress: [] };
const noScopes: TokenOverrides['scopes'] = { add: [], suppress: [] };

/** The response to an event of version V1_0: strings for the ID token. */
export const claimOverrides = z
  .object({
    claimsOverrideDetails: z
      .object({
        ...claimNames,
        claimsToAddOrOverride: z
          .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
          .nullish(),
        groupOverrideDetails,
      })
      .nullish(),
  })
  .transform(({ claimsOverrideDetails: details }): TokenOverrides => ({
    idToken: { add: details?.claimsToAddOrOverride ?? {}, suppress: details?.claimsToSuppress ?? [] },
    accessToken: noClaims,
    scopes: noScopes,
    groups: details?.groupOverrideDetails,
  }));

const anyClaims = { ...claimNames, claimsToAddOrOverride: z.record(z.string(), z.json()).nullish() };

/** The response to an event of version V2_0 or V3_0: any JSON for both tokens, and scopes. */
export const tokenOverrides = z
  .object({
    claimsAndScopeOverrideDetails: z
      .object({
        idTokenGeneration: z.object(anyClaims).nullish(),
        accessTokenGeneration: z
          .object({
            ...anyClaims,
            scopesToAdd: listOf(z.string().regex(/^\S+$/)),
            scopesToSuppress: strings,
          })
          .nullish(),
        groupOverrideDetails,
      })
      .nullish(),
  })
  .transform(({ claimsAndScopeOverrideDetails: details }): TokenOverrides => {
    const { idTokenGeneration: idToken, accessTokenGeneration: accessToken } = details ?? {};
    return {
      idToken: { add: idToken?.claimsToAddOrOverride ?? {}, suppress: idToken?.claimsToSuppress ?? [] },
      accessToken: { add: accessToken?.claimsToAddOrOverride ?? {}, suppress: accessToken?.claimsToSuppress ?? [] },
      scopes: { add: accessToken?.scopesToAdd ?? [], suppress: accessToken?.scopesToSuppress ?? [] },
      groups: details?.groupOverrideDetails,
    };
  });

/** Claims of both tokens that a trigger cannot change, in addition to those that start with `cognito:`. */
const protectedClaims = ['acr', 'amr', 'aud', 'auth_time', 'azp', 'exp', 'iat', 'iss', 'jti', 'nbf', 'nonce'].concat([
  'origin_jti',
  'sub',
  'token_use',
]);

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html */
const protectedInIdToken = new Set([...protectedClaims, 'at_hash', 'identities']);
const protectedInAccessToken = new Set([
  ...protectedClaims,
  ...['client_id', 'device_key', 'event_id', 'scope', 'username', 'version'],
]);

/** Returns the claims of an ID token with the changes of a trigger. */
export function overrideIdToken(claims: JWTPayload, overrides: TokenOverrides | undefined): JWTPayload {
  return overrides ? override(claims, overrides.idToken, protectedInIdToken) : claims;
}

/** Returns the claims of an access token with the changes of a trigger, which can add the audience: the client. */
export function overrideAccessToken(claims: JWTPayload, overrides: TokenOverrides | undefined): JWTPayload {
  if (!overrides) {
    return claims;
  }
  const { add } = overrides.accessToken;
  return {
    ...override(claims, overrides.accessToken, protectedInAccessToken),
    ...(add.aud === claims.client_id && { aud: claims.client_id as string }),
  };
}

/** Returns the scopes of an access token with the changes of a trigger. */
export function overrideScopes(scopes: readonly string[], overrides: TokenOverrides | undefined): readonly string[] {
  const { add, suppress } = overrides?.scopes ?? noScopes;
  return [...new Set([...scopes, ...add])].filter((scope) => !suppress.includes(scope));
}

function override(claims: JWTPayload, { add, suppress }: ClaimOverrides, names: ReadonlySet<string>): JWTPayload {
  const isProtected = (name: string) => names.has(name) || name.startsWith('cognito:');
  const added = Object.entries(add).filter(([name]) => !isProtected(name));
  return Object.fromEntries(
    Object.entries({ ...claims, ...Object.fromEntries(added) }).filter(
      ([name]) => isProtected(name) || !suppress.includes(name),
    ),
  );
}
