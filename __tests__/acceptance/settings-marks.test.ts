import { parseEnvironments } from '../../src/settings/environments';
import { listSettings } from '../../src/settings/settings-list';
import { readPlan } from '../../src/terraform/plan';
import {
  alarms,
  certificateArn,
  everySetting,
  files,
  hostedZones,
  kmsKeyArn,
  secretArn,
  webAclArn,
  webAcls,
} from '../support/every-setting';
import { planSettingsChanges, type SettingsChange } from '../support/provider-plans';

// For jest to map the stack trace of each token of CDKTF to TypeScript takes longer than the synth itself.
jest.mock('cdktf/lib/tokens/private/stack-trace', () => ({ captureStackTrace: () => [] }));

type Settings = Readonly<Record<string, unknown>>;

/** Returns settings with another value in one place, or without it. */
function changed(settings: Settings, setting: string, value: unknown): Settings {
  // The name of a route has dots and slashes, but no other setting below it has.
  const [, route, below] = /^routes\.(\w+ [^.]+)\.(.*)$/.exec(setting) ?? [];
  const path = route === undefined ? setting.split('.') : ['routes', route, ...below!.split('.')];
  const set = (at: unknown, [name, ...rest]: readonly string[]): unknown => {
    const { [name!]: old, ...others } = (at ?? {}) as Record<string, unknown>;
    const next = rest.length === 0 ? value : set(old, rest);
    return next === undefined ? others : { ...others, [name!]: next };
  };
  return set(settings, path) as Settings;
}

const web = 'appClients.web';
const attributes = 'userPool.attributes';
const corp = 'identityProviders.Corp';
const apple = 'identityProviders.SignInWithApple';
const awesome = 'routes.GET /awesomeapi';
const orders = 'routes.GET /orders/{id}';
const otherId = (arn: string) => arn.replace(/\d{8}(?=-\d{4}-\d{4})/, '99999999');

