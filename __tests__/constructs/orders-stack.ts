import { type Construct } from 'constructs';

import { RestApi } from '../../src/api-gateway/rest-api';
import { AppClient } from '../../src/cognito/app-client';
import { HostedDomain } from '../../src/cognito/hosted-domain';
import { ResourceServer } from '../../src/cognito/resource-server';
import { UserPool } from '../../src/cognito/user-pool';
import { AwsStack } from '../../src/stack/aws-stack';

export class OrdersStack extends AwsStack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { region: 'eu-central-1' });
    const userPool = new UserPool(this, 'users');
    const orders = new ResourceServer(this, 'orders', { userPool, scopes: { read: 'Read orders' } });
    new AppClient(this, 'web', {
      userPool,
      resourceServers: [orders],
      scopes: ['orders/read', 'openid'],
      callbackUrls: ['https://app.example.com/callback'],
    });
    new HostedDomain(this, 'login', { userPool, domainPrefix: 'acme' });
    new RestApi(this, 'api', {
      userPool,
      routes: { 'GET /orders': { scopes: ['orders/read'], response: { body: [] } } },
    });
  }
}
