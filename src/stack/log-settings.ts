import { type TerraformResourceLifecycle } from 'cdktf';
import { z } from 'zod';

/**
 * Days that CloudWatch Logs can keep a log; with 0, it never expires.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const retentionRule = z
  .literal([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653])
  .default(30);

/**
 * Makes Terraform delete a resource only after what uses it no longer does.
 *
 * Otherwise, API Gateway would create a log group again, to which its stage writes, and to turn the logs on would fail
 * because it exists. And a user pool would invoke a deleted function.
 */
export const deletedLast: TerraformResourceLifecycle = { createBeforeDestroy: true };
