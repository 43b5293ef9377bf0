import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose';

import { type RejectionReason } from '../../flow/words';
import { type Clock } from '../clock';
import { isCompactJws } from '../compact-jws';
import { TerraformStateError } from '../terraform/terraform-state';
import { toContextClaims } from './authorizer-claims';
import { type Authorizer } from './model';
import { GatewayError } from './responses/gateway-response';

/** A user pool as an authorizer sees it. */
export interface TokenIssuer {
  /** Value of `iss` in its tokens. */
  readonly issuer: string;
  /** Its public keys. */
  readonly keys: () => Promise<JSONWebKeySet>;
}

/** A token that has been verified. */
interface Verified {
  readonly payload: JWTPayload;
  readonly claims: Readonly<Record<string, string>>;
  /** Time of the next verification, in milliseconds since 1970. */
  readonly until: number;
}

/** Maximum number of cached tokens. */
const cacheSize = 1000;

/** An authorizer that requires a token of a user pool. */
export class CognitoAuthorizer {
  private readonly keysByIssuer: ReadonlyMap<string, JWTVerifyGetKey>;
  private readonly verified = new Map<string, Verified>();
  /** Name of the header that contains the token, in lower case. */
  private readonly header: string;

  constructor(
    private readonly authorizer: Authorizer,
    userPools: (arn: string) => TokenIssuer | undefined,
    private readonly now: Clock,
  ) {
    this.header = authorizer.header.toLowerCase();
    this.keysByIssuer = new Map(
      authorizer.userPoolArns.map((arn) => {
        const userPool = userPools(arn);
        if (!userPool) {
          throw new TerraformStateError(
            `${authorizer.address}: provider_arns: must be user pools of the stacks, got ${arn}`,
          );
        }
        return [userPool.issuer, findKeyIn(userPool)];
      }),
    );
  }

  /**
   * Returns the claims of the token in a request's headers.
   *
   * @param headers by name in lower case
   * @param scopes an access token must have one of them; without scopes, an ID token is required
   * @throws {GatewayError} without such a token
   */
  async authorize(
    headers: Readonly<Record<string, string | string[] | undefined>>,
    scopes: readonly string[],
  ): Promise<Readonly<Record<string, string>>> {
    const value = headers[this.header];
    if (typeof value !== 'string') {
      throw unauthorized('no-token');
    }
    const { payload, claims } = await this.verify(value.replace(/^Bearer /, ''));
    if (!this.admits(payload, scopes)) {
      throw unauthorized(this.reasonFor(payload, scopes));
    }
    return claims;
  }

  private admits({ token_use, scope, aud }: JWTPayload, scopes: readonly string[]): boolean {
    const { audience } = this.authorizer;
    if (audience && !(typeof aud === 'string' && audience.test(aud))) {
      return false;
    }
    if (scopes.length === 0) {
      return token_use === 'id';
    }
    const granted = typeof scope === 'string' ? scope.split(' ') : [];
    return token_use === 'access' && scopes.some((wanted) => granted.includes(wanted));
  }

  /** Returns why a method with scopes rejects a token. */
  private reasonFor({ token_use }: JWTPayload, scopes: readonly string[]): RejectionReason | undefined {
    if (this.authorizer.audience || scopes.length === 0) {
      return undefined;
    }
    return token_use === 'id' ? 'id-token' : 'no-scope';
  }

  private async verify(token: string): Promise<Verified> {
    const now = this.now();
    const known = this.verified.get(token);
    if (known && now < known.until) {
      return known;
    }
    this.verified.delete(token);
    const payload = await this.verifySignature(token, now);
    const { ttl } = this.authorizer;
    const verified = {
      payload,
      claims: toContextClaims(payload),
      until: Math.min(payload.exp! * 1000, now + ttl * 1000),
    };
    if (ttl > 0) {
      this.verified.set(token, verified);
      if (this.verified.size > cacheSize) {
        this.verified.delete(this.verified.keys().next().value!);
      }
    }
    return verified;
  }

  private async verifySignature(token: string, now: number): Promise<JWTPayload> {
    if (!isCompactJws(token)) {
      throw new GatewayError('UNAUTHORIZED');
    }
    try {
      const { iss: issuer } = decodeJwt(token);
      const keys = issuer === undefined ? undefined : this.keysByIssuer.get(issuer);
      if (issuer === undefined || !keys) {
        throw unauthorized('bad-token');
      }
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer,
        requiredClaims: ['exp'],
        currentDate: new Date(now),
      });
      return payload;
    } catch (error) {
      // jose checks the times last: only a token that was valid once gets this response.
      throw error instanceof errors.JWTExpired
        ? new GatewayError('UNAUTHORIZED', 'The incoming token has expired', 'expired')
        : unauthorized('bad-token');
    }
  }
}

/** Returns what finds the key of a token. Loads the keys with the first token. */
function findKeyIn({ keys }: TokenIssuer): JWTVerifyGetKey {
  let keySet: JWTVerifyGetKey | undefined;
  return async (...token) => {
    keySet ??= createLocalJWKSet(await keys());
    return keySet(...token);
  };
}

function unauthorized(reason: RejectionReason | undefined): GatewayError {
  return new GatewayError('UNAUTHORIZED', undefined, reason);
}
