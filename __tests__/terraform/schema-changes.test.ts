import { type Values } from '../../src/terraform/plan-json';
import { findSchemaProblems } from '../../src/terraform/schema-changes';

/** An attribute as the provider plans it. */
function attribute(name: string, changes: Values = {}): Values {
  return {
    name,
    attribute_data_type: 'String',
    developer_only_attribute: false,
    mutable: true,
    required: false,
    string_attribute_constraints: [{ min_length: '0', max_length: '20' }],
    number_attribute_constraints: [],
    ...changes,
  };
}

function numberAttribute(name: string, min_value: string | null, max_value: string | null = null): Values {
  return attribute(name, {
    attribute_data_type: 'Number',
    string_attribute_constraints: [],
    number_attribute_constraints: [{ min_value, max_value }],
  });
}

function problemsOf(before: readonly Values[], after: readonly Values[]): string[] {
  return findSchemaProblems({ actions: ['update'], before: { schema: before }, after: { schema: after } }).map(
    ({ problem, remedy }) => `${problem}. To do: ${remedy}.`,
  );
}

const tenant = attribute('tenant');
const given = attribute('given_name', { required: true });
const keeps = 'which Cognito does not allow: the apply fails after it has changed the user pool';
const line = '"custom:tenant": { "type": "string", "mutable": true, "minLength": 0, "maxLength": 20 }';

describe('a change of the attributes that Cognito rejects', () => {
  test.each<[string, Values]>([
    ['length', attribute('tenant', { string_attribute_constraints: [{ min_length: '0', max_length: '30' }] })],
    ['mutability', attribute('tenant', { mutable: false })],
    ['type', numberAttribute('tenant', null)],
  ])('is another %s', (_, changed) => {
    expect(problemsOf([tenant], [changed])).toEqual([
      `changes the attribute custom:tenant, ${keeps}. ` +
        `To do: userPool.attributes: write ${line} again, or give the other attribute another name.`,
    ]);
  });

  test.each<[string, readonly Values[]]>([
    ['a removed attribute', []],
    ['another name', [attribute('team')]],
  ])('is %s', (_, after) => {
    expect(problemsOf([tenant], after)).toEqual([
      `removes the attribute custom:tenant, ${keeps}. To do: userPool.attributes: write ${line} again.`,
    ]);
  });

  test('is a standard attribute that is required later', () => {
    expect(problemsOf([tenant], [tenant, given])).toEqual([
      'sets rules for the attribute given_name, which Cognito allows only for a new user pool: ' +
        'the provider would add the attribute custom:given_name. To do: userPool.attributes: remove "given_name".',
    ]);
  });

  test('is a standard attribute that is no longer required', () => {
    expect(problemsOf([given], [])).toEqual([
      `removes the attribute given_name, ${keeps}. ` +
        'To do: userPool.attributes: write "given_name": { "required": true, "mutable": true } again.',
    ]);
  });

  test('is more than 25 new attributes at once', () => {
    const added = (count: number) => Array.from({ length: count }, (_, index) => attribute(`a${index}`));
    expect(problemsOf([], added(25))).toEqual([]);
    expect(problemsOf([], added(26))).toEqual([
      'adds 26 attributes, and Cognito adds at most 25 at a time: the apply fails after it has changed the ' +
        'user pool. To do: userPool.attributes: deploy 25 of them first.',
    ]);
  });

  test('is each of several', () => {
    expect(problemsOf([tenant, given], [])).toHaveLength(2);
  });
});

describe('a change that Cognito takes', () => {
  test('is a new custom attribute', () => {
    expect(problemsOf([tenant], [attribute('team'), tenant])).toEqual([]);
  });

  test('is a bound that is not set, which the state has as an empty string and the plan as null', () => {
    expect(problemsOf([numberAttribute('rank', '', '')], [numberAttribute('rank', null), tenant])).toEqual([]);
  });

  test('is not another bound', () => {
    expect(problemsOf([numberAttribute('rank', '1', '5')], [numberAttribute('rank', '1', '6')])[0]).toMatch(
      '"custom:rank": { "type": "number", "mutable": true, "minValue": 1, "maxValue": 5 }',
    );
  });
});
