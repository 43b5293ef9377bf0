import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { lambdaResources } from '../../../src/local/lambda/function-configuration';
import { restApiResources } from '../../../src/local/rest-api/from-terraform';
import { isComputed } from '../../../src/local/terraform/argument-sources';
import { readShowJson } from '../../../src/local/terraform/show-json';
import { ShownState } from '../../../src/local/terraform/shown-state';
import { type Attributes } from '../../../src/local/terraform/terraform-state';
import { findUnserved } from '../../../src/local/terraform/unserved';
import { userPoolResources } from '../../../src/local/user-pool/from-terraform';
import { type Json, type OtherProjectFile, readOtherProject } from '../../support/other-project';

function stateOf(file: OtherProjectFile, change: (json: Json) => void = () => undefined, region?: string) {
  const json = readOtherProject(file);
  change(json);
  const kind = file === 'state.json' ? 'state' : 'plan';
  return new ShownState(readShowJson(json, kind, file), { name: 'library', folder: 'infra', seed: '', region });
}

const plan = stateOf('plan.json');

function resource(address: string, state = plan) {
  const found = state
    .types()
    .flatMap((type) => state.resources(type))
    .find((each) => each.address === address);
  if (!found) {
    throw new Error(`no ${address}`);
  }
  return found;
}

function attributes(address: string, state = plan): Attributes {
  return resource(address, state).attributes;
}

/** Adds an instance of a resource to a plan, with the keys of both. */
function addInstance(json: Json, module: string, address: string, from: number | string, to: number | string) {
  const resources = json.planned_values!.root_module!.child_modules!.find(
    (each) => each.address === module,
  )!.resources!;
  const one = resources.find((each) => each.address === address)!;
  const key = (index: number | string) => `[${JSON.stringify(index)}]`;
  const other = one.address!.replace(key(from), key(to));
  resources.push({ ...one, address: other, index: to } as never);
  const changes = json.resource_changes!;
  changes.push({ ...changes.find((change) => change.address === address)!, address: other } as never);
}

const servedResources = { ...lambdaResources, ...userPoolResources, ...restApiResources };

describe('an argument of a plan that names another resource has its generated ID', () => {
  const pool = attributes('module.auth.aws_cognito_user_pool.main[0]');
  const api = attributes('module.api.aws_api_gateway_rest_api.this');
  const books = attributes('module.api.aws_api_gateway_resource.path["books"]');
  const edit = attributes('aws_lambda_function.edit');

  test.each([
    ['with a key', 'module.auth.aws_cognito_user_pool_client.this["web"]', 'user_pool_id', pool.id],
    ['as a local value', 'module.auth.aws_cognito_user_pool_domain.main', 'user_pool_id', pool.id],
    ['through modules', 'module.api.aws_api_gateway_authorizer.cognito', 'provider_arns', [pool.arn]],
    ['as a part of a variable', 'module.api.aws_api_gateway_integration.book', 'uri', edit.invoke_arn],
    ['with the same key', 'module.api.module.get["books"].aws_api_gateway_method.this', 'resource_id', books.id],
    ['by an argument of its own', 'module.api.aws_api_gateway_integration.book', 'rest_api_id', api.id],
    ['by its root', 'module.api.aws_api_gateway_resource.path["health"]', 'parent_id', api.root_resource_id],
    ['in a resource of it', 'module.api.aws_api_gateway_resource.book', 'parent_id', books.id],
  ])('%s', (_title, address, argument, value) => {
    expect(attributes(address)[argument]).toEqual(value);
    expect(resource(address).argumentNames).toContain(argument);
  });

  test('in a block', () => {
    const { arn } = attributes('module.auth.aws_lambda_function.sign_up');
    expect(pool.lambda_config).toEqual([{ pre_sign_up: arn }]);
  });

  test('which is always the same, in the form of AWS', () => {
    expect(pool.id).toMatch(/^eu-west-1_[A-Za-z0-9]{9}$/);
    expect(attributes('module.auth.aws_cognito_user_pool.main[0]', stateOf('plan.json')).id).toBe(pool.id);
  });

  test('but not if it can be of several resources', () => {
    const state = stateOf('plan.json', (json) => {
      addInstance(json, 'module.auth', 'module.auth.aws_cognito_user_pool.main[0]', 0, 1);
    });
    expect(attributes('module.auth.aws_cognito_user_pool_client.this["web"]', state).user_pool_id).toBe(pool.id);
    expect(() => attributes('module.auth.aws_cognito_user_pool_domain.main', state).user_pool_id).toThrow(
      'module.auth.aws_cognito_user_pool_domain.main: user_pool_id: the plan does not have the value, which is not known ' +
        'before a deploy (it depends on module.auth.aws_cognito_user_pool.main[0], ' +
        'module.auth.aws_cognito_user_pool.main[1]); --state has it',
    );
  });

  test('nor if a data source is read at the deploy', () => {
    const state = stateOf('plan.json', (json) => {
      const address = 'data.aws_cognito_user_pools.company';
      const change = { actions: ['read'], after_unknown: { ids: true } };
      json.resource_changes!.push({
        address,
        mode: 'data',
        type: 'aws_cognito_user_pools',
        name: 'company',
        change,
      } as never);
    });
    expect(() => attributes('module.auth.aws_cognito_user_pool_domain.main', state).user_pool_id).toThrow(
      'data.aws_cognito_user_pools',
    );
  });
});

