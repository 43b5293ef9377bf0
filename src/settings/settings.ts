import { readFileSync } from 'node:fs';

import { distance } from 'fastest-levenshtein';
import { z } from 'zod';

import { corsRules } from '../api-gateway/cors-preflight';
import { mockResponseRules, routeNameRule } from '../api-gateway/route';
import { regionRule, tagKeyRule, tagValueRule, versionConstraintRule } from '../aws-stack';
import { appClientRules } from '../cognito/app-client';
import { hostedDomainRules } from '../cognito/hosted-domain';
import { resourceServerRules } from '../cognito/resource-server';
import { userPoolRules } from '../cognito/user-pool';
import { charactersRule, describeProblem, isObject, mapRule, membersRule, problemsOf } from '../rule';
import { findConflicts } from './conflicts';

const apiScope = 'awesomeapi-resource-server/awesomeapi.read';

/** Every setting with its rule, its default, which is the reference's value, and what it is for. */
export const settingsRule = membersRule({
  region: regionRule.default('us-east-1').describe('AWS region of both stacks; `AWS_REGION` is not read'),
  providerVersion: versionConstraintRule
    .default('>= 5.100.0, < 7.0.0')
    .describe('versions of the AWS provider that terraform may choose from'),
  tags: z
    .record(tagKeyRule, tagValueRule)
    .refine((tags) => Object.keys(tags).length <= 50, {
      message: 'has more than 50 entries',
      params: { allowed: 'at most 50' },
    })
    .default({})
    .describe('tags for every resource that takes tags'),
  domainPrefix: hostedDomainRules.domainPrefix
    .default('buraktas-awesome-domain')
    .describe(
      "first label of the hosted login's host name, unique per region over all AWS accounts; the environment variable `DOMAIN_PREFIX` goes before it",
    ),
  userPool: membersRule({
    name: userPoolRules.name.default('awesome-cognito-user-pool').describe('name of the user pool'),
    selfSignUpEnabled: z.boolean().default(true).describe('whether people may sign themselves up'),
    verificationEmail: membersRule({
      subject: userPoolRules.verificationEmail.shape.subject
        .default('You need to verify your email')
        .describe('subject of the e-mail with the code'),
      message: userPoolRules.verificationEmail.shape.message
        .default('Thanks for signing up Your verification code is {####}')
        .describe('its text; Cognito puts the code in the place of `{####}`'),
    }).prefault({}),
  }).prefault({}),
  resourceServers: mapRule(resourceServerRules.name, {
    max: 25,
    entry: membersRule({
      identifier: resourceServerRules.identifier.optional().describe('first part of its scopes; its name if left out'),
      scopes: resourceServerRules.scopes.describe("description of each scope by the scope's name"),
    }),
  })
    .default({ 'awesomeapi-resource-server': { scopes: { 'awesomeapi.read': 'awesomeapi read scope' } } })
    .describe('resource servers by name: the APIs and their scopes'),
  appClients: mapRule(appClientRules.name, {
    max: 1000,
    entry: membersRule({
      scopes: appClientRules.scopes.describe('scopes that it may ask for, in the order of the login URL'),
      callbackUrls: appClientRules.callbackUrls.describe(
        "where a sign-in may send the browser; the first is the login URL's",
      ),
      logoutUrls: appClientRules.logoutUrls.default([]).describe('where a sign-out may send the browser'),
      accessTokenValidity: appClientRules.accessTokenValidity
        .default('60 minutes')
        .describe('lifetime of an access token'),
      idTokenValidity: appClientRules.idTokenValidity.default('60 minutes').describe('lifetime of an ID token'),
      refreshTokenValidity: appClientRules.refreshTokenValidity
        .default('1 day')
        .describe('lifetime of a refresh token'),
      generateSecret: z
        .boolean()
        .default(false)
        .describe('whether the client has a secret; not for browsers and phones'),
      enableTokenRevocation: z.boolean().default(true).describe('whether refresh tokens can be revoked'),
      preventUserExistenceErrors: z
        .boolean()
        .default(true)
        .describe('whether an unknown user gets the same answer as a wrong password'),
      explicitAuthFlows: appClientRules.explicitAuthFlows
        .default(['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'])
        .describe("ways to sign in through Cognito's API, past the hosted login"),
    }),
  })
    .prefault({
      'awesome-app-client': { scopes: [apiScope, 'openid'], callbackUrls: ['http://localhost:3000/dashboard'] },
    })
    .describe('app clients by name; the outputs describe the first'),
  restApi: membersRule({
    name: charactersRule('any text', { legal: /^[\s\S]$/u, max: 1024 })
      .default('awesome-api')
      .describe('name of the REST API'),
    endpointType: z
      .enum(['REGIONAL', 'EDGE'])
      .default('REGIONAL')
      .describe('whether callers reach it in its region or through CloudFront'),
    authorizerName: charactersRule('any text', { legal: /^[\s\S]$/u, max: 1024 })
      .default('cognito-userpool-authorizer')
      .describe('name of its authorizer'),
    stageName: charactersRule('letters, digits, _ and -', { legal: /^[\w-]$/, max: 128 })
      .default('prod')
      .describe('name of its stage, the first part of every path'),
  }).prefault({}),
  cors: membersRule({
    allowOrigin: corsRules.allowOrigin.default('*').describe('origin whose pages may read the answers'),
    allowHeaders: corsRules.allowHeaders
      .default(['Content-Type', 'X-Amz-Date', 'Authorization', 'X-Api-Key', 'X-Amz-Security-Token', 'X-Amz-User-Agent'])
      .describe('request headers that those pages may send'),
    allowMethods: corsRules.allowMethods
      .default(['OPTIONS', 'GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD'])
      .describe('methods that those pages may use'),
  }).prefault({}),
  routes: mapRule(routeNameRule, {
    entry: membersRule({
      scopes: z.tuple([z.string()], z.string()).describe('scopes of which an access token must have one'),
      response: membersRule({
        statusCode: mockResponseRules.statusCode.default(200).describe('status of the mock answer'),
        body: mockResponseRules.body.describe('its body, any JSON, as a mapping template'),
      }),
    }),
  })
    .default({
      'GET /awesomeapi': {
        scopes: [apiScope],
        response: { statusCode: 200, body: { statusCode: 200, message: 'Hello From Protected Resource' } },
      },
    })
    .describe('protected routes by verb and path'),
});

