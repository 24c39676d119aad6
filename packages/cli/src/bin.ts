#!/usr/bin/env node
import { reportFault } from './report.ts';
import { describeLine, run } from './run.ts';

const args = process.argv.slice(2);
process.on('uncaughtException', (error) => process.exit(reportFault(error, describeLine(args))));
process.exitCode = await run(args);