describe('an argument of a plan', () => {
  const client = 'module.auth.aws_cognito_user_pool_client.this["web"]';

  test('is not set where AWS sets a default, even if the configuration mentions it', () => {
    // `each.value.validity`, which is null.
    expect(attributes(client).access_token_validity).toBeUndefined();
    expect(resource(client).argumentNames).not.toContain('access_token_validity');
  });

  test.each([
    ['a local value, which most often has none', ['local.message', 'local.subject'], undefined],
    ['a resource', ['aws_lambda_function.sign_up.arn', 'aws_lambda_function.sign_up'], 'set'],
  ])('that is a text of a mail is set only if it refers to a resource: %s', (_title, references, expected) => {
    const address = 'module.auth.aws_cognito_user_pool.main[0]';
    const state = stateOf('plan.json', ({ configuration }) => {
      const { resources } = configuration!.root_module!.module_calls!.auth!.module!;
      const { expressions } = resources!.find((each) => each.address === 'aws_cognito_user_pool.main')!;
      expressions!.email_verification_message = { references } as never;
    });
    const isSet = resource(address, state).argumentNames.includes('email_verification_message');
    expect(isSet ? 'set' : undefined).toBe(expected);
  });

  test('is set by a dynamic block, of which a plan has no expression', () => {
    expect(resource('module.auth.aws_cognito_user_pool.main[0]').argumentNames).toContain('password_policy');
  });

  test.each([
    ['allowed_oauth_scopes', 'made of constants and values that are not known'],
    ['callback_urls', 'that inserts such a value'],
  ])('%s is reported with its address: it is a list %s', (argument) => {
    const moderators = 'module.auth.aws_cognito_user_pool_client.moderators[0]';
    const state = stateOf('plan-with-moderators.json');
    expect(resource(moderators, state).argumentNames).toContain(argument);
    expect(() => attributes(moderators, state)[argument]).toThrow(
      `${moderators}: ${argument}: the plan does not have the value, which is not known before a deploy; --state has it`,
    );
  });

  test('can be a map, which is not known as a whole', () => {
    const [environment] = attributes('aws_lambda_function.edit').environment as [Attributes];
    expect(() => environment.variables).toThrow('aws_lambda_function.edit: environment.variables: ');
  });

  test('can be a map of which some values are known', () => {
    const state = stateOf('plan.json', ({ planned_values, resource_changes }) => {
      const address = 'aws_lambda_function.edit';
      const { resources } = planned_values!.root_module!;
      resources!.find((each) => each.address === address)!.values!.environment![0]!.variables = {
        TABLE: 'books',
      } as never;
      const { change } = resource_changes!.find((each) => each.address === address)!;
      change!.after_unknown!.environment = [{ variables: { USER_POOL_ID: true } }] as never;
    });
    const [{ variables }] = attributes('aws_lambda_function.edit', state).environment as [{ variables: Attributes }];
    expect(variables.TABLE).toBe('books');
    expect(() => variables.USER_POOL_ID).toThrow('aws_lambda_function.edit: environment.variables.USER_POOL_ID: ');
  });
});