export type Settings = z.output<typeof settingsRule>;

/** The reference's values. */
export const defaultSettings: Settings = settingsRule.parse({});

/** Settings that cannot be used: the message lists all that is wrong. */
export class SettingsError extends Error {}

/**
 * Reads the settings of the project in the current directory, before anything is written.
 *
 * Ends the program with one report when they are wrong: the mistake is the user's, and a stack trace would hide it.
 */
export function loadSettings(): Settings {
  try {
    return parseSettings(readCdktfJson('cdktf.json'), process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }
    console.error(error.message);
    process.exit(1);
  }
}

/**
 * Checks what a user has set and fills in the rest.
 *
 * A map that is given takes the place of the default map; within an entry, what is left out has its default.
 *
 * @throws {SettingsError} with every problem, each with the value got, what is allowed and where to change it
 */
export function parseSettings(
  given: unknown,
  environment: Readonly<Record<string, string | undefined>> = {},
): Settings {
  const prefix = environment.DOMAIN_PREFIX;
  const input = prefix === undefined || !isObject(given) ? given : { ...given, domainPrefix: prefix };
  const problems = [...problemsOf(settingsRule, input), ...findConflicts(input, defaultSettings).map(describeProblem)];
  if (problems.length > 0) {
    const lines = problems.map((problem) => {
      const place =
        prefix !== undefined && problem.startsWith('domainPrefix:')
          ? 'the environment variable DOMAIN_PREFIX'
          : 'cdktf.json, context.settings';
      return `  ${problem}; change it in ${place}`;
    });
    throw new SettingsError(
      `${problems.length === 1 ? 'A setting is' : `${problems.length} settings are`} wrong; nothing was written.\n${lines.join('\n')}`,
    );
  }
  return settingsRule.parse(input);
}

function readCdktfJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SettingsError(
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? `There is no ${file} in ${process.cwd()}: run this in the project's folder.`
        : `${file} cannot be read: ${(error as Error).message}`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SettingsError(`${file} is not JSON: ${(error as Error).message}`);
  }
  // A setting in the wrong place would be no setting, and the reference would be deployed in its stead.
  const place = `the settings are at context.settings, as {"context": {"settings": {…}}}`;
  if (!isObject(json) || (json.context !== undefined && !isObject(json.context))) {
    throw new SettingsError(`${file} is not as it should be: ${place}.`);
  }
  const { context = {} } = json;
  const misplaced = [...Object.keys(json), ...Object.keys(context as object)].find(
    (name) => name !== 'context' && (name === 'settings' ? 'settings' in json : distance(name, 'settings') <= 2),
  );
  if (misplaced !== undefined) {
    throw new SettingsError(`${file} has ${JSON.stringify(misplaced)}, which nothing reads: ${place}.`);
  }
  const { settings } = context as { settings?: unknown };
  return settings === undefined ? {} : settings;
}
