import type { Construct } from 'constructs';
import { z } from 'zod';

import { type AppClient } from '../cognito/app-client';
import { ExistingUserPool } from '../cognito/existing-user-pool';
import { type UserPool } from '../cognito/user-pool';
import { AwsStack, type AwsStackProps } from '../stack/aws-stack';
import { apiGatewaySettings } from './api-gateway-settings';
import { chooseProtectedRoute } from './protected-route';
import { RestApi } from './rest-api';

const settingsRule = z.object(apiGatewaySettings);
const defaults = settingsRule.parse({});

/** Props of the stack: any part of its settings, which have their rules, defaults and descriptions. */
export interface ApiGatewayStackProps extends AwsStackProps, z.input<typeof settingsRule> {
  /** The user pool whose access tokens open the API. */
  readonly userPool: UserPool | ExistingUserPool;
  /**
   * The app client with which people try the flow: the output ProtectedResourceUrl is of a route that it can call.
   *
   * @default - none; the output is of any protected route
   */
  readonly appClient?: AppClient | undefined;
  /**
   * The app clients whose sign-ins the alarms are about.
   *
   * @default - none
   */
  readonly signInClients?: readonly AppClient[];
  /**
   * ARN of the certificate of the login, whose end an alarm is about.
   *
   * @default - none
   */
  readonly loginCertificateArn?: string | undefined;
}

/** What the tokens open: a REST API whose routes require an access token of the user pool with the right scope. */
export class ApiGatewayStack extends AwsStack {
  readonly api: RestApi;

  constructor(
    scope: Construct,
    id: string,
    { userPool, appClient, signInClients = [], loginCertificateArn, ...props }: ApiGatewayStackProps,
  ) {
    super(scope, id, props);
    const { restApi, cors, routes = defaults.routes } = props;
    this.api = new RestApi(this, 'Default', { ...restApi, cors, routes, userPool, signInClients, loginCertificateArn });

    const { url, domain } = this.api;
    const { httpMethod, path } = chooseProtectedRoute(routes, appClient?.scopes);
    this.output('ApiEndpoint', url);
    this.output('ProtectedResourceUrl', `${url}${path}`);
    if (httpMethod !== 'GET') {
      this.output('ProtectedResourceMethod', httpMethod);
    }
    if (domain) {
      this.output('ApiDomainTarget', domain.target);
      this.output('ApiDomainTargetZoneID', domain.targetZoneId);
    }
    if (userPool instanceof ExistingUserPool) {
      // No other stack has outputs for the clients of this user pool.
      const scopes = [...new Set(Object.values(routes).flatMap((route) => route.scopes ?? []))].sort();
      this.output('CognitoUserPoolID', userPool.userPoolId);
      this.output('Issuer', userPool.issuer);
      this.output('Scopes', scopes.join(' '), '', 'Scopes that the routes require, separated by spaces');
    }
  }
}