describe('a plan does not have', () => {
  const pools = ['readers', 'staff'].map((name) => ({
    ...managed('aws_cognito_user_pool', name),
    change: { actions: ['create'], after_unknown: { id: true, arn: true } },
  }));
  const [readers, staff] = pools.map(({ address }) => `${address}.arn`) as [string, string];

  function managed(type: string, name: string) {
    return { address: `${type}.${name}`, mode: 'managed', type, name };
  }

  /** Returns a resource of a plan with two user pools, which sets one argument to an expression. */
  function withExpression(
    type: string,
    argument: string,
    expression: object | undefined,
    { deposed = [], shown = {}, uses = [] }: { deposed?: object[]; shown?: object; uses?: object[] } = {},
  ) {
    const own = managed(type, 'this');
    const change = { actions: ['create'], after_unknown: { [argument]: true } };
    const other = { ...managed('terraform_data', 'other'), change: { ...change, after_unknown: { output: true } } };
    const all = [...pools, other, { ...own, change }];
    const json = readShowJson(
      {
        format_version: '1.2',
        planned_values: { root_module: { resources: all.map((each) => ({ ...each, values: {} })) } },
        resource_changes: [...all, ...deposed.map((each) => ({ ...own, ...each }))],
        relevant_attributes: uses,
        configuration: {
          root_module: {
            outputs: { shown: { expression: shown } },
            resources: all.map((each) => ({
              ...each,
              expressions: each.address === own.address && expression ? { [argument]: expression } : {},
            })),
          },
        },
      },
      'plan',
      'plan.json',
    );
    return resource(own.address, new ShownState(json, { name: '', folder: '', seed: '', region: 'eu-west-1' }));
  }

  const authorizer = (...references: string[]) =>
    withExpression('aws_api_gateway_authorizer', 'provider_arns', { references });

  test('the user pools of an authorizer if something else can decide between them', () => {
    expect(authorizer(readers, staff).attributes.provider_arns).toHaveLength(2);
    for (const decides of ['var.is_open', 'count.index', 'each.key', 'terraform_data.other.output']) {
      expect(() => authorizer(decides, readers, staff).attributes.provider_arns).toThrow('--state has it');
    }
  });

  test('the user pools of an authorizer that a list of all pools can be filtered to', () => {
    expect(
      () => authorizer('aws_cognito_user_pool.readers', 'aws_cognito_user_pool.staff').attributes.provider_arns,
    ).toThrow('--state has it');
  });

  test.each([
    [
      'made of a resource that it cannot name',
      'aws_api_gateway_method',
      'request_validator_id',
      { references: ['terraform_data.other.output'] },
    ],
    ['of a function such as uuid()', 'aws_api_gateway_rest_api', 'policy', {}],
    [
      'of something that the plan does not define',
      'aws_api_gateway_rest_api',
      'policy',
      { references: ['other.value'] },
    ],
    [
      'of a dynamic block that only a configuration sets',
      'aws_api_gateway_domain_name',
      'mutual_tls_authentication',
      undefined,
    ],
    [
      'that a default of AWS has only if it is not set',
      'aws_cognito_user_pool_client',
      'access_token_validity',
      { references: ['terraform_data.other.output', 'terraform_data.other'] },
    ],
  ])('a value %s', (_title, type, argument, expression) => {
    const { attributes, argumentNames } = withExpression(type, argument, expression);
    expect(argumentNames).toContain(argument);
    expect(() => attributes[argument]).toThrow(`${type}.this: ${argument}: the plan does not have the value`);
  });

  describe('whether an argument with a default of AWS is set', () => {
    const output = { resource: 'terraform_data.other', attribute: ['output'] };
    const id = { resource: 'aws_cognito_user_pool.readers', attribute: ['id'] };
    const token = [
      'aws_cognito_user_pool_client',
      'access_token_validity',
      { references: ['local.validity'] },
    ] as const;
    const policy = ['aws_cognito_user_pool', 'password_policy', undefined] as const;
    const shown = { references: ['terraform_data.other.output', 'terraform_data.other'] };

    test.each<[string, typeof token | typeof policy, object]>([
      ['by a local value, with a value that is not known', token, { uses: [output], shown }],
      ['by a dynamic block, with a value that no expression shows', policy, { uses: [output] }],
    ])('%s: that is listed', (_title, [type, argument, expression], options) => {
      const { argumentNames, hidden } = withExpression(type, argument, expression, options);
      expect(argumentNames).not.toContain(argument);
      expect(hidden).toBe(
        `${argument}: the plan does not show whether this is set; AWS's default is served, and --state has the value`,
      );
    });

    test.each<[string, typeof token | typeof policy, object]>([
      ['by a local value, without values that are not known', token, {}],
      ['by a local value, with an ID, of which no default is made', token, { uses: [id] }],
      ['by a dynamic block, with a value that an expression shows', policy, { uses: [output], shown }],
    ])('%s: that is not listed', (_title, [type, argument, expression], options) => {
      expect(withExpression(type, argument, expression, options).hidden).toBeUndefined();
    });

    test('by a member of a variable, which refers to such a value as a whole: that is listed', () => {
      const state = stateOf('plan.json', (json) => {
        const { auth } = json.configuration!.root_module!.module_calls!;
        auth!.expressions!.clients = { references: ['aws_dynamodb_table.books.stream_label'] } as never;
        json.relevant_attributes = [{ resource: 'aws_dynamodb_table.books', attribute: ['stream_label'] }] as never;
      });
      const client = resource('module.auth.aws_cognito_user_pool_client.this["web"]', state);
      expect(client.argumentNames).not.toContain('access_token_validity');
      expect(findUnserved(state, servedResources)).toContainEqual({
        what: `${client.address}: access_token_validity: the plan does not show whether this is set; AWS's default is served, and --state has the value`,
        support: 'listed',
      });
    });
  });

  test('such a value also while an earlier object of the resource is deleted', () => {
    const deposed = [{ deposed: 'c0ffee', change: { actions: ['delete'], after_unknown: {} } }];
    const { argumentNames } = withExpression('aws_api_gateway_rest_api', 'policy', {}, { deposed });
    expect(argumentNames).toContain('policy');
  });
});

