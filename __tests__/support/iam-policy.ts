import { readFileSync } from 'node:fs';

import { type IamRequest } from './iam-request';

type Values = string | readonly string[];

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: Values;
  readonly Resource?: Values;
  readonly NotResource?: Values;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

/** What the tests replace the words in capitals with, as the reader of the documents does. */
const example = {
  PROJECT: 'awesome-api',
  'STATE-BUCKET': 'my-company-terraform-states',
  'HOSTED-ZONE': 'Z0123456789ABCDEFGHIJ',
  'LOGIN-HOST': 'login.example.com',
  'API-HOST': 'api.example.com',
};

/**
 * Policies of this project, and IAM's decision on a request that they apply to.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
 */
export class IamPolicy {
  private constructor(private readonly statements: readonly Statement[]) {}

  /** Reads policies that a role has together, from `src/policies`. */
  static read(files: readonly string[], values: Readonly<Record<string, string>> = example): IamPolicy {
    return new IamPolicy(
      files.flatMap((file) => {
        const text = Object.entries({ ...example, ...values }).reduce(
          (filled, [word, value]) => filled.replaceAll(word, value),
          readFileSync(`src/policies/${file}.json`, 'utf8'),
        );
        return (JSON.parse(text) as { Statement: readonly Statement[] }).Statement;
      }),
    );
  }

  get actions(): string[] {
    return this.statements.flatMap(({ Action }) => Action);
  }

  allows(request: IamRequest): boolean {
    const applying = this.statements.filter((statement) => applies(statement, request));
    return applying.some(({ Effect }) => Effect === 'Allow') && applying.every(({ Effect }) => Effect !== 'Deny');
  }
}

function applies({ Action, Resource, NotResource, Condition = {} }: Statement, request: IamRequest): boolean {
  const isOneOf = (patterns: Values) => [patterns].flat().some((pattern) => isLike(request.resource, pattern));
  return (
    [Action].flat().includes(request.action) &&
    (Resource === undefined ? !isOneOf(NotResource!) : isOneOf(Resource)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, expected]) => isMet(operator, [expected].flat(), request.context?.[key])),
    )
  );
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators: Readonly<Record<string, (value: string, expected: string) => boolean>> = {
  StringEquals: (value, expected) => value === expected,
  StringLike: isLike,
  ArnEquals: isArnLike,
  ArnLike: isArnLike,
  Bool: (value, expected) => value === expected,
};

/** @throws an error for an operator that is not known here, which would else be taken for one that is met */
function isMet(operator: string, expected: readonly string[], value: Values | undefined): boolean {
  const [, forAllValues, not, name, ifExists] =
    /^(ForAllValues:)?(?:(?:String|Arn)(Not))?(\w+?)(IfExists)?$/.exec(
      operator.replace(/(String|Arn)Not/, '$1Not$1'),
    ) ?? [];
  const compare = operators[name!];
  if (operator === 'Null') {
    return expected.includes(String(value === undefined));
  }
  if (!compare) {
    throw new Error(`the tests do not know the condition operator ${operator}`);
  }
  if (value === undefined) {
    return [forAllValues, not, ifExists].some((part) => part !== undefined);
  }
  const matches = (each: string) => expected.some((one) => compare(each, one)) !== (not !== undefined);
  const values = [value].flat();
  return forAllValues === undefined ? values.some(matches) : values.every(matches);
}

/** Whether a string matches a pattern, in which * is any string. */
function isLike(text: string, pattern: string): boolean {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);
}

/** Whether each of the six parts of an ARN is what a pattern says. */
function isArnLike(arn: string, pattern: string): boolean {
  const [parts, patterns] = [arn, pattern].map((text) => {
    const all = text.split(':');
    return [...all.slice(0, 5), all.slice(5).join(':')];
  }) as [string[], string[]];
  return patterns.every((each, index) => isLike(parts[index]!, each));
}
