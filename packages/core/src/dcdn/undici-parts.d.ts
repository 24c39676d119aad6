// Parts of undici that its own types offer only through the index.
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici';
  const PoolPart: typeof Pool;
  export default PoolPart;
}

declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  import type { EnvHttpProxyAgent } from 'undici';
  const EnvHttpProxyAgentPart: typeof EnvHttpProxyAgent;
  export default EnvHttpProxyAgentPart;
}

declare module 'undici/lib/api/api-connect.js' {
  import type { Dispatcher } from 'undici';
  /** A method of dispatchers. */
  const connect: Dispatcher['connect'];
  export default connect;
}
