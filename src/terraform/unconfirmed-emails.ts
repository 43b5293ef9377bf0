import { type ResourceChange } from './plan-json';

/** Lists the email addresses that get no alarms yet: somebody has to confirm the email that AWS sends them. */
export function unconfirmedEmails(changes: readonly ResourceChange[]): string[] {
  const addresses = changes
    .filter(
      ({ type, change: { before, after } }) =>
        type === 'aws_sns_topic_subscription' &&
        after?.protocol === 'email' &&
        (before === null || before.endpoint !== after.endpoint || before.pending_confirmation === true),
    )
    .map(({ change }) => String(change.after?.endpoint));
  return [...new Set(addresses)];
}
