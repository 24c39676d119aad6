import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export interface SdkKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

/** One call with an SDK of Alibaba Cloud's, whose answer has the names that the cloud gives. */
export type SdkCall = (
  action: string,
  parameters: Readonly<Record<string, string | boolean>>,
) => Promise<unknown>;

export const SDK_NAMES = [
  '@alicloud/dcdn20180115 2.5.0',
  '@alicloud/dcdn20180115 2.5.0, signatureAlgorithm v2',
  '@alicloud/pop-core 1.8.0, GET',
  '@alicloud/pop-core 1.8.0, POST',
] as const;

export type SdkName = (typeof SDK_NAMES)[number];

/** SDKs of Alibaba Cloud's as they come from the registry, by the way in which they sign and send. */
export const SDKS: Readonly<Record<SdkName, (endpoint: string, key: SdkKey) => SdkCall>> = {
  '@alicloud/dcdn20180115 2.5.0': (endpoint, key) => createDcdnCall(endpoint, key),
  '@alicloud/dcdn20180115 2.5.0, signatureAlgorithm v2': (endpoint, key) =>
    createDcdnCall(endpoint, key, { signatureAlgorithm: 'v2' }),
  '@alicloud/pop-core 1.8.0, GET': (endpoint, key) => createPopCall(endpoint, key, 'GET'),
  '@alicloud/pop-core 1.8.0, POST': (endpoint, key) => createPopCall(endpoint, key, 'POST'),
};

// Loaded as CommonJS and typed by hand: the SDK's types say otherwise than Node imports, and are a megabyte.
interface Model {
  toMap(): unknown;
}
type DcdnMethod = (request: Model, runtime: unknown) => Promise<{ readonly body: Model }>;

function createDcdnCall(endpoint: string, key: SdkKey, more: object = {}): SdkCall {
  const sdk = require('@alicloud/dcdn20180115') as Record<string, new (map: unknown) => Model>;
  const { Config } = require('@alicloud/openapi-client') as { Config: new (map: object) => object };
  const { RuntimeOptions } = require('@alicloud/tea-util') as {
    RuntimeOptions: new (map: object) => object;
  };
  const { host } = new URL(endpoint);
  const config = new Config({ ...key, ...more, endpoint: host, protocol: 'http' });
  const Client = sdk['default'] as unknown as new (config: object) => Record<string, DcdnMethod>;
  const client = new Client(config);
  return async (action, parameters) => {
    const method = lowerFirst(action);
    const Request = sdk[`${action}Request`];
    // The quota has no parameters, and no class for them.
    const args = Request === undefined ? [] : [new Request(renameKeys(parameters, lowerFirst))];
    const runtime = new RuntimeOptions({});
    const call = client[`${method}WithOptions`] as (...all: unknown[]) => ReturnType<DcdnMethod>;
    return (await call.call(client, ...args, runtime)).body.toMap();
  };
}

function createPopCall(endpoint: string, key: SdkKey, method: 'GET' | 'POST'): SdkCall {
  const { RPCClient } = require('@alicloud/pop-core') as {
    RPCClient: new (config: object) => {
      request(action: string, parameters: object, options: object): Promise<unknown>;
    };
  };
  const client = new RPCClient({ ...key, endpoint, apiVersion: '2018-01-15' });
  return (action, parameters) => client.request(action, parameters, { method });
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function renameKeys(
  values: Readonly<Record<string, unknown>>,
  rename: (name: string) => string,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
}