test('an object of a state that waits for its deletion is not a resource', () => {
  const count = (state: ShownState) => state.resources('aws_lambda_function').length;
  const state = stateOf('state.json', (json) => {
    for (const each of json.values!.root_module!.resources!) {
      Object.assign(each, { deposed_key: 'c0ffee' });
    }
  });
  const inModules = count(stateOf('state.json')) - 1;
  expect(count(state)).toBe(inModules);
});

describe('an output of a module with for_each', () => {
  /** Reads the user pools of the authorizers of two modules `api`, which have an argument made of the modules `pool`. */
  function providerArns(references: string[], outputs: Record<string, object> = {}): (() => unknown)[] {
    const resourcesOf = (module: string) =>
      module === 'api'
        ? [{ type: 'aws_api_gateway_authorizer', unknown: { provider_arns: true } }]
        : [
            { type: 'aws_cognito_user_pool', unknown: { id: true, arn: true } },
            { type: 'aws_cognito_user_pool_client', unknown: { client_secret: true } },
            { type: 'aws_ssm_parameter', unknown: { value: true } },
          ];
    const modules = ['api', 'pool'].flatMap((name) =>
      ['blue', 'red'].map((key) => {
        const address = `module.${name}["${key}"]`;
        const resources = resourcesOf(name).map(({ type, unknown }) => ({
          ...{ mode: 'managed', type, name: 'this', values: {}, address: `${address}.${type}.this` },
          change: { actions: ['create'], after_unknown: unknown },
        }));
        return { address, resources };
      }),
    );
    const definitions = (module: string, expressions: object) =>
      resourcesOf(module).map(({ type }) => ({
        ...{ mode: 'managed', type, name: 'this', address: `${type}.this`, expressions },
      }));
    const made = (...of: string[]) => ({ expression: { references: of } });
    const json = {
      format_version: '1.2',
      planned_values: { root_module: { child_modules: modules } },
      resource_changes: modules.flatMap(({ resources }) => resources),
      configuration: {
        root_module: {
          module_calls: {
            pool: {
              module: {
                resources: definitions('pool', {}),
                outputs: {
                  arn: made('aws_cognito_user_pool.this.arn', 'aws_cognito_user_pool.this'),
                  secret: made('aws_cognito_user_pool_client.this.client_secret', 'aws_cognito_user_pool_client.this'),
                  ...outputs,
                },
              },
            },
            api: {
              expressions: { arn: { references } },
              module: { resources: definitions('api', { provider_arns: { references: ['var.arn'] } }) },
            },
          },
        },
      },
    };
    const props = { name: '', folder: '', seed: '', region: 'eu-west-1' };
    const state = new ShownState(readShowJson(json, 'plan', 'plan.json'), props);
    return state.resources('aws_api_gateway_authorizer').map((each) => () => each.attributes.provider_arns);
  }

  test('is that of the module with the same key', () => {
    const [blue, red] = providerArns(['module.pool', 'each.key']).map((read) => read());
    expect([blue, red]).toEqual([[expect.stringMatching(/^arn:/)], [expect.stringMatching(/^arn:/)]]);
    expect(blue).not.toEqual(red);
  });

  const arn = { expression: { references: ['aws_cognito_user_pool.this.arn', 'aws_cognito_user_pool.this'] } };
  const parameter = { expression: { references: ['aws_ssm_parameter.this.value', 'aws_ssm_parameter.this'] } };
  test.each<[string, string[], Record<string, object>]>([
    ['all modules, which can be filtered', ['module.pool'], { secret: arn }],
    ['a module with another key', ['module.pool', 'var.key'], {}],
    ['a module that has outputs of other services', ['module.pool', 'each.key'], { name: parameter }],
  ])('is reported if it is of %s', (_title, references, outputs) => {
    for (const read of providerArns(references, outputs)) {
      expect(read).toThrow('--state has it');
    }
  });
});

