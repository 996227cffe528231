// witnessed.mjs FOLDER FILE...: adds up what lib/witness.mjs reported of these test files. A file that did not report had
// bodies that nobody judged.
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const [folder, ...files] = process.argv.slice(2);
const silent = files.filter(file => !existsSync(`${folder}/${basename(file)}`));
const sums = files.filter(file => !silent.includes(file)).map(file => readFileSync(`${folder}/${basename(file)}`, 'utf8').split(' ').map(Number));
const [bodies, answers] = [0, 1].map(column => sums.reduce((sum, row) => sum + row[column], 0));
for (const file of silent) console.log(`${file} did not report its FHIR bodies`);
if (bodies === 0) console.log('no FHIR body was seen');
console.log(`${bodies} different FHIR bodies in ${answers} answers, all judged by three validators`);
console.log(`${bodies} passed, ${silent.length + (bodies === 0 ? 1 : 0)} failed`);