/** Each setting with another value. */
const values: Readonly<Record<string, unknown>> = {
  'customDomain.name': 'other.example.com',
  'customDomain.certificateArn': otherId(certificateArn),
  'login.css': files.changedCss,
  'userPool.name': 'another',
  'userPool.deletionProtection': true,
  'userPool.signIn': 'username',
  [`${attributes}.custom:tenant.type`]: 'dateTime',
  [`${attributes}.custom:tenant.mutable`]: false,
  [`${attributes}.custom:tenant.minLength`]: 2,
  [`${attributes}.custom:tenant.maxLength`]: 30,
  [`${attributes}.custom:rank.minValue`]: 2,
  [`${attributes}.custom:rank.maxValue`]: 6,
  [`${attributes}.given_name.required`]: false,
  [`${attributes}.family_name`]: { required: true },
  [`${attributes}.custom:team`]: { type: 'boolean' },
  'userPool.selfSignUpEnabled': true,
  'userPool.passwordPolicy.minimumLength': 20,
  'userPool.passwordPolicy.requireLowercase': false,
  'userPool.passwordPolicy.requireUppercase': false,
  'userPool.passwordPolicy.requireNumbers': false,
  'userPool.passwordPolicy.requireSymbols': false,
  'userPool.passwordPolicy.passwordHistorySize': 6,
  'userPool.passwordPolicy.temporaryPasswordValidityDays': 1,
  'userPool.mfa': 'optional',
  'userPool.threatProtection': 'enforced',
  'userPool.riskConfiguration.compromisedCredentials': 'none',
  'userPool.riskConfiguration.accountTakeover.low': 'block',
  'userPool.riskConfiguration.accountTakeover.medium': 'block',
  'userPool.riskConfiguration.accountTakeover.high': 'none',
  'userPool.riskConfiguration.accountTakeover.notify': false,
  'userPool.caseSensitive': true,
  'userPool.email.from': 'other@example.com',
  'userPool.email.identityArn': 'arn:aws:ses:us-east-1:123456789012:identity/login@example.com',
  'userPool.verificationEmail.subject': 'Your code',
  'userPool.verificationEmail.message': 'Your code is {####}',
  'userPool.logKmsKeyArn': otherId(kmsKeyArn),
  'userPool.webAclArn': webAclArn('other'),
  'userPool.triggers.preSignUp': files.changedHandler,
  'userPool.triggers.preTokenGeneration': { handler: files.handler, eventVersion: 'V2_0' },
  'groups.admins.description': 'Others',
  'groups.admins.precedence': 6,
  'resourceServers.orders-api.identifier': undefined,
  'resourceServers.orders-api.scopes': { read: 'read orders' },
  [`${web}.scopes`]: ['openid'],
  [`${web}.callbackUrls`]: ['https://app.example.com/other'],
  [`${web}.defaultRedirectUri`]: 'https://app.example.com/callback',
  [`${web}.logoutUrls`]: [],
  [`${web}.accessTokenValidity`]: '30 minutes',
  [`${web}.idTokenValidity`]: '30 minutes',
  [`${web}.refreshTokenValidity`]: '2 days',
  [`${web}.refreshTokenRotation.retryGracePeriodSeconds`]: 20,
  [`${web}.generateSecret`]: true,
  [`${web}.enableTokenRevocation`]: false,
  [`${web}.preventUserExistenceErrors`]: false,
  [`${web}.explicitAuthFlows`]: ['ALLOW_CUSTOM_AUTH'],
  [`${web}.authSessionValidity`]: '6 minutes',
  [`${web}.readAttributes`]: ['email', 'email_verified'],
  [`${web}.writeAttributes`]: ['email', 'given_name'],
  [`${web}.identityProviders`]: ['COGNITO'],
  [`${corp}.type`]: 'saml',
  [`${corp}.issuer`]: 'https://other.example.com',
  [`${corp}.clientId`]: 'other',
  [`${corp}.clientSecret`]: secretArn('other'),
  [`${corp}.scopes`]: ['openid'],
  [`${corp}.attributesRequestMethod`]: 'POST',
  [`${corp}.attributes`]: { email: 'mail', given_name: 'name' },
  [`${corp}.idpIdentifiers`]: ['example.org'],
  [`${apple}.clientId`]: 'com.example.other',
  [`${apple}.teamId`]: 'OTHER',
  [`${apple}.keyId`]: 'OTHER',
  [`${apple}.scopes`]: ['email'],
  'identityProviders.Okta.metadataUrl': 'https://other.okta.com/metadata',
  'identityProviders.Okta.idpSignout': true,
  'appClients.report.accessTokenValidity': '30 minutes',
  'restApi.name': 'other-api',
  'restApi.endpointType': 'EDGE',
  'restApi.authorizerName': 'other',
  'restApi.stageName': 'v2',
  'restApi.customDomain.name': 'other.example.com',
  'restApi.customDomain.certificateArn': otherId(certificateArn),
  'restApi.customDomain.basePath': 'v2',
  'restApi.disableExecuteApiEndpoint': false,
  'restApi.binaryMediaTypes': [],
  'restApi.ipAddressType': 'ipv4',
  'restApi.accessLogs.retentionInDays': 30,
  'restApi.executionLogs.level': 'error',
  'restApi.executionLogs.retentionInDays': 30,
  'restApi.metrics': false,
  'restApi.throttling.rateLimit': 60,
  'restApi.throttling.burstLimit': 200,
  'restApi.tracing': false,
  'restApi.logKmsKeyArn': otherId(kmsKeyArn),
  'restApi.manageAccountLogging': false,
  'restApi.webAclArn': webAclArn('other'),
  'cors.allowOrigin': 'https://app.example.com',
  'cors.allowHeaders': ['Authorization'],
  'cors.allowMethods': ['GET'],
  'cors.exposeHeaders': ['X-Other'],
  'cors.maxAge': 60,
  [`${awesome}.scopes`]: ['orders/write'],
  [`${awesome}.response.statusCode`]: 201,
  [`${awesome}.response.body`]: 'other orders',
  [`${awesome}.throttling.rateLimit`]: 20,
  [`${awesome}.throttling.burstLimit`]: 40,
  'routes.POST /http.request.query': ['to'],
  'routes.POST /http.request.headers': ['X-Order-Id'],
  'routes.POST /http.request.body': files.changedSchema,
  'routes.POST /http.http.timeout': 25,
  'routes.GET /http.http.url': 'https://example.org/',
  'routes.GET /http.http.method': 'PUT',
  [`${orders}.lambda.handler`]: files.changedHandler,
  [`${orders}.lambda.memorySize`]: 256,
  [`${orders}.lambda.timeout`]: 6,
  [`${orders}.lambda.environment`]: {},
  [`${orders}.lambda.permissions`]: [],
  [`${orders}.lambda.logRetentionInDays`]: 14,
  permissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary',
};

