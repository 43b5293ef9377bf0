// The constructs of this project as a package, for stacks of other projects.
export { ApiGatewayStack, type ApiGatewayStackProps } from '../api-gateway/api-gateway-stack';
export { RestApi, type RestApiProps } from '../api-gateway/rest-api';
export { AppClient, type AppClientProps } from '../cognito/app-client';
export { ClassicLogin, type ClassicLoginProps } from '../cognito/classic-login';
export { CognitoStack, type CognitoStackProps } from '../cognito/cognito-stack';
export { ExistingUserPool } from '../cognito/existing-user-pool';
export { HostedDomain, type HostedDomainProps } from '../cognito/hosted-domain';
export { IdentityProvider, type IdentityProviderProps } from '../cognito/identity-provider';
export { MachineClient, type MachineClientProps } from '../cognito/machine-client';
export { ManagedLogin, type ManagedLoginProps } from '../cognito/managed-login';
export { ResourceServer, type ResourceServerProps } from '../cognito/resource-server';
export { RiskConfiguration, type RiskConfigurationProps } from '../cognito/risk-configuration';
export { UserEventLogs, type UserEventLogsProps } from '../cognito/user-event-logs';
export { UserPool, type UserPoolProps } from '../cognito/user-pool';
export { UserPoolGroup, type UserPoolGroupProps } from '../cognito/user-pool-group';
export { LambdaFunction, type LambdaFunctionProps } from '../lambda/lambda-function';
export { AwsStack, type AwsStackProps } from '../stack/aws-stack';
export { WebAcl, type WebAclProps } from '../waf/web-acl';
