import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { sharedKeys } from './shared-keys';

type Json = Readonly<Record<string, unknown>>;

/** What a provider does otherwise than it should. */
export interface Misbehavior {
  readonly discovery?: (document: Json) => Json;
  readonly header?: Json;
  readonly claims?: (claims: Json) => Json;
  /** Signs the ID token with another key than the one that it publishes. */
  readonly forges?: boolean;
  /** Publishes a key of another kind, and signs with it. */
  readonly signsWithEd25519?: boolean;
  readonly userInfo?: (userInfo: Json) => Json;
  /** Responds to the requests for a path. */
  readonly respond?: Readonly<Record<string, (response: ServerResponse) => void>>;
}

const [ownKey, otherKey] = sharedKeys();
const { privateKey: ed25519Key } = generateKeyPairSync('ed25519');

/** An OpenID provider with one person, who is always signed in. */
export class TestOpenIdProvider {
  /** The claims of the person: those of the ID token, and those that only the userInfo endpoint has. */
  person: { readonly idToken: Json; readonly userInfo: Json } = { idToken: { sub: 'ada' }, userInfo: {} };
  misbehavior: Misbehavior = {};
  clientSecret = 'local';
  /** The requests that it got: HTTP method and path, and the form. */
  readonly requests: { readonly path: string; readonly form: Readonly<Record<string, string>> }[] = [];
  private readonly codes = new Map<string, { readonly clientId: string; readonly nonce: string | null }>();
  private readonly server = createServer((request, response) => void this.handle(request, response));

  static async start(): Promise<TestOpenIdProvider> {
    const provider = new TestOpenIdProvider();
    await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Returns where it sends a browser that comes with an authorization request. */
  async authorize(url: URL): Promise<URL> {
    return new URL((await fetch(url, { redirect: 'manual' })).headers.get('Location')!);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    this.requests.push({ path: `${request.method!} ${url.pathname}`, form });
    const other = this.misbehavior.respond?.[url.pathname];
    if (other) {
      other(response);
      return;
    }
    const json = (body: unknown, status = 200) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    switch (url.pathname) {
      case '/.well-known/openid-configuration': {
        const document = {
          issuer: this.url,
          authorization_endpoint: `${this.url}/authorize`,
          token_endpoint: `${this.url}/token`,
          jwks_uri: `${this.url}/keys`,
          userinfo_endpoint: `${this.url}/userinfo`,
        };
        return void json(this.misbehavior.discovery?.(document) ?? document);
      }
      case '/authorize': {
        const code = randomUUID();
        this.codes.set(code, { clientId: url.searchParams.get('client_id')!, nonce: url.searchParams.get('nonce') });
        const target = new URL(url.searchParams.get('redirect_uri')!);
        target.search = new URLSearchParams({ code, state: url.searchParams.get('state')! }).toString();
        return void response.writeHead(302, { Location: target.href }).end();
      }
      case '/keys':
        return void json({ keys: [{ ...this.publicKey.export({ format: 'jwk' }), kid: 'own' }] });
      case '/token': {
        const given = this.codes.get(form.code ?? '');
        this.codes.delete(form.code ?? '');
        return given?.clientId === form.client_id && form.client_secret === this.clientSecret
          ? void json({ id_token: this.idToken(given!), access_token: 'for-user-info', token_type: 'Bearer' })
          : void json({ error: 'invalid_grant', error_description: 'Unknown code' }, 400);
      }
      case '/userinfo': {
        const { idToken, userInfo } = this.person;
        const all = { sub: idToken.sub, ...userInfo };
        return request.headers.authorization === 'Bearer for-user-info'
          ? void json(this.misbehavior.userInfo?.(all) ?? all)
          : void json({ error: 'invalid_token' }, 401);
      }
      default:
        return void json({}, 404);
    }
  }

  private idToken({ clientId, nonce }: { readonly clientId: string; readonly nonce: string | null }): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: this.url, aud: clientId, exp: now + 60, iat: now, nonce, ...this.person.idToken };
    const { claims: changed = (same: Json) => same, forges, header, signsWithEd25519 } = this.misbehavior;
    const [alg, key] = signsWithEd25519 ? ['EdDSA', ed25519Key] : ['RS256', forges ? otherKey : ownKey];
    return signJwt({ alg, kid: 'own', ...header }, changed(claims), key);
  }

  private get publicKey(): KeyObject {
    return createPublicKey(this.misbehavior.signsWithEd25519 ? ed25519Key : ownKey);
  }
}

function signJwt(header: Json, claims: Json, key: KeyObject): string {
  const digest = header.alg === 'EdDSA' ? null : 'sha256';
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${header.alg === 'none' ? '' : sign(digest, Buffer.from(signed), key).toString('base64url')}`;
}
