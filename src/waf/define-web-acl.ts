import { type Construct } from 'constructs';
import { type z } from 'zod';

import type * as webAclConstruct from './web-acl';
import { type webAclRule } from './web-acl-settings';

/** Defines the web ACL of a setting `webAcl`, if it is set. */
export function defineWebAcl(
  scope: Construct,
  webAcl: z.input<typeof webAclRule> | undefined,
  props: Omit<webAclConstruct.WebAclProps, 'action'>,
): webAclConstruct.WebAcl | undefined {
  if (webAcl === undefined) {
    return undefined;
  }
  // Loaded when it is needed, because its bindings are large.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it in any case
  const { WebAcl } = require('./web-acl') as typeof webAclConstruct;
  return new WebAcl(scope, 'web_acl', { ...(typeof webAcl === 'string' ? { action: webAcl } : webAcl), ...props });
}
