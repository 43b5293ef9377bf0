import { planMarkdown } from '../../../src/cli/deploy/plan-markdown';
import { planDocument, showPlans } from '../../../src/cli/deploy/plan-report';
import { type StackPlan } from '../../../src/cli/deploy/stack-plans';
import { emptyPlan } from '../../../src/terraform/plan';
import { stackPlan } from '../../support/plans';

const environment = 'the environment staging';

const replaced = stackPlan('CognitoStack-staging', 'replaced-user-pool');
const waiting: StackPlan = { ...replaced, plan: undefined, after: 'CognitoStack-staging', text: '' };
const empty: StackPlan = { ...replaced, plan: emptyPlan, hasChanges: false };

const rejections = [
  { address: 'aws_cognito_user_group.admins', problem: 'loses its precedence', remedy: 'write it again' },
];
const kept = [
  {
    address: 'aws_cognito_user_pool_client.web',
    argument: 'logout_urls',
    remedy: 'appClients.web: "logoutUrls": []',
  },
];

function shown(plans: readonly StackPlan[]): string {
  const log = jest.spyOn(console, 'log').mockReturnValue();
  showPlans(environment, plans);
  const lines = log.mock.calls.flat();
  log.mockRestore();
  return lines.join('\n');
}

describe('the summary in the terminal', () => {
  test('follows what terraform says, and begins with what cannot be undone', () => {
    const changed = stackPlan('ApiGatewayStack-staging', 'changed-message', { after: 'CognitoStack-staging' });
    expect(shown([replaced, changed])).toMatchInlineSnapshot(`
     "
     CognitoStack-staging

     full plan

     ApiGatewayStack-staging

     full plan

     This cannot be undone:
       aws_cognito_user_pool.user_pool: permanently deletes all users
         and aws_cognito_resource_server.awesomeapi-resource-server: removes its scopes from new access tokens: routes that require them respond with 401
         and aws_cognito_user_pool_client.awesome-app-client: ends the client ID: every application that uses it stops working
         and aws_cognito_user_pool_client.web: ends the client ID: every application that uses it stops working
         and aws_cognito_user_pool_domain.domain: takes down the login URL, and ends every session of the hosted login

     Plan for the environment staging:
       CognitoStack-staging: 1 to delete, 4 to replace
         deleted   aws_cognito_user_pool_client.web
         replaced  aws_cognito_resource_server.awesomeapi-resource-server: scope, user_pool_id (forces replacement, known after apply)
         replaced  aws_cognito_user_pool.user_pool: name (forces replacement)
         replaced  aws_cognito_user_pool_client.awesome-app-client: user_pool_id (forces replacement, known after apply)
         replaced  aws_cognito_user_pool_domain.domain: user_pool_id (forces replacement, known after apply)
       ApiGatewayStack-staging: 1 to replace, 2 to update; is planned again once CognitoStack-staging is deployed, which changes outputs that it reads
         replaced  aws_api_gateway_deployment.deployment: triggers (forces replacement)
         updated   aws_api_gateway_integration_response.awesomeapi_GET_200: response_templates
         updated   aws_api_gateway_stage.stage: deployment_id (known after apply)"
    `);
  });

  test('begins with what cannot be deployed, and names what AWS keeps, also when nothing changes', () => {
    expect(shown([{ ...empty, text: '', plan: { ...emptyPlan, rejections, kept } }])).toBe(
      [
        '',
        'This cannot be deployed:',
        '  aws_cognito_user_group.admins: loses its precedence',
        '    To do: write it again',
        '',
        'AWS keeps what the settings no longer have:',
        '  aws_cognito_user_pool_client.web: logout_urls',
        '    To do: write to appClients.web: "logoutUrls": []',
        '',
        'Plan for the environment staging:',
        '  CognitoStack-staging: no changes',
      ].join('\n'),
    );
  });

  test('is followed by the warnings of the synth', () => {
    const warn = jest.spyOn(console, 'warn').mockReturnValue();
    const annotations = [{ level: '@cdktf/warn', message: 'The domain prefix is taken.' }];
    shown([empty, { ...empty, stack: { ...empty.stack, annotations } }]);
    expect(warn.mock.calls).toEqual([['\nWarning: The domain prefix is taken.']]);
    warn.mockRestore();
  });

  test('says what a stack waits for, and that another has no changes', () => {
    expect(shown([empty, waiting])).toContain(
      [
        'Plan for the environment staging:',
        '  CognitoStack-staging: no changes',
        '  CognitoStack-staging: is planned once CognitoStack-staging is deployed, whose outputs it reads',
      ].join('\n'),
    );
  });
});

