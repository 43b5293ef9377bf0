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
  end(): Promise<void>;
}

/** @param policies what AWS allows, which needs the tag and the boundary in the settings; without any, everything */
export async function startAcceptance(...policies: readonly string[]): Promise<Acceptance> {
  const aws = await startLocalAws();
  const proxy = await AwsProxy.start(aws.url);
  const project = new Project(proxy.url);
  if (policies.length > 0) {
    proxy.policy = IamPolicy.read(policies);
    project.common = { tags: { project: projectTag }, permissionsBoundary: boundary };
    project.set({});
  }
  return {
    project,
    proxy,
    account: new AwsAccount(aws.url),
    end: async () => {
      project.remove();
      await proxy.close();
      await aws.close();
    },
  };
}
