;; A copy to higher addresses of overlapping ranges copies what was there before.
;; expect: 0x04030201
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i64.store (i32.const 0) (i64.const 0x0807060504030201))
    (memory.copy (i32.const 2) (i32.const 0) (i32.const 6))
    (i64.load32_u (i32.const 2))))
