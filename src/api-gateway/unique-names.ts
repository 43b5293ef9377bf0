import { type ValidParts } from '../rules/rule';
import { addressOf } from '../stack/address';
import { webAclName } from '../waf/web-acl-settings';
import { accessLogGroupName } from './access-logs';
import { alarmPrefix } from './alarm-settings';
import { functionNameOf } from '../lambda/lambda-settings';
import { namesInAddress } from './route-name';

/** A name that must be unique in a region of AWS. */
export interface UniqueName {
  /** The setting that it comes from, in those of the API. */
  readonly setting: readonly string[];
  /** What has the name: `the log group "/aws/apigateway/orders/prod"`. */
  readonly title: string;
}

/** The settings that unique names come from. */
interface NamingSettings {
  readonly restApi: {
    readonly name: string;
    readonly stageName: string;
    readonly customDomain?: { readonly name: string } | undefined;
    readonly accessLogs?: object | undefined;
    readonly webAcl?: unknown;
    readonly alarms?: unknown;
  };
  readonly routes: Readonly<Record<string, { readonly lambda?: unknown }>>;
}

/** Lists the names of an API that must be unique in a region, as those of its host name, logs, alarms and functions. */
export function uniqueNamesOf({ restApi = {}, routes = {} }: ValidParts<NamingSettings>): UniqueName[] {
  const { name, stageName, customDomain, accessLogs, webAcl, alarms } = restApi;
  if (name === undefined || stageName === undefined) {
    return [];
  }
  return [
    ...(customDomain?.name === undefined
      ? []
      : [{ setting: ['restApi', 'customDomain', 'name'], title: `the host name "${customDomain.name}"` }]),
    ...(accessLogs
      ? [{ setting: ['restApi', 'name'], title: `the log group "${accessLogGroupName(name, stageName)}"` }]
      : []),
    ...(webAcl === undefined
      ? []
      : [{ setting: ['restApi', 'name'], title: `the web ACL "${webAclName(name, 'api')}"` }]),
    ...(alarms === undefined
      ? []
      : [{ setting: ['restApi', 'name'], title: `the name of the alarms of "${alarmPrefix(name)}"` }]),
    ...Object.entries(routes)
      .filter(([, route]) => 'lambda' in (route ?? {}))
      // The function and its log group. Terraform completes the name of its role.
      .map(([route]) => ({
        setting: ['restApi', 'name'],
        title: `the function "${functionNameOf(name, addressOf(namesInAddress(route)))}"`,
      })),
  ];
}
