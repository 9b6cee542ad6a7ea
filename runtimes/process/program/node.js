'use strict';
// What `main.c` does, by node: says that it is ready once the module beside it is compiled and instantiated, then
// answers with the module's `noop`, and ends when nobody can ask any more.
const fs = require('node:fs');
const code = new WebAssembly.Module(fs.readFileSync(process.argv[2]));
const { run } = new WebAssembly.Instance(code).exports;
const question = Buffer.alloc(4), word = Buffer.alloc(8);
let answer = 0n;
do {
  word.writeBigInt64LE(answer);
  fs.writeSync(1, word);
  if (fs.readSync(0, question) !== question.length) break;
  answer = run(question.readInt32LE());
} while (true);
