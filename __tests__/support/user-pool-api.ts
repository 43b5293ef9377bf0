import { createHmac } from 'node:crypto';

import { type Services } from './local-services';
import { send } from './send';

export interface ApiRequest {
  readonly url: string;
  readonly method: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The form of a signature with the credentials of an AWS account. */
const signature =
  'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=00';

/** Cognito's API, called as the SDKs do. */
export class UserPoolApi {
  readonly clientId: string;
  readonly userPoolId: string;

  constructor(
    readonly services: Services,
    private readonly secret?: string,
  ) {
    this.clientId = services.client.id;
    this.userPoolId = services.userPoolId;
  }

  /** The request of an operation as an app sends it, without credentials of AWS. */
  request(operation: string, request: object | string, headers: Readonly<Record<string, string>> = {}): ApiRequest {
    return {
      url: this.services.userPoolApiUrl,
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}`,
        ...headers,
      },
      body: typeof request === 'string' ? request : JSON.stringify(request),
    };
  }

  /** The request of an operation for an administrator. */
  adminRequest(operation: string, request: object): ApiRequest {
    return this.request(operation, { UserPoolId: this.userPoolId, ...request }, { Authorization: signature });
  }

  /** Calls an operation as an app does. */
  call(
    operation: string,
    request: object | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiResponse> {
    return callApi(this.request(operation, request, headers));
  }

  /** Calls an operation for an administrator. */
  admin(operation: string, request: object): Promise<ApiResponse> {
    return callApi(this.adminRequest(operation, request));
  }

  /** Calls an operation that names the app client and a user. */
  forUser(operation: string, username: string, request: object = {}): Promise<ApiResponse> {
    return this.call(operation, {
      ClientId: this.clientId,
      Username: username,
      ...(this.secret !== undefined && { SecretHash: this.secretHash(username) }),
      ...request,
    });
  }

  signIn(username: string, password: string): Promise<ApiResponse> {
    return this.initiateAuth('USER_PASSWORD_AUTH', {
      USERNAME: username,
      PASSWORD: password,
      ...(this.secret !== undefined && { SECRET_HASH: this.secretHash(username) }),
    });
  }

  initiateAuth(flow: string, parameters: Readonly<Record<string, string | undefined>>): Promise<ApiResponse> {
    return this.call('InitiateAuth', { ClientId: this.clientId, AuthFlow: flow, AuthParameters: parameters });
  }

  respond(challenge: string, session: unknown, responses: Readonly<Record<string, string>>): Promise<ApiResponse> {
    return this.call('RespondToAuthChallenge', {
      ClientId: this.clientId,
      ChallengeName: challenge,
      Session: session,
      ChallengeResponses: responses,
    });
  }

  /** Signs a user in and returns the tokens. */
  async tokens(username: string, password: string): Promise<ApiTokens> {
    return tokensIn(await this.signIn(username, password));
  }

  secretHash(username: string): string {
    return createHmac('sha256', this.secret!).update(`${username}${this.clientId}`).digest('base64');
  }
}

async function callApi({ url, ...request }: ApiRequest): Promise<ApiResponse> {
  const response = await send(url, request);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

export interface ApiTokens {
  readonly AccessToken: string;
  readonly IdToken: string;
  readonly RefreshToken: string;
}

export function tokensIn({ body }: ApiResponse): ApiTokens {
  return body.AuthenticationResult as ApiTokens;
}

/** Expects an error response of AWS: a status of 400, and the error in the body and in the headers. */
export function expectError({ status, headers, body }: ApiResponse, type: string, message?: string | RegExp): void {
  expect({ status, type: body.__type, inHeader: headers.get('x-amzn-errortype') }).toEqual({
    status: 400,
    type,
    inHeader: `${type}:`,
  });
  if (message !== undefined) {
    expect(body.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  }
}
