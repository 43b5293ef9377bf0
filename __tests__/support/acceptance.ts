import { AwsAccount } from './aws-account';
import { AwsProxy } from './aws-proxy';
import { boundary, project as projectTag } from './example-calls';
import { IamPolicy } from './iam-policy';
import { startLocalAws } from './local-aws';
import { Project } from './acceptance-project';

/** A project, the AWS API that it deploys to, and a view of that API past the proxy between the two. */
export interface Acceptance {
  readonly project: Project;
  readonly proxy: AwsProxy;
  readonly account: AwsAccount;
  /** Leaves the project with one stack, ApiGatewayStack: for tests of the API, in half the time. */
  useExistingUserPool(): Promise<void>;
  end(): Promise<void>;
}

export interface AcceptanceOptions {
  /** What AWS allows, which needs the tag and the boundary in the settings; without any, everything. */
  readonly policies?: readonly string[];
  /** Whether each terraform command starts its own provider, as for a user, which takes three times as long. */
  readonly ownProviders?: boolean;
}

export async function startAcceptance({
  policies = [],
  ownProviders = false,
}: AcceptanceOptions = {}): Promise<Acceptance> {
  const aws = await startLocalAws();
  const proxy = await AwsProxy.start(aws.url);
  const project = new Project(proxy.url);
  if (!ownProviders) {
    await project.shareProviders();
  }
  if (policies.length > 0) {
    proxy.policy = IamPolicy.read(policies);
    project.common = { tags: { project: projectTag }, permissionsBoundary: boundary };
    project.set({});
  }
  const account = new AwsAccount(aws.url);
  return {
    project,
    proxy,
    account,
    useExistingUserPool: async () => {
      project.common = { ...project.common, userPool: { arn: await account.createUserPool('company') } };
    },
    end: async () => {
      await project.remove();
      await proxy.close();
      await aws.close();
    },
  };
}
