;; An address is computed before the value: what the value's call stores is not where the store goes.
;; expect: 7
(module
  (memory 1)
  (func $set (result i32) (i32.store (i32.const 0) (i32.const 64)) (i32.const 7))
  (func (export "run") (param i32) (result i64)
    (i32.store (i32.const 0) (i32.const 32))
    (i32.store (i32.load (i32.const 0)) (call $set))
    (i64.load32_u (i32.const 32))))
