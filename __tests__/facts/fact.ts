import { isDeepStrictEqual } from 'node:util';

import { type Endpoint } from './endpoint';

/** A fact of AWS that an endpoint can be asked for. */
export interface Fact {
  /** Never changes: a new fact comes last in its group. */
  readonly number: string;
  /** The fact in one sentence. */
  readonly words: string;
  readonly source: Source;
  /** The test that holds it here, in a file of this name in whichever folder of `__tests__/local`. */
  readonly test: { readonly file: string; readonly title: string };
  readonly ask: Ask;
}

/** Documented by AWS, or captured: a response of AWS that its user has published. */
export interface Source {
  readonly kind: 'documented' | 'captured';
  readonly url: string;
}

/** Returns the response, and what AWS sends: strings, or patterns, and the members that matter. */
export type Ask = (endpoint: Endpoint) => Promise<readonly [got: unknown, expected: unknown]>;

/** Facts about one service. */
export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
  /** Throws `NotServed` if the endpoint does not have the service. */
  readonly probe: (endpoint: Endpoint) => Promise<void>;
}

/** The endpoint does not have what a fact is about. */
export class NotServed extends Error {}

/** What an endpoint did when it was asked for a fact; the detail says what came instead, or what is missing. */
export interface Answer {
  readonly result: 'holds' | 'differs' | 'not served';
  readonly detail?: string;
}

/** A fact without its number. */
export type FactWords = readonly [words: string, source: Source, test: Fact['test'], ask: Ask];

/** Numbers the facts of a group: the letter, and the position. */
export function factGroup(
  title: string,
  letter: string,
  probe: FactGroup['probe'],
  facts: readonly FactWords[],
): FactGroup {
  return {
    title,
    probe,
    facts: facts.map(([words, source, test, ask], index) => ({
      number: `${letter}${index + 1}`,
      words,
      source,
      test,
      ask,
    })),
  };
}

/** A page of Cognito's developer guide. */
export function cognitoGuide(page: string): Source {
  return { kind: 'documented', url: `https://docs.aws.amazon.com/cognito/latest/developerguide/${page}.html` };
}

/** An operation in the reference of Cognito's API. */
export function cognitoReference(page: string): Source {
  const base = 'https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference';
  return { kind: 'documented', url: `${base}/${page}.html` };
}

/** A page of API Gateway's developer guide. */
export function apiGatewayGuide(page: string): Source {
  return { kind: 'documented', url: `https://docs.aws.amazon.com/apigateway/latest/developerguide/${page}.html` };
}

/** An issue on GitHub that shows what AWS has sent. */
export function captured(repository: string, issue: number): Source {
  return { kind: 'captured', url: `https://github.com/${repository}/issues/${issue}` };
}

/** The tests of a file. */
export function testsOf(file: string) {
  return (title: string): Fact['test'] => ({ file, title });
}

/** Asks an endpoint for all facts, one after the other. */
export async function askAll(groups: readonly FactGroup[], endpoint: Endpoint): Promise<Record<string, Answer>> {
  const answers: Record<string, Answer> = {};
  for (const { facts, probe } of groups) {
    const missing = await reason(() => probe(endpoint));
    for (const fact of facts) {
      answers[fact.number] = missing ?? (await answerOf(fact, endpoint));
    }
  }
  return answers;
}

async function answerOf({ ask }: Fact, endpoint: Endpoint): Promise<Answer> {
  let answer: Answer = { result: 'holds' };
  const missing = await reason(async () => {
    const [got, expected] = await ask(endpoint);
    if (!matches(got, expected)) {
      answer = { result: 'differs', detail: describe(got, expected) };
    }
  });
  return missing ?? answer;
}

/** Returns why a fact cannot be asked for, or what was not a response at all. */
async function reason(attempt: () => Promise<void>): Promise<Answer | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    const result = error instanceof NotServed ? 'not served' : 'differs';
    return { result, detail: (error as Error).message };
  }
}

function matches(got: unknown, expected: unknown): boolean {
  if (expected instanceof RegExp) {
    return typeof got === 'string' && expected.test(got);
  }
  if (Array.isArray(expected)) {
    return (
      Array.isArray(got) && got.length === expected.length && expected.every((each, index) => matches(got[index], each))
    );
  }
  if (typeof expected === 'object' && expected !== null) {
    return (
      typeof got === 'object' &&
      got !== null &&
      Object.entries(expected).every(([name, value]) => matches((got as Record<string, unknown>)[name], value))
    );
  }
  return isDeepStrictEqual(got, expected);
}

/** Writes what came, with the members that are expected alone, and without tokens. */
function describe(got: unknown, expected: unknown): string {
  const pick = (value: unknown, wanted: unknown): unknown =>
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    wanted !== null &&
    typeof wanted === 'object' &&
    !(wanted instanceof RegExp)
      ? Object.fromEntries(
          Object.entries(wanted).map(([name, each]) => [name, pick((value as Record<string, unknown>)[name], each)]),
        )
      : value;
  return (got === undefined ? 'nothing' : JSON.stringify(pick(got, expected)))
    .replace(/eyJ[\w-]{10,}[\w.-]*/g, 'TOKEN')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID')
    .slice(0, 300);
}
