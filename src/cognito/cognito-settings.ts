import { mapRule } from '../rules/rule';
import { findSharedNames } from '../stack/address';
import { appClientSettings } from './app-client-settings';
import { hostedDomainSettings } from './hosted-domain';
import { identityProvidersRule } from './identity-provider-settings';
import { loginSettings } from './login-settings';
import { resourceServerNameRule, resourceServerSettings } from './resource-server';
import { groupNameRule, groupSettings } from './user-pool-group';
import { cognitoNameRule, userPoolSettings } from './user-pool-settings';

/** JavaScript puts a name that is a whole number before all others, and another client would have the plain outputs. */
const appClientNameRule = cognitoNameRule.refine((name) => !/^\d+$/.test(name), {
  message: 'must contain a character that is not a digit',
});

/** Scope of the API of the reference. */
export const referenceScope = 'awesomeapi-resource-server/awesomeapi.read';

/** The settings of CognitoStack, in addition to those of every stack. */
export const cognitoSettings = {
  ...hostedDomainSettings,
  login: loginSettings.optional().describe('Pages of the hosted login. Without it, the classic ones of AWS.'),
  userPool: userPoolSettings.prefault({}),
  groups: mapRule(groupNameRule, { entry: groupSettings, min: 0, max: 10_000, conflicts: findSharedNames })
    .default({})
    .describe('Groups of users by name. The tokens of their users have it in the claim `cognito:groups`.'),
  identityProviders: identityProvidersRule
    .default({})
    .describe('Identity providers by name: where users sign in instead of the user pool.'),
  resourceServers: mapRule(resourceServerNameRule, {
    max: 25,
    entry: resourceServerSettings,
    conflicts: findSharedNames,
  })
    .default({ 'awesomeapi-resource-server': { scopes: { 'awesomeapi.read': 'awesomeapi read scope' } } })
    .describe('Resource servers by name: the APIs and their scopes.'),
  appClients: mapRule(appClientNameRule, { max: 1000, entry: appClientSettings, conflicts: findSharedNames })
    .prefault({
      'awesome-app-client': {
        scopes: [referenceScope, 'openid'],
        callbackUrls: ['http://localhost:3000/dashboard'],
      },
    })
    .describe(
      'App clients by name. The outputs describe the first of the grant `authorization_code`, in the order of cdktf.json.',
    ),
};
