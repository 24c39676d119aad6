// Asks for objects through the edge. Arguments: its address, the path before the number, how many.
import { Pool } from 'undici';

const [url, path, count] = process.argv.slice(2);
const visitors = new Pool(url, { connections: 32 });
let asked = 0;
const visitor = async () => {
  while (asked < Number(count)) {
    const number = asked;
    asked += 1;
    const { statusCode, body } = await visitors.request({ method: 'GET', path: path + number });
    await body.dump();
    if (statusCode !== 200) throw new Error(`${path}${number} was answered ${statusCode}`);
  }
};
await Promise.all(Array.from({ length: 32 }, visitor));
await visitors.close();