test('a resource that a plan removes from the state without its deletion is not one', () => {
  const address = 'module.auth.aws_cognito_user_pool_client.this["web"]';
  const state = stateOf('plan.json', (json) => {
    const { child_modules } = json.planned_values!.root_module!;
    const { resources } = child_modules!.find((module) => module.address === 'module.auth')!;
    delete resources!.find((each) => each.address === address)!.values;
    json.resource_changes!.find((each) => each.address === address)!.change = { actions: ['forget'] } as never;
  });
  const clients = state.resources('aws_cognito_user_pool_client').map((each) => each.address);
  expect(clients).toEqual(['module.auth.aws_cognito_user_pool_client.this["reports"]']);
});

describe('the region of a plan', () => {
  const address = 'module.auth.aws_lambda_function.sign_up';
  const provider = (region: object | undefined) => (json: Json) => {
    const config = json.configuration!.provider_config!.aws!;
    config.expressions = (region ? { region } : {}) as never;
  };

  test('is a variable of the provider', () => {
    expect(attributes(address).region).toBe('eu-west-1');
  });

  test('is a constant', () => {
    const state = stateOf('plan.json', provider({ constant_value: 'us-west-2' }));
    expect(attributes(address, state).region).toBe('us-west-2');
  });

  test('is that of the environment where the provider has none', () => {
    const state = stateOf('plan.json', provider(undefined), 'ap-south-1');
    expect(attributes(address, state).region).toBe('ap-south-1');
  });

  test('is reported if nothing has it', () => {
    expect(() => attributes(address, stateOf('plan.json', provider(undefined))).region).toThrow(
      `${address}: region: is not in the plan: set AWS_REGION to the region that Terraform had`,
    );
  });

  test('is that of the resource', () => {
    const state = stateOf('plan.json', (json) => {
      const { child_modules } = json.planned_values!.root_module!;
      const { resources } = child_modules!.find((module) => module.address === 'module.auth')!;
      resources!.find((each) => each.address === address)!.values!.region = 'eu-north-1' as never;
    });
    expect(attributes(address, state).region).toBe('eu-north-1');
  });
});

