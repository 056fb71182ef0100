import { setFlagsFromString } from 'node:v8'

// Imported before the parser, whose code is 23 MB of WebAssembly: V8 validates a function when it is first called, not
// all of them at the start of every command. What is never called costs nothing; 130 ms of 160 on a two-core machine.
setFlagsFromString('--wasm-lazy-validation')
