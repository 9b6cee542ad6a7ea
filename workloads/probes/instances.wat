;; Does nothing, with a memory of one page.
(module
  (memory (export "memory") 1)
  (func (export "run") (param i32) (result i64) (i64.const 42)))
