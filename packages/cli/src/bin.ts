#!/usr/bin/env node
import { reportFault, run } from './run.ts';

process.on('uncaughtException', (error) => process.exit(reportFault(error)));
process.exitCode = await run(process.argv.slice(2));