test('the JSON document has the plans by stack', () => {
  expect(planDocument('staging', [stackPlan('CognitoStack-staging', 'removed-scope'), waiting])).toMatchObject({
    environment: 'staging',
    hasChanges: true,
    losses: [
      { address: 'aws_cognito_resource_server.awesomeapi-resource-server' },
      { address: 'aws_cognito_user_pool_client.web' },
    ],
    stacks: [
      { name: 'CognitoStack-staging', after: null, plan: { changes: [{ action: 'update' }, { action: 'delete' }] } },
      { name: 'CognitoStack-staging', after: 'CognitoStack-staging', plan: null },
    ],
  });
  expect(planDocument(undefined, [empty])).toMatchObject({ environment: null, hasChanges: false });
});

test('no value of the plan is in the reports, which can be secret', () => {
  const plans = [replaced, stackPlan('S', 'removed-scope')];
  const reports = [shown(plans), JSON.stringify(planDocument('staging', plans)), planMarkdown(environment, plans)];
  expect(reports.join()).not.toContain('the-client-secret');
});

describe('the Markdown', () => {
  test('warns, has a table for each stack, and folds the full plan away', () => {
    expect(planMarkdown(environment, [replaced, waiting])).toMatchInlineSnapshot(`
     "## Plan for the environment staging

     > [!CAUTION]
     > **This cannot be undone:**
     > - \`aws_cognito_user_pool.user_pool\`: permanently deletes all users
     >   - \`aws_cognito_resource_server.awesomeapi-resource-server\`: removes its scopes from new access tokens: routes that require them respond with 401
     >   - \`aws_cognito_user_pool_client.awesome-app-client\`: ends the client ID: every application that uses it stops working
     >   - \`aws_cognito_user_pool_client.web\`: ends the client ID: every application that uses it stops working
     >   - \`aws_cognito_user_pool_domain.domain\`: takes down the login URL, and ends every session of the hosted login

     ### CognitoStack-staging: 1 to delete, 4 to replace

     | | address | arguments |
     |---|---|---|
     | deleted | \`aws_cognito_user_pool_client.web\` |  |
     | replaced | \`aws_cognito_resource_server.awesomeapi-resource-server\` | \`scope\`, \`user_pool_id\` (forces replacement) (known after apply) |
     | replaced | \`aws_cognito_user_pool.user_pool\` | \`name\` (forces replacement) |
     | replaced | \`aws_cognito_user_pool_client.awesome-app-client\` | \`user_pool_id\` (forces replacement) (known after apply) |
     | replaced | \`aws_cognito_user_pool_domain.domain\` | \`user_pool_id\` (forces replacement) (known after apply) |

     ### CognitoStack-staging: is planned once CognitoStack-staging is deployed, whose outputs it reads

     <details><summary>Full plan of CognitoStack-staging</summary>

     \`\`\`
     full plan
     \`\`\`

     </details>
     "
    `);
  });

  test('warns of what cannot be deployed, and of what AWS keeps', () => {
    const markdown = planMarkdown(environment, [{ ...empty, plan: { ...emptyPlan, rejections, kept } }]);
    expect(markdown).toContain(
      '> [!CAUTION]\n> **This cannot be deployed:**\n' +
        '> - `aws_cognito_user_group.admins`: loses its precedence. To do: write it again\n\n' +
        '> [!WARNING]\n> **AWS keeps what the settings no longer have:**\n' +
        '> - `aws_cognito_user_pool_client.web`: `logout_urls`. To do: write to appClients.web: "logoutUrls": \\[\\]\n',
    );
  });

  test('fits a comment on GitHub, with the summary and a part of each full plan', () => {
    const text = 'a line of the plan\n'.repeat(10_000);
    const markdown = planMarkdown(environment, [
      { ...replaced, text },
      { ...empty, text },
    ]);
    expect(markdown.length).toBeLessThan(65_536);
    expect(markdown.length).toBeGreaterThan(60_000);
    expect(markdown.match(/cut here, for the length of a comment/g)).toHaveLength(2);
    expect(markdown.endsWith('```\n\n</details>\n')).toBe(true);
  });

  test('fits a comment on GitHub with thousands of changes', () => {
    const changes = Array.from({ length: 5000 }, (_, index) => ({
      address: `aws_x.resource${index}`,
      action: 'create' as const,
      arguments: [],
    }));
    const markdown = planMarkdown(environment, [{ ...empty, plan: { ...emptyPlan, changes } }]);
    expect(markdown.length).toBeLessThan(65_536);
    expect(markdown).toContain('cut here');
    expect(markdown).toContain('full plan');
  });

  test('shows names as they are, with any characters', () => {
    const loss = { address: 'aws_x.y["a|b"]', effect: 'ends <b>*all*</b> @everybody' };
    const plan = { ...emptyPlan, losses: [loss] };
    const markdown = planMarkdown(environment, [{ ...empty, plan, text: '```\n</details>' }]);
    expect(markdown).toContain('<code>aws_x.y&#91;&#34;a&#124;b&#34;&#93;</code>');
    expect(markdown).toContain('ends \\<b\\>\\*all\\*\\</b\\> @<!-- -->everybody');
    expect(markdown).toContain('````\n```\n</details>\n````');
  });
});
