import { isEmailAddress } from '../cognito/user-pool-email';
import { topicArn } from '../rules/arn';
import { stringRule } from '../rules/rule';

/** The setting `alarms`: who gets the alarms. */
export const alarmsRule = stringRule('an email address, or arn:aws:sns:REGION:ACCOUNT:NAME of a topic', (to) =>
  isEmailAddress(to) || topicArn.test(to) ? undefined : 'must be an email address or the ARN of a topic',
);

/** Returns the name of an API in characters that the names of alarms, topics and dashboards can have. */
export function alarmPrefix(restApiName: string): string {
  return restApiName.replace(/[^\w-]/g, '-').slice(0, 200);
}
