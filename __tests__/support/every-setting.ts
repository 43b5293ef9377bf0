/** Files of the settings that name one. */
const folder = '__tests__/support/every-setting';
export const files = {
  handler: `${folder}/orders.ts`,
  changedHandler: `${folder}/changed-orders.ts`,
  css: `${folder}/login.css`,
  changedCss: `${folder}/changed-login.css`,
  logo: `${folder}/logo.png`,
  branding: `${folder}/branding.json`,
  metadata: `${folder}/metadata.xml`,
  schema: `${folder}/order.json`,
  changedSchema: `${folder}/changed-order.json`,
};

const id = '11111111-2222-3333-4444-555555555555';
export const certificateArn = `arn:aws:acm:us-east-1:123456789012:certificate/${id}`;
export const kmsKeyArn = `arn:aws:kms:us-east-1:123456789012:key/${id}`;
export const webAclArn = (name: string) => `arn:aws:wafv2:us-east-1:123456789012:regional/webacl/${name}/${id}`;

export const secretArn = (name: string) =>
  `arn:aws:ssm:us-east-1:123456789012:parameter/awesome-api/identity-providers/${name}`;

const mapping = { attributes: { email: 'email', given_name: 'given_name' } };
const tableArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/orders';
const scopes = ['orders/read'];

/**
 * Settings of a project that uses every setting that provider 5.100 has.
 *
 * @param lambda whether a Lambda function responds to one of the routes
 * @param customDomain whether the API has a host name of its own
 */
export function everySetting({ lambda = true, customDomain = true } = {}) {
  return {
    customDomain: { name: 'login.example.com', certificateArn },
    login: { style: 'classic', css: files.css, logo: files.logo },
    userPool: {
      selfSignUpEnabled: false,
      passwordPolicy: { minimumLength: 14, passwordHistorySize: 5 },
      mfa: 'required',
      tier: 'PLUS',
      threatProtection: 'audit',
      riskConfiguration: { compromisedCredentials: 'block', accountTakeover: { notify: true } },
      caseSensitive: false,
      attributes: {
        'custom:tenant': { type: 'string', maxLength: 20 },
        'custom:rank': { type: 'number', minValue: 1, maxValue: 5 },
        given_name: { required: true },
      },
      email: {
        identityArn: 'arn:aws:ses:us-east-1:123456789012:identity/example.com',
        from: 'login@example.com',
        replyTo: 'help@example.com',
        configurationSet: 'login',
      },
      logKmsKeyArn: kmsKeyArn,
      webAclArn: webAclArn('login'),
      triggers: { preSignUp: files.handler, preTokenGeneration: files.handler },
    },
    identityProviders: {
      Corp: {
        type: 'oidc',
        issuer: 'https://idp.example.com',
        clientId: 'shop',
        clientSecret: secretArn('corp'),
        scopes: ['openid', 'email'],
        idpIdentifiers: ['example.com'],
        ...mapping,
      },
      SignInWithApple: {
        type: 'apple',
        clientId: 'com.example.shop',
        teamId: 'TEAM',
        keyId: 'KEY',
        privateKey: secretArn('apple'),
        ...mapping,
      },
      Okta: { type: 'saml', metadataUrl: 'https://example.okta.com/metadata', ...mapping },
      Adfs: { type: 'saml', metadataFile: files.metadata, ...mapping },
    },
    groups: { admins: { description: 'Can change every order', precedence: 5 } },
    resourceServers: { 'orders-api': { identifier: 'orders', scopes: { read: 'read orders', write: 'write orders' } } },
    appClients: {
      web: {
        scopes: [...scopes, 'openid'],
        callbackUrls: ['https://app.example.com/callback', 'https://app.example.com/other'],
        defaultRedirectUri: 'https://app.example.com/other',
        logoutUrls: ['https://app.example.com/'],
        explicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
        refreshTokenRotation: { retryGracePeriodSeconds: 10 },
        authSessionValidity: '5 minutes',
        readAttributes: ['email', 'email_verified', 'name', 'custom:tenant'],
        writeAttributes: ['email', 'name', 'given_name'],
        identityProviders: ['COGNITO', 'Corp', 'SignInWithApple', 'Okta', 'Adfs'],
      },
      report: { grant: 'client_credentials', scopes },
    },
    restApi: {
      accessLogs: { retentionInDays: 365 },
      executionLogs: { retentionInDays: 365, level: 'info' },
      metrics: true,
      throttling: { rateLimit: 50, burstLimit: 100 },
      tracing: true,
      manageAccountLogging: true,
      binaryMediaTypes: ['image/png'],
      ipAddressType: 'dualstack',
      logKmsKeyArn: kmsKeyArn,
      webAclArn: webAclArn('api'),
      ...(customDomain && {
        customDomain: { name: 'api.example.com', certificateArn, basePath: 'v1' },
        disableExecuteApiEndpoint: true,
      }),
    },
    routes: {
      'GET /awesomeapi': { scopes, response: { body: 'orders' }, throttling: { rateLimit: 10, burstLimit: 20 } },
      'GET /http': { public: true, http: { url: 'https://example.com/', method: 'POST' } },
      'POST /http': {
        public: true,
        request: { query: ['from'], headers: ['X-Request-Id'], body: files.schema },
        http: { url: 'https://example.com/', timeout: 20 },
      },
      ...(lambda && {
        'GET /orders/{id}': {
          scopes,
          lambda: {
            handler: files.handler,
            memorySize: 512,
            timeout: 5,
            environment: { TABLE: 'orders' },
            permissions: [{ actions: ['dynamodb:GetItem'], resources: [tableArn] }],
            logRetentionInDays: 7,
          },
        },
      }),
    },
  };
}

/** The host names of a project with a hosted zone, whose certificates the stacks create. */
export const hostedZones = {
  customDomain: { name: 'login.example.com', hostedZone: 'Z0123456789ABCDEFGHIJ' },
  restApi: { customDomain: { name: 'api.example.com', hostedZone: 'Z0123456789ABCDEFGHIJ' } },
};

/** The web ACLs that the stacks create. */
export const webAcls = {
  userPool: { webAcl: { action: 'block', requestsPerFiveMinutes: 1000, logRetentionInDays: 7 } },
  restApi: { webAcl: 'count' },
};

/** Alarms on everything, the end of both certificates included. */
export const alarms = {
  ...hostedZones,
  restApi: { ...hostedZones.restApi, alarms: 'ops@example.com' },
};

/** The settings that only provider 6 has. */
export const managedLogin = {
  login: { style: 'managed', branding: files.branding },
  providerVersion: '>= 6.12.0, < 7.0.0',
};

/** Settings of a project that uses every setting that provider 6 has. */
export function everySettingOfVersion6() {
  const settings = everySetting();
  return {
    ...settings,
    ...managedLogin,
    providerVersion: '>= 6.66.0, < 7.0.0',
    userPool: { ...settings.userPool, userEventLogs: { retentionInDays: 365 } },
    restApi: {
      ...settings.restApi,
      securityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09',
      endpointAccessMode: 'STRICT',
    },
  };
}