/** Settings that can be removed. */
const removable = [
  ...['customDomain', 'login', 'login.css', 'login.logo', 'groups.admins.description', 'groups.admins.precedence'],
  ...[
    'passwordPolicy',
    'mfa',
    'tier',
    'threatProtection',
    'riskConfiguration',
    'caseSensitive',
    'email',
    'logKmsKeyArn',
    'webAclArn',
    'triggers',
  ].map((name) => `userPool.${name}`),
  ...['custom:tenant', 'custom:rank.maxValue', 'given_name'].map((name) => `${attributes}.${name}`),
  ...['preSignUp', 'preTokenGeneration'].map((name) => `userPool.triggers.${name}`),
  ...['email.replyTo', 'email.configurationSet'].map((name) => `userPool.${name}`),
  ...['defaultRedirectUri', 'logoutUrls', 'refreshTokenRotation', 'authSessionValidity'].map(
    (name) => `${web}.${name}`,
  ),
  ...['readAttributes', 'writeAttributes'].map((name) => `${web}.${name}`),
  ...[
    'accessLogs',
    'executionLogs',
    'throttling',
    'binaryMediaTypes',
    'ipAddressType',
    'logKmsKeyArn',
    'webAclArn',
  ].map((name) => `restApi.${name}`),
  ...['customDomain', 'customDomain.basePath', 'disableExecuteApiEndpoint'].map((name) => `restApi.${name}`),
  `${awesome}.throttling`,
  ...['request', 'request.query', 'request.headers', 'request.body', 'http.timeout'].map(
    (name) => `routes.POST /http.${name}`,
  ),
  ...[corp, `${corp}.idpIdentifiers`, 'identityProviders.Adfs.metadataFile'],
];

/** What else has to change for settings that are valid. */
const alongside: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'resourceServers.orders-api.identifier': {
    [`${web}.scopes`]: ['orders-api/read', 'openid'],
    'appClients.report.scopes': ['orders-api/read'],
    [`${awesome}.scopes`]: ['orders-api/read'],
    [`${orders}.scopes`]: ['orders-api/read'],
  },
  [`${web}.callbackUrls`]: { [`${web}.defaultRedirectUri`]: 'https://app.example.com/other' },
  [`${attributes}.custom:tenant.type`]: { [`${attributes}.custom:tenant.maxLength`]: undefined },
  [`${attributes}.family_name`]: {
    [`${web}.writeAttributes`]: ['email', 'name', 'given_name', 'family_name'],
    [`${web}.identityProviders`]: undefined,
    identityProviders: undefined,
  },
  [`${corp}.type`]: {
    ...Object.fromEntries(
      ['issuer', 'clientId', 'clientSecret', 'scopes'].map((name) => [`${corp}.${name}`, undefined]),
    ),
    [`${corp}.metadataUrl`]: 'https://example.com/metadata',
  },
  [`- ${corp}`]: { [`${web}.identityProviders`]: ['COGNITO'] },
  '- identityProviders.Adfs.metadataFile': { 'identityProviders.Adfs.metadataUrl': 'https://example.com/metadata' },
  [`- ${attributes}.custom:tenant`]: { [`${web}.readAttributes`]: ['email', 'email_verified', 'name'] },
  'userPool.email.identityArn': { 'userPool.email.from': 'login@example.com' },
  '- userPool.tier': { 'userPool.threatProtection': undefined, 'userPool.riskConfiguration': undefined },
  '- userPool.threatProtection': { 'userPool.riskConfiguration': undefined },
  '- userPool.mfa': { 'userPool.riskConfiguration.accountTakeover': undefined },
  '- userPool.email': { 'userPool.riskConfiguration.accountTakeover': undefined },
  [`- ${web}.refreshTokenRotation`]: {
    [`${web}.explicitAuthFlows`]: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  },
  ...Object.fromEntries(
    ['customDomain', 'restApi.customDomain'].map((place) => [
      `- ${place}.hostedZone`,
      { [`${place}.certificateArn`]: certificateArn },
    ]),
  ),
  '- restApi.customDomain': { 'restApi.disableExecuteApiEndpoint': false },
};

