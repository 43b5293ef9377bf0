import { z } from 'zod';

import { kmsKeyArnRule, webAclArnRule } from '../rules/arn';
import { findTwoWebAcls, webAclRule } from '../waf/web-acl-settings';
import { charactersRule, objectRule, stringRule, textRule } from '../rules/rule';
import { accessLogsSettings } from './access-logs';
import { alarmsRule } from './alarm-settings';
import { customDomainSettings } from './custom-domain';
import { endpointSettings, findEndpointConflicts } from './endpoint';
import { methodSettings } from './method-settings';

/**
 * API Gateway takes a call without `Content-Type` for JSON. If JSON is binary, no template matches, and every preflight
 * and mock responds with 500.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
const binaryMediaTypeRule = stringRule(
  'a media type in lower case such as image/png, but not application/json',
  (type) => {
    if (type === '*/*' || type === 'application/json') {
      return 'must not include JSON, because every preflight and mock would respond with 500';
    }
    return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(type)
      ? undefined
      : 'must be a media type in lower case';
  },
);

/** The settings of the REST API and its stage. */
export const restApiSettings = objectRule(
  {
    name: textRule(1024)
      .default('awesome-api')
      .describe('Name of the REST API.')
      .meta({ change: 'replaces the access logs, and the functions of the routes with their logs' }),
    endpointType: z
      .enum(['REGIONAL', 'EDGE'])
      .default('REGIONAL')
      .describe('Whether clients reach the API in its region or through CloudFront.')
      .meta({ change: 'replaces the custom domain: its DNS record needs the new target' }),
    ...endpointSettings,
    authorizerName: textRule(1024).default('cognito-userpool-authorizer').describe('Name of its authorizer.'),
    stageName: charactersRule('letters, digits, _ and -', { legal: /^[\w-]$/, max: 128 })
      .refine((name) => name !== 'test-invoke-stage', {
        message: 'must not be test-invoke-stage, which API Gateway reserves for tests',
      })
      .default('prod')
      .describe('Name of its stage, the first part of every path.')
      .meta({ change: 'replaces the stage and its logs: the API has another URL' }),
    customDomain: customDomainSettings
      .optional()
      .describe('Host name of your own for the API. The outputs have it instead of the one of AWS.')
      .meta({ change: 'that removes it takes down the URLs under it' }),
    disableExecuteApiEndpoint: z
      .boolean()
      .optional()
      .describe(
        'Whether the URL of AWS stops working. `true` requires `customDomain`. To undo it, set `false`: without the setting, AWS keeps the current value.',
      ),
    binaryMediaTypes: z
      .array(binaryMediaTypeRule)
      .refine((types) => new Set(types).size === types.length, { message: 'must not have a media type twice' })
      .optional()
      .describe(
        'Media types that a function gets and returns in base64: those of a request body in `Content-Type`, those of a response body first in `Accept`. All others are text. To undo it, set `[]`: without the setting, AWS keeps the current value.',
      ),
    accessLogs: accessLogsSettings
      .optional()
      .describe('Access logs: one line of JSON for each call.')
      .meta({ change: 'that removes it deletes the logs' }),
    ...methodSettings,
    tracing: z.boolean().default(false).describe('Whether AWS X-Ray traces calls.'),
    logKmsKeyArn: kmsKeyArnRule
      .optional()
      .describe(
        'KMS key that encrypts the logs of the API and of its functions. Its policy must allow `logs.REGION.amazonaws.com` to use it.',
      ),
    manageAccountLogging: z
      .boolean()
      .default(false)
      .describe(
        'Whether this stack sets the role with which API Gateway writes the logs of all APIs of the account in the region. A deploy replaces the current role, and a destroy stops the logs of all these APIs. With `false`, a stage with logs requires a role that is already set.',
      )
      .meta({ change: 'to `false` removes the role for logs from every API of the account in the region' }),
    alarms: alarmsRule
      .optional()
      .describe(
        'Who gets alarms: an email address, or a topic of Amazon SNS in the same region. They are about errors and latency of the API, throttled and failed sign-ins, and certificates. A dashboard has the same figures. AWS bills them.',
      ),
    webAcl: webAclRule
      .optional()
      .describe(
        "Web ACL of AWS WAF for the stage, with AWS's managed rules, a rate limit and a log: whether it counts or blocks requests. AWS bills it.",
      )
      .meta({ change: 'that removes it deletes its log' }),
    webAclArn: webAclArnRule.optional().describe('Web ACL of AWS WAF that protects the stage, in its region.'),
  },
  ({ disableExecuteApiEndpoint, ...endpoint }, given) => [
    ...findTwoWebAcls(given),
    ...findEndpointConflicts(endpoint, given),
    ...(disableExecuteApiEndpoint && !given.includes('customDomain')
      ? [{ path: ['disableExecuteApiEndpoint'], problem: 'requires customDomain, because the API would have no URL' }]
      : []),
  ],
);