describe('a state', () => {
  const state = stateOf('state.json');

  test('has the IDs of what is deployed, and what a plan does not know', () => {
    const moderators = attributes('module.auth.aws_cognito_user_pool_client.moderators[0]', state);
    expect(moderators.id).toBe('3a09457468b641a98c0143e828');
    expect(moderators.allowed_oauth_scopes).toEqual(['library/books.read', 'library/books.write', 'openid']);
  });

  test('has the arguments that are set, without what AWS computes', () => {
    expect(resource('module.auth.aws_cognito_user_pool_client.this["web"]', state).argumentNames).toEqual([
      'allowed_oauth_flows',
      'allowed_oauth_flows_user_pool_client',
      'allowed_oauth_scopes',
      'auth_session_validity',
      'callback_urls',
      'enable_token_revocation',
      'name',
      'refresh_token_validity',
      'supported_identity_providers',
      'user_pool_id',
    ]);
  });

  test.each([
    ['state', state],
    ['plan', plan],
  ])('is served as a whole: as in the %s, only resources of other services are not', (_kind, served) => {
    const unserved = findUnserved(served, servedResources).filter(({ what }) => /cognito|api_gateway/.test(what));
    expect(unserved).toEqual([]);
  });

  test('has the region of its ARNs', () => {
    expect(attributes('module.auth.aws_cognito_user_pool_domain.main', state).region).toBe('eu-west-1');
  });

  test('keeps its secret outputs to itself', () => {
    expect(state.outputs()).toEqual({
      library: expect.objectContaining({ region: 'eu-west-1', web_client_id: '456e099a56814711b241cbc987' }) as object,
    });
    expect(JSON.stringify([state.outputs(), state.output('reports_client_secret') ?? ''])).not.toContain('made-up');
  });
});

describe('a plan from elsewhere', () => {
  test('can have names of members that every object has', () => {
    const state = stateOf('plan.json', (json) => {
      const text = JSON.stringify(json)
        .replaceAll('"web"', '"__proto__"')
        .replaceAll('\\"web\\"', '\\"__proto__\\"')
        .replaceAll('librarians', 'constructor');
      Object.assign(json, JSON.parse(text));
    });
    const { user_pool_id, name } = attributes('module.auth.aws_cognito_user_pool_client.this["__proto__"]', state);
    expect({ user_pool_id, name }).toEqual({
      user_pool_id: attributes('module.auth.aws_cognito_user_pool.main[0]', state).id,
      name: '__proto__',
    });
    expect(attributes('module.auth.aws_cognito_user_group.constructor', state).name).toBe('constructor');
  });

  test('can have modules that refer to each other in a circle', () => {
    const state = stateOf('plan.json', (json) => {
      const { auth } = json.configuration!.root_module!.module_calls!;
      auth!.module!.outputs!.user_pool_arn = { expression: { references: ['var.name'] } } as never;
      auth!.expressions!.name = { references: ['module.auth.user_pool_arn', 'module.auth'] } as never;
    });
    expect(() => attributes('module.api.aws_api_gateway_authorizer.cognito', state).provider_arns).not.toThrow(
      RangeError,
    );
  });

  test('cannot write to the terminal', () => {
    const json = readOtherProject('plan.json');
    const text = JSON.stringify(json).replaceAll('aws_s3_bucket.covers', 'aws_s3_bucket.\\u001b[2J');
    const shown = new ShownState(readShowJson(JSON.parse(text), 'plan', 'plan.json'), {
      name: 'library',
      folder: '.',
      seed: '',
      region: undefined,
    });
    expect(shown.resources('aws_s3_bucket')[0]!.address).toBe('aws_s3_bucket.\\u{1b}[2J');
  });
});

test('every attribute of the provider that only AWS sets is known as such', () => {
  const missing = Object.entries(servedResources).flatMap(([type, schema]) => {
    if (typeof schema === 'string') {
      return [];
    }
    const folder = type.replace(/^aws_/, '').replaceAll('_', '-');
    const bindings = readFileSync(join('node_modules/@cdktf/provider-aws/lib', folder, 'index.js'), 'utf8');
    const resourceClass = bindings.slice(bindings.lastIndexOf('extends cdktf.TerraformResource'));
    const computed = [...resourceClass.matchAll(/\/\/ (\w+) - computed: true, optional: false/g)];
    return computed
      .map(([, attribute]) => attribute!)
      .filter((attribute) => !isComputed(type, attribute) && !Object.hasOwn(schema.shape, attribute))
      .map((attribute) => `${type}.${attribute}`);
  });
  expect(missing).toEqual([]);
});
