import { randomUUID } from 'node:crypto';

import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { calculateSignature, getNowString, SRPClient } from 'amazon-user-pool-srp-client';

import { Browser, type Page } from '../support/browser';
import { send, type SentResponse } from '../support/send';
import { NotServed } from './fact';

export type Form = Readonly<Record<string, string | undefined>>;

export interface Person {
  readonly email: string;
  readonly password: string;
}

export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The text as a JSON object, if it is. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
}

export interface ApiTokens {
  readonly AccessToken: string;
  readonly IdToken: string;
  readonly RefreshToken: string;
}

export interface EndpointProps {
  /** The outputs of the stacks by name, whose URLs are those of the endpoint. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly userPoolApiUrl: string;
  /**
   * A user who can sign in with a password.
   *
   * @default - one that is created, and deleted at the end
   */
  readonly user?: Person | undefined;
}

/** What serves the stacks: AWS, these local services or others. Cleans up after itself with `close()`. */
export class Endpoint {
  readonly loginUrl: string;
  readonly userPoolApiUrl: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: string;
  /** Administers the user pool, with the credentials of the environment on AWS, and with any elsewhere. */
  readonly cognito: CognitoIdentityProvider;
  private readonly outputs: EndpointProps['outputs'];
  private readonly created: string[] = [];
  private readonly once = new Map<string, Promise<unknown>>();

  constructor({ outputs, userPoolApiUrl, user }: EndpointProps) {
    this.outputs = outputs;
    this.userPoolApiUrl = userPoolApiUrl;
    this.loginUrl = outputs.HostedDomainUrl!;
    this.userPoolId = outputs.CognitoUserPoolID!;
    this.clientId = outputs.CognitoUserPoolAppClientID!;
    this.redirectUri = outputs.CallbackUrl!;
    this.scopes = outputs.Scopes!;
    if (user) {
      this.once.set('user', Promise.resolve(user));
    }
    const isAws = new URL(userPoolApiUrl).hostname.endsWith('.amazonaws.com');
    this.cognito = new CognitoIdentityProvider({
      endpoint: userPoolApiUrl,
      region: this.region,
      maxAttempts: 1,
      ...(!isAws && { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }),
    });
  }

  get region(): string {
    return this.userPoolId.split('_')[0]!;
  }

  /** The issuer that AWS writes into tokens. */
  get issuer(): string {
    return `https://cognito-idp.${this.region}.amazonaws.com/${this.userPoolId}`;
  }

  output(name: string): string {
    return this.outputs[name] ?? missing(`the outputs do not have ${name}`);
  }

  /** Deletes the users that were created for the facts. */
  async close(): Promise<void> {
    for (const Username of this.created) {
      await this.cognito.adminDeleteUser({ UserPoolId: this.userPoolId, Username }).catch(() => undefined);
    }
    this.cognito.destroy();
  }

  /** The user of the facts that change nothing about it. */
  user(): Promise<Person> {
    return this.memo('user', () => this.newUser());
  }

