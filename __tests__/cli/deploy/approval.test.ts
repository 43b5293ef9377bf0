import { addressesToName } from '../../../src/cli/deploy/approval';
import { readPlan } from '../../../src/terraform/plan';
import { recordedPlan } from '../../support/plans';

const { losses } = readPlan(recordedPlan('replaced-user-pool'));
const pool = 'aws_cognito_user_pool.user_pool';
const client = 'aws_cognito_user_pool_client.web';

describe('what a deploy loses', () => {
  test('is allowed by the address of the user pool, with all that is in it', () => {
    expect(addressesToName(losses, [])).toEqual([pool]);
    expect(addressesToName(losses, [pool])).toEqual([]);
  });

  test('is not allowed by the address of a part, or of anything else', () => {
    expect(addressesToName(losses, [client, 'aws_cognito_user_pool.other'])).toEqual([pool]);
  });

  test('is named one by one where nothing contains it', () => {
    const { losses: several } = readPlan(recordedPlan('removed-scope'));
    expect(addressesToName(several, [client])).toEqual(['aws_cognito_resource_server.awesomeapi-resource-server']);
  });
});
