import { readFileSync } from 'node:fs';

import { type GivenSettings } from '../../src/settings/cdktf-json';
import { parseEnvironments } from '../../src/settings/environments';
import { cdktfJsonSchema, schemaFile } from '../../src/settings/json-schema';
import { listSettings } from '../../src/settings/settings-list';

/** Lists the settings of an environment by their place. */
function settingsOf(name: string | undefined, given: GivenSettings, variables: Readonly<Record<string, string>> = {}) {
  const environment = parseEnvironments(given, variables).find((each) => each.name === name)!;
  return Object.fromEntries(listSettings(environment, given, variables).map((listed) => [listed.setting, listed]));
}

describe('the list of settings', () => {
  test('has each setting with its value, its source, its meaning and what is allowed', () => {
    expect(settingsOf(undefined, {})['restApi.stageName']).toEqual({
      setting: 'restApi.stageName',
      value: 'prod',
      source: 'default',
      description: 'Name of its stage, the first part of every path.',
      allowed: '1 to 128 characters: letters, digits, _ and -',
      change: 'replaces the stage and its logs: the API has another URL',
    });
  });

  test('has the values of a setting that has a few, and the members of one that is not set', () => {
    const listed = settingsOf(undefined, {});
    expect(listed['userPool.mfa']).toMatchObject({ value: 'off', allowed: 'off, optional, required' });
    expect(listed.customDomain).toMatchObject({ allowed: 'an object with name, hostedZone, certificateArn' });
  });

  // The acceptance level compares the marks of all settings with plans of Terraform.
  test('says which changes Terraform does not make in place', () => {
    const changes = Object.values(settingsOf(undefined, {})).map(({ setting, change }) => [setting, change]);
    expect(Object.fromEntries(changes)).toMatchObject({
      'userPool.name': 'replaces the user pool: all users are lost',
      'restApi.accessLogs': 'that removes it deletes the logs',
      'cors.allowOrigin': undefined,
    });
  });

  test('describes every setting', () => {
    const state = { s3: { bucket: 'my-states', keyPrefix: 'login' } };
    const settings = Object.values(settingsOf(undefined, { settings: { state } }));
    expect(settings.map(({ setting }) => setting)).toEqual(
      expect.arrayContaining([
        'state.s3.kmsKeyId',
        'appClients.awesome-app-client.scopes',
        'tags',
        'groups',
        'userPool.attributes',
      ]),
    );
    expect(settings.filter(({ description }) => !description.endsWith('.'))).toEqual([]);
  });

  test('says where each value comes from', () => {
    const given = {
      settings: { domainPrefix: 'mine', restApi: { stageName: 'v1' } },
      environments: { staging: { restApi: { stageName: 'v2' } } },
    };
    const staging = settingsOf('staging', given);
    expect(staging['restApi.stageName']).toMatchObject({ value: 'v2', source: 'context.environments.staging' });
    expect(staging.domainPrefix).toMatchObject({ value: 'mine-staging', source: 'name of the environment' });
    expect(staging.region).toMatchObject({ value: 'us-east-1', source: 'default' });
    const byDefault = settingsOf(undefined, given, { DOMAIN_PREFIX: 'shell' });
    expect(byDefault['restApi.stageName']).toMatchObject({ value: 'v1', source: 'context.settings' });
    expect(byDefault.domainPrefix).toMatchObject({ value: 'shell', source: 'DOMAIN_PREFIX' });
  });

  test('does not name the source of what an environment replaces as a whole', () => {
    const scopes = ['openid'];
    const given = {
      settings: { routes: { 'GET /a': { scopes, response: { statusCode: 201, body: 1 } } } },
      environments: { staging: { routes: { 'GET /a': { response: { bodyTemplate: 'x' } } } } },
    };
    const staging = settingsOf('staging', given);
    expect(staging['routes["GET /a"].scopes']).toMatchObject({ value: scopes, source: 'context.settings' });
    expect(staging['routes["GET /a"].response.statusCode']).toMatchObject({ value: 200, source: 'default' });
    expect(staging['routes["GET /a"].response.body']).toMatchObject({ source: 'default' });
  });
});

describe('the JSON Schema of cdktf.json', () => {
  test('is the one that npm run settings -- --schema writes', () => {
    expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(cdktfJsonSchema());
  });

  test('is named by cdktf.json', () => {
    expect(JSON.parse(readFileSync('cdktf.json', 'utf8'))).toMatchObject({ $schema: schemaFile });
  });
});
