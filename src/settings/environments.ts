import { z } from 'zod';

import { type UniqueName, uniqueNamesOf } from '../api-gateway/unique-names';
import { userEventLogGroupName } from '../cognito/user-event-logs';
import { userPoolSettings } from '../cognito/user-pool-settings';
import { functionNameOf } from '../lambda/lambda-settings';
import { check, type Checked } from '../rules/check';
import { isRegion } from '../rules/region';
import { isObject, type ValidParts, stringRule } from '../rules/rule';
import { type GivenSettings, readCdktfJson, SettingsError } from './cdktf-json';
import { findConflicts } from './conflicts';
import { hasExistingUserPool, inheritedSettings } from './existing-user-pool';
import { webAclName } from '../waf/web-acl-settings';
import { mergeSettings } from './merge-settings';
import { defaultSettings, type Settings, settingsRule } from './settings';
import { type PlacedProblem, placeOf, settingsReport } from './settings-report';

/** A deployment stage: both stacks, with their own settings. */
export interface Environment {
  /** Its name in `context.environments`. The default environment, `context.settings`, has none. */
  readonly name: string | undefined;
  /** Suffix of its stack names: `-staging`, or an empty string for the default environment. */
  readonly suffix: string;
  readonly settings: Settings;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** An environment whose settings are checked. */
interface CheckedEnvironment extends Checked<Settings> {
  readonly name: string | undefined;
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
export function parseEnvironments(given: GivenSettings, variables: Variables = {}): Environment[] {
  const { settings = {}, environments = {} } = given;
  const { DOMAIN_PREFIX: domainPrefix } = variables;
  const inputs: (readonly [name: string | undefined, input: unknown])[] = [
    [undefined, domainPrefix === undefined || !isObject(settings) ? settings : { ...settings, domainPrefix }],
    ...Object.entries(isObject(environments) ? environments : {}).map(
      ([name, own]) => [name, isObject(settings) && isObject(own) ? inherit(settings, own, name) : own] as const,
    ),
  ];
  const checked = inputs.map(([name, input]): CheckedEnvironment => ({
    name,
    ...check(settingsRule, input, (known) => findConflicts(known, input)),
  }));
  const problems = [
    ...checked.flatMap((each) => each.problems.map((problem) => ({ ...problem, place: placeOf(each.name) }))),
    ...findWrongNames(environments),
    ...findSharedNames(checked),
  ];
  if (problems.length > 0) {
    throw new SettingsError(settingsReport(problems, given, domainPrefix !== undefined));
  }
  return checked.map(({ name, value }) => ({
    name,
    suffix: name === undefined ? '' : `-${name}`,
    settings: value,
  }));
}

const environmentNameRule = stringRule(
  '1 to 32 letters, digits and hyphens, with a letter or digit first and last',
  (name) => (/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(name) ? undefined : 'invalid environment name'),
);

/** Checks each name separately, because zod ignores an entry with the name `__proto__`. */
function findWrongNames(environments: unknown): PlacedProblem[] {
  const names = isObject(environments) ? Object.keys(environments) : [];
  return [
    ...check(z.record(z.string(), z.unknown()), environments).problems,
    ...names.flatMap((name) =>
      check(environmentNameRule, name).problems.map((problem) => ({ ...problem, path: [name] })),
    ),
  ].map((problem) => ({ ...problem, place: ['context', 'environments'] }));
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
  const settings = inheritedSettings(given, own);
  const base = { ...withoutOtherHostName(settings, own), ...withRegionOfBucket(settings, own) };
  const hasCustomDomain = isObject(own.customDomain === undefined ? base.customDomain : own.customDomain);
  const { domainPrefix, restApi } = settingsRule.shape;
  const distinct = {
    ...(!hasExistingUserPool(settings) &&
      !hasExistingUserPool(own) && {
        ...(!hasCustomDomain && {
          // A host name has only lowercase letters.
          domainPrefix: `${validOr(domainPrefix, settings.domainPrefix, defaultSettings.domainPrefix)}-${name.toLowerCase()}`,
        }),
        userPool: { name: `${validOr(userPoolSettings, settings.userPool, defaultSettings.userPool).name}-${name}` },
      }),
    restApi: { name: `${validOr(restApi, settings.restApi, defaultSettings.restApi).name}-${name}` },
  };
  return mergeSettings(settingsRule, mergeSettings(settingsRule, base, distinct), own);
}

/** Returns a value with its defaults, or a fallback if it is invalid: another check reports it. */
function validOr<Rule extends z.ZodType>(rule: Rule, given: unknown, other: z.output<Rule>): z.output<Rule> {
  const { value, problems } = check(rule, given ?? undefined);
  return problems.length === 0 && value !== undefined ? value : other;
}

/** Returns the state with the region of its bucket, which environments in other regions inherit. */
function withRegionOfBucket({ state, region = defaultSettings.region }: Given, own: Given): Given {
  if (!isObject(state) || !isObject(state.s3)) {
    return {};
  }
  const { region: ofBucket = region, ...s3 } = state.s3;
  const hasOwnBucket = isObject(own.state) && isObject(own.state.s3) && own.state.s3.bucket !== undefined;
  return { state: { s3: hasOwnBucket || !isRegion(String(ofBucket)) ? s3 : { ...s3, region: ofBucket } } };
}

/** Removes the inherited host name if an environment sets one of the other kind. */
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

/** Finds names that environments must not share: stack names, host names, and those that must be unique in a region. */
function findSharedNames(environments: readonly CheckedEnvironment[]): PlacedProblem[] {
  const owners = new Map<string, string>();
  return environments.flatMap(({ name, validParts }) => {
    const title = name ?? 'the default environment';
    const problems = namesOf(name, validParts).flatMap(({ key, path, what }) => {
      const owner = owners.get(key);
      owners.set(key, owner ?? title);
      return owner === undefined || owner === title ? [] : [{ path, sentence: `${what} is already used by ${owner}` }];
    });
    // One name is the cause of all functions.
    return problems
      .filter(({ path }, index) => problems.findIndex((each) => String(each.path) === String(path)) === index)
      .map((problem) => ({ ...problem, place: placeOf(name) }));
  });
}

interface Named {
  /** Equal for two names that conflict. */
  readonly key: string;
  readonly path: readonly string[];
  readonly what: string;
}

function namesOf(name: string | undefined, settings: ValidParts<Settings>): Named[] {
  const { region, domainPrefix, customDomain, userPool, restApi } = settings;
  const inRegion = region === undefined ? [] : [...uniqueNamesOf(settings), ...uniqueNamesOfPool(userPool)];
  return [
    // Folder names on Windows and macOS are not case-sensitive.
    {
      key: `stacks ${(name ?? 'the default environment').toLowerCase()}`,
      path: [],
      what: `the stack name ${name ?? ''}`,
    },
    ...(customDomain?.name === undefined
      ? []
      : [
          {
            key: `host ${customDomain.name}`,
            path: ['customDomain', 'name'],
            what: `the host name "${customDomain.name}"`,
          },
        ]),
    ...(customDomain || userPool?.arn !== undefined || domainPrefix === undefined || region === undefined
      ? []
      : [
          {
            key: `prefix ${region} ${domainPrefix}`,
            path: ['domainPrefix'],
            what: `the domain prefix "${domainPrefix}" in ${region}`,
          },
        ]),
    ...inRegion.map(({ setting, title }) => ({
      key: `${region!} ${title}`,
      path: setting,
      what: `${title} in ${region!}`,
    })),
    // A stack creates the records. They have no region, and each leads to one login or API.
    ...[
      { path: ['customDomain', 'name'], domain: customDomain },
      { path: ['restApi', 'customDomain', 'name'], domain: restApi?.customDomain },
    ].flatMap(({ path, domain }) =>
      domain?.name === undefined || domain.hostedZone === undefined
        ? []
        : [{ key: `record ${domain.name}`, path, what: `the DNS record of "${domain.name}"` }],
    ),
  ];
}

/** Lists the functions of the triggers of a user pool, its web ACL and its log. User pools can share a name, but these cannot. */
function uniqueNamesOfPool({
  name,
  triggers = {},
  webAcl,
  userEventLogs,
}: NonNullable<ValidParts<Settings>['userPool']> = {}): UniqueName[] {
  return name === undefined
    ? []
    : [
        ...(webAcl === undefined ? [] : [`the web ACL "${webAclName(name, 'login')}"`]),
        ...(userEventLogs ? [`the log group "${userEventLogGroupName(name)}"`] : []),
        ...Object.keys(triggers).map((trigger) => `the function "${functionNameOf(name, trigger)}"`),
      ].map((title) => ({ setting: ['userPool', 'name'], title }));
}
