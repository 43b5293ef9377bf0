import { type JsonFile } from '../rules/json-file';
import { type CheckedProblem, describeProblem } from '../rules/check';
import { type GivenSettings } from './cdktf-json';

/** A problem, and the object in cdktf.json to which its path is relative. */
export interface PlacedProblem extends CheckedProblem {
  readonly place: readonly string[];
}

const defaultEnvironment = ['context', 'settings'];

/** Returns the place of the settings of an environment; the default environment has no name. */
export function placeOf(environment: string | undefined): readonly string[] {
  return environment === undefined ? defaultEnvironment : ['context', 'environments', environment];
}

/**
 * Writes the report of everything that is wrong with the settings, by the place where to change it.
 *
 * A problem that environments inherit is reported once.
 *
 * @param setsDomainPrefix whether an environment variable sets the domain prefix of the default environment
 */
export function settingsReport(
  problems: readonly PlacedProblem[],
  { file }: GivenSettings,
  setsDomainPrefix: boolean,
): string {
  const found = problems.map(({ place, ...problem }) => {
    const description = describeProblem(problem);
    const canInherit = place !== defaultEnvironment;
    if (codePlace.test(description)) {
      return { heading: 'In the code:', description, canInherit };
    }
    if (setsDomainPrefix && !canInherit && problem.path[0] === 'domainPrefix') {
      return { heading: 'In the environment variable DOMAIN_PREFIX:', description, canInherit };
    }
    const location = file?.locate(pathIn(file, place, problem.path));
    return { heading: `In cdktf.json, ${place.join('.')}:`, location, description, canInherit };
  });
  const ofDefault = found.filter(({ canInherit }) => !canInherit).map(({ description }) => description);
  const reported = found
    .filter(({ canInherit, description }) => !canInherit || !ofDefault.includes(description))
    .sort((one, other) => (one.location?.offset ?? 0) - (other.location?.offset ?? 0));
  const groups = [...new Set(found.map(({ heading }) => heading))].flatMap((heading) => {
    const lines = reported
      .filter((each) => each.heading === heading)
      .map(({ location, description }) => `  ${location === undefined ? '' : `${location.place}: `}${description}`);
    return lines.length > 0 ? ['', heading, ...lines] : [];
  });
  const what = reported.every(({ description }) => codePlace.test(description)) ? 'handler' : 'setting';
  const count = reported.length === 1 ? `A ${what} is` : `${reported.length} ${what}s are`;
  return [`${count} wrong. Nothing was written.`, ...groups].join('\n');
}

/** What a problem of a handler has, which is to be changed there: `src/handlers/orders.ts:3: `. */
const codePlace = /: \S+\.[cm]?[jt]sx?:\d+: /;

/** Returns the path of a value in a file: of an environment, or of the default environment, from which it inherits. */
function pathIn(file: JsonFile, place: readonly string[], path: readonly PropertyKey[]): readonly PropertyKey[] {
  const [own, inherited] = [place, defaultEnvironment].map((base) => [...base, ...path]) as [
    PropertyKey[],
    PropertyKey[],
  ];
  const isInherited = file.depthOf(inherited) > defaultEnvironment.length && file.depthOf(own) <= place.length;
  return isInherited ? inherited : own;
}
