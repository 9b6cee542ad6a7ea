;; The smallest number divided by -1 traps although nothing uses its result.
;; argument: -1
;; expect: trap integer_overflow
(module
  (func (export "run") (param i32) (result i64)
    (drop (i32.div_s (i32.const 0x80000000) (local.get 0)))
    (i64.const 7)))
