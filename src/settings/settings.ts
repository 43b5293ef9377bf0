import type { z } from 'zod';

import { corsSettings } from '../api-gateway/cors';
import { restApiSettings } from '../api-gateway/rest-api-settings';
import { routeSettings } from '../api-gateway/route';
import { routeNameRule } from '../api-gateway/route-name';
import { awsStackSettings } from '../stack/aws-stack';
import { appClientSettings } from '../cognito/app-client-settings';
import { customDomainSettings, domainPrefixRule, replacesDomain } from '../cognito/hosted-domain';
import { loginSettings } from '../cognito/login-settings';
import { resourceServerNameRule, resourceServerSettings } from '../cognito/resource-server';
import { groupNameRule, groupSettings } from '../cognito/user-pool-group';
import { cognitoNameRule, userPoolSettings } from '../cognito/user-pool-settings';
import { mapRule, membersRule } from '../rules/rule';

const apiScope = 'awesomeapi-resource-server/awesomeapi.read';

/** JavaScript puts a name that is a whole number before all others, and another client would have the plain outputs. */
const appClientNameRule = cognitoNameRule.refine((name) => !/^\d+$/.test(name), {
  message: 'has only digits',
  params: { allowed: 'a name with another character' },
});

/** Every setting with its rule, its default and its meaning. The defaults are the reference. */
export const settingsRule = membersRule({
  ...awsStackSettings,
  domainPrefix: domainPrefixRule
    .default('buraktas-awesome-domain')
    .describe(
      "First label of the hosted login's host name, unique in the region across all AWS accounts. The environment variable `DOMAIN_PREFIX` overrides it.",
    )
    .meta({ change: replacesDomain }),
  customDomain: customDomainSettings
    .optional()
    .describe('A host name of your own for the hosted login, instead of one with the domain prefix.')
    .meta({ change: replacesDomain }),
  login: loginSettings
    .optional()
    .describe('Pages of the hosted login. Without it, the classic ones as AWS has made them.'),
  userPool: userPoolSettings.prefault({}),
  groups: mapRule(groupNameRule, { entry: groupSettings, min: 0, max: 10_000 })
    .default({})
    .describe('Groups of users by name, which the tokens of their users have in the claim `cognito:groups`.'),
  resourceServers: mapRule(resourceServerNameRule, { max: 25, entry: resourceServerSettings })
    .default({ 'awesomeapi-resource-server': { scopes: { 'awesomeapi.read': 'awesomeapi read scope' } } })
    .describe('Resource servers by name: the APIs and their scopes.'),
  appClients: mapRule(appClientNameRule, { max: 1000, entry: appClientSettings })
    .prefault({
      'awesome-app-client': { scopes: [apiScope, 'openid'], callbackUrls: ['http://localhost:3000/dashboard'] },
    })
    .describe(
      'App clients by name. The outputs describe the first of the grant `authorization_code`, in the order of cdktf.json.',
    ),
  restApi: restApiSettings.prefault({}),
  cors: corsSettings.prefault({}),
  routes: mapRule(routeNameRule, { entry: routeSettings })
    .default({
      'GET /awesomeapi': {
        scopes: [apiScope],
        response: { statusCode: 200, body: { statusCode: 200, message: 'Hello From Protected Resource' } },
      },
    })
    .describe('Routes by verb and path: who can call each, and what answers.'),
});

/** The settings of one environment, with every default filled in. */
export type Settings = z.output<typeof settingsRule>;

/** The settings of the reference. */
export const defaultSettings: Settings = settingsRule.parse({});
