import { readFileSync } from 'node:fs';

import { CognitoUserPoolUiCustomization } from '@cdktf/provider-aws/lib/cognito-user-pool-ui-customization';
import { Construct } from 'constructs';
import { type z } from 'zod';

import { readProps } from '../rules/check';
import { type HostedDomain } from './hosted-domain';
import { classicLook } from './login-settings';

export interface ClassicLoginProps extends z.input<typeof classicLook> {
  readonly domain: HostedDomain;
}

/** The look of the classic login, for all app clients. */
export class ClassicLogin extends Construct {
  readonly customization: CognitoUserPoolUiCustomization;

  constructor(scope: Construct, id: string, { domain, ...props }: ClassicLoginProps) {
    super(scope, id);
    const { css, logo } = readProps(this, classicLook, props);
    this.customization = new CognitoUserPoolUiCustomization(this, 'Default', {
      // Cognito rejects a look without a domain; the reference makes Terraform wait for it.
      userPoolId: domain.domain.userPoolId,
      ...(css !== undefined && { css: readFileSync(css, 'utf8') }),
      ...(logo !== undefined && { imageFile: readFileSync(logo, 'base64') }),
    });
  }
}
