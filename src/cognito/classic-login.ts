import { readFileSync } from 'node:fs';

import { CognitoUserPoolUiCustomization } from '@cdktf/provider-aws/lib/cognito-user-pool-ui-customization';
import { Construct } from 'constructs';

import { assertRules } from '../rules/rule';
import { type HostedDomain } from './hosted-domain';
import { classicLoginSettings } from './login-settings';

export interface ClassicLoginProps {
  readonly domain: HostedDomain;
  /** Style sheet, and logo of at most 100 KB: files, from the folder of the project. */
  readonly css?: string | undefined;
  readonly logo?: string | undefined;
}

/** The look of the classic login, for all app clients. */
export class ClassicLogin extends Construct {
  readonly customization: CognitoUserPoolUiCustomization;

  constructor(scope: Construct, id: string, { domain, css, logo }: ClassicLoginProps) {
    super(scope, id);
    const { css: cssRule, logo: logoRule } = classicLoginSettings.shape;
    assertRules(this, { css: cssRule, logo: logoRule }, { css, logo });
    this.customization = new CognitoUserPoolUiCustomization(this, 'Default', {
      // Cognito refuses a look without a domain; the reference makes Terraform wait for it.
      userPoolId: domain.domain.userPoolId,
      ...(css !== undefined && { css: readFileSync(css, 'utf8') }),
      ...(logo !== undefined && { imageFile: readFileSync(logo, 'base64') }),
    });
  }
}
