// The SDK's client for a local endpoint, made as its own samples make one.
const {
  default: Client,
  RefreshDcdnObjectCacheByCacheTagRequest,
} = require('@alicloud/dcdn20180115');
const { Config } = require('@alicloud/openapi-client');

exports.createClient = (endpoint) =>
  new Client(
    new Config({
      accessKeyId: 'testid',
      accessKeySecret: 'testsecret',
      endpoint: new URL(endpoint).host,
      protocol: 'http',
    }),
  );

exports.createRequest = () =>
  new RefreshDcdnObjectCacheByCacheTagRequest({
    domainName: 'www.example.com',
    cacheTag: 'article:1,article:2',
    force: true,
  });