/** Without these, a change is about what is not in the plan of a resource, or is another row. */
const untested: Readonly<Record<string, string>> = {
  region: 'the test of a lost state',
  providerVersion: 'it changes no resource',
  tags: 'all of them are an argument of the provider',
  state: 'it changes no resource',
  domainPrefix: 'customDomain is in its place',
  'login.style': 'login',
  'login.logo': 'removed',
  'userPool.arn': 'the test of a user pool that exists already',
  'userPool.tier': 'removed',
  'userPool.userEventLogs': 'provider 5 does not have it',
  'restApi.securityPolicy': 'provider 5 does not have it',
  'restApi.endpointAccessMode': 'provider 5 does not have it',
  'userPool.email.replyTo': 'removed',
  'userPool.email.configurationSet': 'removed',
  ...Object.fromEntries(
    ['postConfirmation', 'preAuthentication', 'postAuthentication', 'customMessage', 'userMigration'].map((name) => [
      `userPool.triggers.${name}`,
      'userPool.triggers.preSignUp',
    ]),
  ),
  ...Object.fromEntries(
    ['type', 'attributes', 'idpIdentifiers'].map((name) => [`${apple}.${name}`, `identityProviders.*.${name}`]),
  ),
  [`${apple}.privateKey`]: 'Cognito does not return it, and no plan compares it',
  'cors.allowCredentials': 'cors.allowOrigin',
  'appClients.*.grant': 'the unit tests: another grant is another secret',
  'routes.*.public': 'routes.*.scopes',
  'routes.*.response.bodyTemplate': 'routes.*.response.body',
  'routes.*.lambda.bundleAwsSdk': 'routes.*.lambda.handler',
};

const variants = {
  '': everySetting(),
  'without Lambda routes': everySetting({ lambda: false }),
  'without a custom domain': everySetting({ customDomain: false }),
  'without both': everySetting({ lambda: false, customDomain: false }),
};

interface Row {
  /** The setting, without the names of the entries of maps. */
  readonly setting: string;
  readonly title: string;
  readonly change: SettingsChange;
}

function rowOf(setting: string, value: unknown, variant: string, base: Settings, removed: boolean): Row {
  const title = `${removed ? '- ' : ''}${setting}`;
  const others = Object.entries(alongside[title] ?? {});
  const after = others.reduce(
    (settings, [name, other]) => changed(settings, name, other),
    changed(base, setting, value),
  );
  return {
    setting: general(setting),
    title: variant === '' ? title : `${title}, ${variant}`,
    change: { before: base, after },
  };
}