  /** Creates a user with a permanent password, or a temporary one. */
  async newUser({ Permanent = true } = {}): Promise<Person> {
    const { email, password } = this.newPerson();
    const user = { UserPoolId: this.userPoolId, Username: email };
    try {
      await this.cognito.adminCreateUser({
        ...user,
        TemporaryPassword: password,
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'email', Value: email },
          { Name: 'email_verified', Value: 'true' },
        ],
      });
      if (Permanent) {
        await this.cognito.adminSetUserPassword({ ...user, Password: password, Permanent });
      }
    } catch (error) {
      missing(`a user cannot be created: ${(error as Error).name}: ${(error as Error).message}`);
    }
    return { email, password };
  }

  /** Someone who is not a user yet: with an address of the mailbox simulator of Amazon SES, where no email bounces. */
  newPerson(): Person {
    const email = `success+${randomUUID()}@simulator.amazonses.com`;
    this.created.push(email);
    return { email, password: `Aa1-${randomUUID()}` };
  }

  authorizeUrl(parameters: Form = {}, path = '/oauth2/authorize'): string {
    const query = queryOf({
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      ...parameters,
    });
    return `${this.loginUrl}${path}?${query}`;
  }

  /** Requests a page of the login, and returns where the response redirects to, as an absolute URL. */
  async redirect(url: string, browser = new Browser()): Promise<Response & { readonly to: string }> {
    const response = await browser.fetch(url);
    const location = response.headers.get('Location');
    return { ...(await read(response)), to: location === null ? '' : new URL(location, url).href };
  }

  /** Opens the login and sends its form. */
  async submitLogin(parameters: Form, person: Person, browser = new Browser()): Promise<Page> {
    const page = await browser.open(this.authorizeUrl(parameters));
    const { html } = page;
    const nameOf = (type: string) => new RegExp(`<input[^>]*type="${type}"[^>]*>`).exec(html)?.[0];
    const password = nameAttribute(nameOf('password'));
    const username = nameAttribute(nameOf('text') ?? nameOf('email')) ?? 'username';
    return password === undefined
      ? missing(`the login has no form with a password: ${page.status} ${page.url.pathname}`)
      : browser.submit(page, { [username]: person.email, [password]: person.password });
  }

  /** Signs a user in at the login, and returns the code. */
  async code(parameters: Form = {}, browser = new Browser(), person?: Person): Promise<string> {
    const { url, status } = await this.submitLogin(parameters, person ?? (await this.user()), browser);
    return url.searchParams.get('code') ?? missing(`a sign-in at the login gives no code: ${status} ${url.pathname}`);
  }

  token(form: Form): Promise<Response> {
    return this.post('/oauth2/token', form);
  }

  exchange(form: Form): Promise<Response> {
    return this.token({
      grant_type: 'authorization_code',
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      ...form,
    });
  }

  refresh(form: Form): Promise<Response> {
    return this.token({ grant_type: 'refresh_token', client_id: this.clientId, ...form });
  }

  revoke(form: Form): Promise<Response> {
    return this.post('/oauth2/revoke', { client_id: this.clientId, ...form });
  }

  async userInfo(token?: string): Promise<Response> {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    return read(await send(`${this.loginUrl}/oauth2/userInfo`, { headers }));
  }

  /** Tokens of the user for facts that do not change them. */
  tokens(): Promise<Tokens> {
    return this.memo('tokens', () => this.newTokens());
  }

  /** Tokens of another sign-in at the login. */
  async newTokens(parameters: Form = {}, person?: Person): Promise<Tokens> {
    const { status, body } = await this.exchange({ code: await this.code(parameters, new Browser(), person) });
    return 'access_token' in body
      ? (body as unknown as Tokens)
      : missing(`the code of a sign-in gives no tokens: ${status}`);
  }

  /** Tokens of a client for itself. */
  async machineTokens(form: Form = {}): Promise<Response> {
    return this.token({ grant_type: 'client_credentials', ...(await this.machine()), ...form });
  }

  /** A token of the client for itself that the API accepts. */
  async machineToken(): Promise<string> {
    const { access_token } = (await this.machineTokens()).body;
    return typeof access_token === 'string' ? access_token : missing('client credentials give no token');
  }

  private machine(): Promise<Form> {
    return this.memo('machine', async () => {
      const client_id = this.output('CognitoUserPoolAppClientID-machine');
      const { UserPoolClient } = await this.cognito.describeUserPoolClient({
        UserPoolId: this.userPoolId,
        ClientId: client_id,
      });
      return { client_id, client_secret: UserPoolClient?.ClientSecret };
    });
  }

  async post(path: string, form: Form): Promise<Response> {
    return read(
      await send(`${this.loginUrl}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'http://localhost:3000' },
        body: queryOf(form),
      }),
    );
  }

  /** Calls an operation of the user pool's API as an app does. */
  async api(operation: string, request: object): Promise<Response> {
    return read(
      await send(this.userPoolApiUrl, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/x-amz-json-1.1',
          'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}`,
          Origin: 'http://localhost:3000',
        },
        body: JSON.stringify(request),
      }),
    );
  }

  /** Calls an operation that names the app client. */
  clientApi(operation: string, request: object): Promise<Response> {
    return this.api(operation, { ClientId: this.clientId, ...request });
  }

  apiSignIn({ email, password }: Person): Promise<Response> {
    return this.clientApi('InitiateAuth', {
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: email, PASSWORD: password },
    });
  }

  /** Tokens of the user from the user pool's API, for facts that do not change them. */
  apiTokens(): Promise<ApiTokens> {
    return this.memo('apiTokens', async () => this.newApiTokens(await this.user()));
  }

  async newApiTokens(person: Person): Promise<ApiTokens> {
    const { status, body } = await this.apiSignIn(person);
    return (
      (body.AuthenticationResult as ApiTokens | undefined) ??
      missing(`a sign-in at the user pool's API gives no tokens: ${status}`)
    );
  }

  /** Signs a user in with SRP. */
  async signInWithSrp({ email, password }: Person): Promise<Response> {
    const srp = new SRPClient(this.userPoolId.split('_')[1]!);
    const { body } = await this.startSrp(email, srp.calculateA());
    const { USER_ID_FOR_SRP, SRP_B, SALT, SECRET_BLOCK } = (body.ChallengeParameters ?? {}) as Record<string, string>;
    if (SRP_B === undefined) {
      return missing('no challenge with SRP_B');
    }
    const key = srp.getPasswordAuthenticationKey(USER_ID_FOR_SRP!, password, SRP_B, SALT!);
    const TIMESTAMP = getNowString();
    return this.clientApi('RespondToAuthChallenge', {
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeResponses: {
        USERNAME: USER_ID_FOR_SRP,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: calculateSignature(key, srp.poolName, USER_ID_FOR_SRP!, SECRET_BLOCK!, TIMESTAMP),
        TIMESTAMP,
      },
    });
  }

  startSrp(email: string, SRP_A: string, ClientId = this.clientId): Promise<Response> {
    return this.api('InitiateAuth', {
      ClientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: email, SRP_A },
    });
  }

  /** Reads a public document of the user pool. */
  async document(name: 'openid-configuration' | 'jwks.json'): Promise<Response['body']> {
    const url = `${this.userPoolApiUrl.replace(/\/$/, '')}/${this.userPoolId}/.well-known/${name}`;
    const { status, body } = await read(await send(url));
    return status === 200 ? body : missing(`${name}: ${status}`);
  }

  /** Calls the REST API. */
  async call(path: string, { token, method = 'GET', headers = {} }: ApiCall = {}): Promise<Response> {
    return read(
      await send(`${this.output('ApiEndpoint')}${path}`, {
        method,
        headers: { ...headers, ...(token !== undefined && { Authorization: token }) },
      }),
    );
  }

  private memo<Value>(name: string, make: () => Promise<Value>): Promise<Value> {
    const made = this.once.get(name) ?? make();
    this.once.set(name, made);
    return made as Promise<Value>;
  }
}

export interface ApiCall {
  readonly token?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function missing(message: string): never {
  throw new NotServed(message);
}

function nameAttribute(input: string | undefined): string | undefined {
  return /name="([^"]*)"/.exec(input ?? '')?.[1];
}

function queryOf(form: Form): string {
  return new URLSearchParams(
    Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString();
}

async function read(response: SentResponse): Promise<Response> {
  const text = await response.text();
  return {
    status: response.status,
    headers: { ...Object.fromEntries(response.headers), 'set-cookie': response.headers.getSetCookie().join('\n') },
    text,
    body: objectIn(text),
  };
}

function objectIn(text: string): Response['body'] {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Response['body']) : {};
  } catch {
    return {};
  }
}
