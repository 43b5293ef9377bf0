import { z } from 'zod';

import { accessLogGroupName } from '../api-gateway/access-logs';
import { functionNameOf } from '../api-gateway/lambda-settings';
import { namesInAddress } from '../api-gateway/route-name';
import { addressOf } from '../stack/address';
import { describeProblem, isObject, type Problem, problemsOf, textRule } from '../rules/rule';
import { type GivenSettings, readCdktfJson, SettingsError } from './cdktf-json';
import { findConflicts } from './conflicts';
import { hasExistingUserPool, inheritedBeside } from './existing-user-pool';
import { mergeSettings } from './merge-settings';
import { defaultSettings, type Settings, settingsRule } from './settings';

/** A deployment stage: both stacks, with their own settings. */
export interface Environment {
  /** Its name in `context.environments`. The default environment, `context.settings`, has none. */
  readonly name: string | undefined;
  /** Suffix of its stack names: `-staging`, or an empty string for the default environment. */
  readonly suffix: string;
  readonly settings: Settings;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The settings of an environment before they are checked. */
interface Input {
  readonly name: string | undefined;
  readonly settings: unknown;
}

/**
 * Reads the environments of the project in the current directory, before anything is written.
 *
 * Ends the program with one report when a setting is wrong.
 */
export function loadEnvironments(): Environment[] {
  try {
    return parseEnvironments(readCdktfJson('cdktf.json'), process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }
    console.error(error.message);
    process.exit(1);
  }
}

/** Checks the settings of the default environment alone, and fills in the defaults. */
export function parseSettings(settings: unknown, variables: Variables = {}): Settings {
  return parseEnvironments({ settings }, variables)[0]!.settings;
}

/**
 * Checks the settings of all environments and fills in the defaults; the default environment comes first.
 *
 * A map in `settings` replaces the default map. An environment has the settings of the default environment, merged with
 * what it sets itself.
 *
 * @param variables environment variables: `DOMAIN_PREFIX` sets the domain prefix of the default environment
 * @throws {SettingsError} with every problem, each with the value, what is allowed and where to change it
 */
export function parseEnvironments(
  { settings = {}, environments = {} }: GivenSettings,
  variables: Variables = {},
): Environment[] {
  const { DOMAIN_PREFIX: domainPrefix } = variables;
  const inputs: Input[] = [
    {
      name: undefined,
      settings: domainPrefix === undefined || !isObject(settings) ? settings : { ...settings, domainPrefix },
    },
    ...Object.entries(isObject(environments) ? environments : {}).map(([name, own]) => ({
      name,
      settings: isObject(settings) && isObject(own) ? inherit(settings, own, name) : own,
    })),
  ];
  const reported = new Set(problemsIn(settings));
  const problems = [
    ...inputs.flatMap(({ name, settings: input }) =>
      problemsIn(input)
        // Reports a problem that several environments have only once.
        .filter((problem) => name === undefined || !reported.has(problem))
        .map((problem) =>
          codePlace.test(problem)
            ? problem
            : name === undefined && domainPrefix !== undefined && problem.startsWith('domainPrefix:')
              ? `${problem}; change it in the environment variable DOMAIN_PREFIX`
              : `${problem}; change it in cdktf.json, ${placeOf(name)}`,
        ),
    ),
    ...[...problemsInNames(environments), ...findSharedNames(inputs).map(describeProblem)].map(
      (problem) => `${problem}; change it in cdktf.json, context.environments`,
    ),
  ];
  if (problems.length > 0) {
    const what = problems.every((problem) => codePlace.test(problem)) ? 'handler' : 'setting';
    const count = problems.length === 1 ? `A ${what} is` : `${problems.length} ${what}s are`;
    throw new SettingsError(`${count} wrong; nothing was written.\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }
  return inputs.map(({ name, settings: input }) => ({
    name,
    suffix: name === undefined ? '' : `-${name}`,
    settings: settingsRule.parse(input),
  }));
}

/** What a problem of a handler has, which is to be changed there and not in a setting: `src/handlers/orders.ts:3: `. */
const codePlace = /: \S+\.[cm]?[jt]sx?:\d+: /;

const environmentNameRule = textRule(
  '1 to 32 letters, digits and hyphens, with a letter or digit first and last',
  (name) =>
    /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(name) ? undefined : 'has a name that is not allowed',
);

/** Checks each name by itself, because zod does not look at an entry with the name `__proto__`. */
function problemsInNames(environments: unknown): string[] {
  return isObject(environments)
    ? Object.keys(environments).flatMap((name) =>
        problemsOf(environmentNameRule, name).map((problem) => `${name}: ${problem}`),
      )
    : problemsOf(z.record(z.string(), z.unknown()), environments);
}

function problemsIn(settings: unknown): string[] {
  return [...problemsOf(settingsRule, settings), ...findConflicts(settings, defaultSettings).map(describeProblem)];
}

function placeOf(name: string | undefined): string {
  return name === undefined ? 'context.settings' : `context.environments.${name}`;
}

/** Settings to which an environment appends its name, unless it sets them. */
export const namesByEnvironment = ['domainPrefix', 'userPool.name', 'restApi.name'];

/**
 * Returns the settings of an environment: those of the default environment, merged with its own.
 *
 * Environments in one AWS account must have different domain prefixes, and should have different names of the user pool
 * and the API. Unless an environment sets these, its name is appended.
 */
function inherit(given: Given, own: Given, name: string): unknown {
  const settings = inheritedBeside(given, own);
  const { domainPrefix, userPool, restApi } = settingsRule.shape;
  const inherited = {
    domainPrefix: domainPrefix.safeParse(settings.domainPrefix).data ?? defaultSettings.domainPrefix,
    userPool: userPool.safeParse(settings.userPool).data ?? defaultSettings.userPool,
    restApi: restApi.safeParse(settings.restApi).data ?? defaultSettings.restApi,
  };
  const base = withBucketRegion(withoutOtherHostName(settings, own), own);
  const hasCustomDomain = isObject(own.customDomain === undefined ? base.customDomain : own.customDomain);
  const distinct = {
    // A host name has only lowercase letters.
    ...(!hasExistingUserPool(settings) &&
      !hasExistingUserPool(own) && {
        ...(!hasCustomDomain && { domainPrefix: `${inherited.domainPrefix}-${name.toLowerCase()}` }),
        userPool: { name: `${inherited.userPool.name}-${name}` },
      }),
    restApi: { name: `${inherited.restApi.name}-${name}` },
  };
  return mergeSettings(settingsRule, mergeSettings(settingsRule, base, distinct), own);
}

/** Gives an environment the region of a bucket together with the bucket, or neither of the two. */
function withBucketRegion(settings: Given, own: Given): Given {
  const { state } = settings;
  if (!isObject(state) || !isObject(state.s3)) {
    return settings;
  }
  const ofStacks = settingsRule.shape.region.safeParse(settings.region).data ?? defaultSettings.region;
  const { region = ofStacks, ...s3 } = state.s3;
  const hasOwnBucket = isObject(own.state) && isObject(own.state.s3) && own.state.s3.bucket !== undefined;
  return { ...settings, state: { s3: hasOwnBucket ? s3 : { ...s3, region } } };
}

/** Takes away the host name of the default environment where an environment has one of the other kind. */
function withoutOtherHostName(settings: Given, own: Given): Given {
  const { domainPrefix, customDomain, ...others } = settings;
  const hasOwnPrefix = own.domainPrefix !== undefined && own.customDomain === undefined;
  return {
    ...others,
    ...(own.customDomain === undefined && domainPrefix !== undefined && { domainPrefix }),
    ...(!hasOwnPrefix && customDomain !== undefined && { customDomain }),
  };
}

type Given = Readonly<Record<string, unknown>>;

/** Finds names that environments must not share: stack names, host names, and in one region what AWS has once. */
function findSharedNames(inputs: readonly Input[]): Problem[] {
  const owners = new Map<string, string>();
  return inputs.flatMap(({ name = 'the default environment', settings }) => {
    const find = (key: string, problem: Problem) => {
      const owner = owners.get(key);
      owners.set(key, owner ?? name);
      return owner === undefined ? [] : [{ ...problem, problem: `${problem.problem} ${owner}` }];
    };
    const { data } = hostNameRule.safeParse(settings);
    return [
      // Folder names on Windows and macOS are not case-sensitive.
      ...find(`stack ${name.toLowerCase()}`, {
        path: [name],
        problem: 'has the same stack names as',
        allowed: 'names that differ in more than case',
      }),
      ...(data?.customDomain
        ? find(`domain ${data.customDomain.name}`, {
            path: [name, 'customDomain', 'name'],
            problem: 'is already used by',
            got: data.customDomain.name,
            allowed: 'a host name that no other environment uses, or a domainPrefix',
          })
        : []),
      ...(data && !data.customDomain && !hasExistingUserPool(data)
        ? find(`domain ${data.region} ${data.domainPrefix}`, {
            path: [name, 'domainPrefix'],
            problem: `is already used in ${data.region} by`,
            got: data.domainPrefix,
            allowed: 'a prefix that no other environment in the region uses',
          })
        : []),
      ...namesOfRestApi(settings).flatMap(({ region, setting, value, unique }) =>
        find(`${setting} ${region} ${unique}`, {
          path: [name, 'restApi', ...setting.split('.')],
          problem: `is already used in ${region} by`,
          got: value,
          allowed: 'a name that no other environment in the region uses',
        }),
      ),
      ...functionsIn(settings)
        .flatMap(({ region, restApiName, functionName }) =>
          find(`function ${region} ${functionName}`, {
            path: [name, 'restApi', 'name'],
            problem: `gives the function ${functionName} a name that is already used in ${region} by`,
            got: restApiName,
            allowed: 'a name that no other environment in the region uses',
          }),
        )
        // One name is the cause of all.
        .slice(0, 1),
    ];
  });
}

const hostNameRule = settingsRule.pick({ region: true, domainPrefix: true, customDomain: true }).loose();

const restApiRule = settingsRule.pick({ region: true, restApi: true, routes: true }).loose();

/** Lists the settings of the API whose values AWS has once in a region: a custom domain, and the name of a log group. */
function namesOfRestApi(settings: unknown) {
  const { data } = restApiRule.safeParse(settings);
  const { name, stageName, customDomain, accessLogs } = data?.restApi ?? {};
  return [
    ...(customDomain ? [{ setting: 'customDomain.name', value: customDomain.name, unique: customDomain.name }] : []),
    ...(accessLogs && name !== undefined && stageName !== undefined
      ? [{ setting: 'name', value: name, unique: accessLogGroupName(name, stageName) }]
      : []),
  ].map((named) => ({ ...named, region: data!.region }));
}

/** Lists the names of the functions, which their log groups have, too. The name of a role gets a part of its own. */
function functionsIn(settings: unknown) {
  const { data } = restApiRule.safeParse(settings);
  return Object.entries(data?.routes ?? {})
    .filter(([, { lambda }]) => lambda !== undefined)
    .map(([route]) => {
      const { region, restApi } = data!;
      return {
        region,
        restApiName: restApi.name,
        functionName: functionNameOf(restApi.name, addressOf(namesInAddress(route))),
      };
    });
}
