/**
 * `node:http`, without what an `import` of it loads besides: that reads every export, of which some bring
 * in an HTTP client, TLS, HTTP/2 and worker threads. It is most of the time of a start.
 */
export function http(): typeof import('node:http') {
  return process.getBuiltinModule('node:http');
}
