;; A function with two results, and a block with a parameter.
(module (func $pair (result i64 i64) (i64.const 40) (i64.const 2))
  (func (export "run") (param i32) (result i64)
    (call $pair) (i64.add) (block (param i64) (result i64) (i64.const 0) (i64.or))))