/** Returns the place of a setting without the names that the user has chosen. */
function general(setting: string): string {
  return setting
    .replace(/^routes(\.\w+ [^.]+|\["[^"]+"\])/, 'routes.*')
    .replace(/^userPool\.attributes(\.[^.]+|\["[^"]+"\])/, 'userPool.attributes.*')
    .replace(/^(appClients|groups|identityProviders(?!\.SignInWithApple)|resourceServers)\.[^.]+/, '$1.*')
    .replace(/^(tags|state)\..*/, '$1');
}

const routed = `${orders}.lambda`;
const rows = Object.entries(variants).flatMap(([variant, base]) => {
  const isRow = (setting: string) =>
    variant === '' || ['restApi.name', 'restApi.stageName', 'restApi.endpointType'].includes(setting);
  return [
    ...Object.entries(values)
      .filter(([setting]) => isRow(setting))
      .map(([setting, value]) => rowOf(setting, value, variant, base, false)),
    ...removable.filter(isRow).map((setting) => rowOf(setting, undefined, variant, base, true)),
  ];
});
const withMock = changed(changed(everySetting(), routed, undefined), `${orders}.response`, { body: 'orders' });
const otherZone = 'Z0123456789OTHERZONE';
for (const place of ['customDomain', 'restApi.customDomain']) {
  const base = { ...everySetting(), ...hostedZones };
  rows.push(
    rowOf(`${place}.hostedZone`, otherZone, 'with hosted zones', base, false),
    rowOf(`${place}.name`, 'other.example.com', 'with hosted zones', base, false),
    rowOf(`${place}.hostedZone`, undefined, 'with hosted zones', base, true),
  );
}
for (const [setting, value] of [
  ['userPool.webAcl', 'count'],
  ['restApi.webAcl', 'block'],
] as const) {
  rows.push(
    rowOf(setting, value, 'with web ACLs', webAcls, false),
    rowOf(setting, undefined, 'with web ACLs', webAcls, true),
  );
}
rows.push(
  rowOf('restApi.alarms', 'others@example.com', 'with alarms', alarms, false),
  rowOf('restApi.alarms', undefined, 'with alarms', alarms, true),
);
rows.push({ setting: 'routes.*.lambda', title: `- ${routed}`, change: { before: everySetting(), after: withMock } });

/** The marks of all settings, of those that are set and of those that are not. */
const marks = new Map(
  [{}, everySetting()].flatMap((settings) => {
    const [environment] = parseEnvironments({ settings });
    return listSettings(environment!, { settings }, {}).map(
      ({ setting, change }) => [general(setting), change] as const,
    );
  }),
);

const plans = new Map<string, ReturnType<typeof readPlan>>();

beforeAll(() => {
  const planned = planSettingsChanges(Object.fromEntries(rows.map(({ title, change }) => [title, change])));
  for (const [title, json] of Object.entries(planned)) {
    plans.set(title, readPlan(json));
  }
});

/** Says what a plan does, and what of that is a loss, rejected or kept by AWS. */
function verdict(title: string): string {
  const { changes, losses, rejections, kept } = plans.get(title)!;
  const addresses = (found: readonly { readonly address: string }[]) => found.map(({ address }) => address).join(', ');
  return [
    ...(rejections.length > 0 ? [`rejected: ${addresses(rejections)}`] : []),
    ...(losses.length > 0 ? [`lost: ${addresses(losses)}`] : []),
    ...(kept.length > 0 ? [`kept by AWS: ${kept.map(({ argument }) => argument).join(', ')}`] : []),
    ...(changes.length > 0 && losses.length + rejections.length === 0 ? ['in place'] : []),
  ].join('; ');
}

test('every setting is planned with another value', () => {
  const settings = [...marks.keys()].filter((setting) => rows.every((row) => row.setting !== setting));
  const members = settings.filter(
    (setting) => !(setting in untested) && rows.every((row) => !row.setting.startsWith(`${setting}.`)),
  );
  expect(members).toEqual([]);
});

test('a setting is marked if a change of it, or its removal, takes something away or is rejected', () => {
  const serious = (setting: string) =>
    rows.some(({ setting: each, title }) => {
      const { losses, rejections } = plans.get(title)!;
      return each === setting && losses.length + rejections.length > 0;
    });
  const tested = [...marks].filter(([setting]) => rows.some((row) => row.setting === setting));
  const marked = tested.filter(([, change]) => change !== undefined).map(([setting]) => setting);
  expect(marked.sort()).toEqual(
    tested
      .map(([setting]) => setting)
      .filter(serious)
      .sort(),
  );
});

test('the plan reports every setting that is changed or removed', () => {
  expect(rows.filter(({ title }) => verdict(title) === '').map(({ title }) => title)).toEqual([]);
});

test('the verdicts are', () => {
  const table = rows.map(({ setting, title }) => {
    const mark = marks.get(setting);
    return `${title}\n    ${verdict(title)}${mark === undefined ? '' : `\n    A change ${mark}.`}`;
  });
  expect(`\n${table.join('\n')}\n`).toMatchSnapshot();
});
