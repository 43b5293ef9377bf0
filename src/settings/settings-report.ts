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
 * Writes the report of all problems of the settings, by the place where to change them.
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
    const { handler, sentence } = problem;
    const canInherit = place !== defaultEnvironment;
    if (handler !== undefined) {
      return { heading: 'In the code:', handler, description: sentence, canInherit };
    }
    const description = describeProblem(problem);
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
    // Two routes can have the same handler.
    return lines.length > 0 ? ['', heading, ...new Set(lines)] : [];
  });
  const handlers = new Set(reported.flatMap(({ handler }) => handler ?? []));
  const settings = reported.filter(({ handler }) => handler === undefined);
  return [`${countOf(settings.length, handlers.size)} wrong. Nothing was written.`, ...groups].join('\n');
}

/** Writes the counts: `A setting is`, `2 settings and 1 handler are`. */
function countOf(settings: number, handlers: number): string {
  if (settings + handlers === 1) {
    return `A ${settings === 1 ? 'setting' : 'handler'} is`;
  }
  const counts = Object.entries({ setting: settings, handler: handlers })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}${count === 1 ? '' : 's'}`);
  return `${counts.join(' and ')} are`;
}

/** Returns the path of a value in a file: of an environment, or of the default environment, from which it inherits. */
function pathIn(file: JsonFile, place: readonly string[], path: readonly PropertyKey[]): readonly PropertyKey[] {
  const [own, inherited] = [place, defaultEnvironment].map((base) => [...base, ...path]) as [
    PropertyKey[],
    PropertyKey[],
  ];
  const isInherited = file.depthOf(inherited) > defaultEnvironment.length && file.depthOf(own) <= place.length;
  return isInherited ? inherited : own;
}
